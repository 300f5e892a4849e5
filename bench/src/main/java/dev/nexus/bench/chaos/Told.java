package dev.nexus.bench.chaos;

import org.jspecify.annotations.Nullable;

/**
 * What a customer was told by the end of the run.
 *
 * @param job null if none was accepted
 * @param ended whether the final event was received
 * @param submissions how often the request was sent, as each may make a job of its own where nothing names it
 * @param cancelTaken when its cancellation was confirmed, wall clock, milliseconds since 1970; null if none was
 */
record Told(
        Wish wish,
        @Nullable String job,
        boolean ended,
        int submissions,
        @Nullable Long cancelTaken) {}

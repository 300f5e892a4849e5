package dev.nexus.gateway.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When an event is tried again that a receiver did not take. */
final class Backoff {

    private static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(2));

    /** As a part of the pause, in either direction: what failed together must not come back together. */
    private static final double JITTER = 0.2;

    private Backoff() {}

    /**
     * The next attempt, the last one at {@code end}; null if there is none any more.
     *
     * @param failures so far, at least 1
     * @param asked how long the receiver wants to be left alone ({@code Retry-After}, RFC 9110); null if it did not say
     * @param chance from 0 to 1
     */
    static @Nullable Instant next(int failures, @Nullable Duration asked, Instant now, Instant end, double chance) {
        if (!now.isBefore(end)) {
            return null;
        }
        Duration pause = PAUSES.get(Math.min(failures, PAUSES.size()) - 1);
        double factor = 1 - JITTER + 2 * JITTER * chance;
        Duration jittered = Duration.ofMillis((long) (pause.toMillis() * factor));
        Duration wait = asked != null && asked.compareTo(jittered) > 0 ? asked : jittered;
        Instant next = now.plus(wait);
        return next.isBefore(end) ? next : end;
    }
}

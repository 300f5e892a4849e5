package dev.nexus.gateway.job;

import dev.nexus.contract.JobEvent.TaskFailed;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One issue of a task.
 *
 * @param scheduledAt when its order was in the log, or its claim if that was read first
 * @param worker whose claim was first; null while unclaimed
 */
public record Attempt(
        int number,
        Instant scheduledAt,
        @Nullable String worker,
        @Nullable Instant startedAt,
        boolean released,
        @Nullable TaskFailed failure,
        @Nullable String progress) {

    static Attempt issued(int number, Instant at) {
        return new Attempt(number, at, null, null, false, null, null);
    }

    Attempt claimed(String by, Instant at) {
        return worker != null || isOver()
                ? this
                : new Attempt(number, scheduledAt, by, at, released, failure, progress);
    }

    Attempt handedBack(String by) {
        boolean winner = by.equals(worker);
        return winner ? new Attempt(number, scheduledAt, worker, startedAt, true, failure, progress) : this;
    }

    Attempt failed(TaskFailed how) {
        return new Attempt(number, scheduledAt, worker, startedAt, released, how, progress);
    }

    Attempt progressed(String message) {
        return new Attempt(number, scheduledAt, worker, startedAt, released, failure, message);
    }

    /** Whether nothing more can come of it, short of a late completion. */
    public boolean isOver() {
        return released || failure != null;
    }
}

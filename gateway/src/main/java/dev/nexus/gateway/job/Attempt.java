package dev.nexus.gateway.job;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.JobEvent.TaskFailed;
import dev.nexus.contract.JobEvent.TaskStarted;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One issue of a task.
 *
 * @param scheduledAt when its order was in the log, or its claim if that was read first
 * @param worker whose claim was first; null while unclaimed
 * @param allowanceUsd what it may spend, by the order that was claimed, or else by the one that was sent; null if the job
 *     has no budget
 */
public record Attempt(
        int number,
        Instant scheduledAt,
        @Nullable String worker,
        @Nullable Instant startedAt,
        boolean released,
        @Nullable TaskFailed failure,
        @Nullable String progress,
        @Nullable BigDecimal allowanceUsd) {

    static Attempt issued(int number, Instant at) {
        return new Attempt(number, at, null, null, false, null, null, null);
    }

    Attempt allowed(@Nullable BigDecimal usd) {
        return allowanceUsd != null
                ? this
                : new Attempt(number, scheduledAt, worker, startedAt, released, failure, progress, usd);
    }

    Attempt claimed(TaskStarted claim, Instant at) {
        BigDecimal allowance = claim.allowanceUsd() == null ? allowanceUsd : claim.allowanceUsd();
        return worker != null || isOver()
                ? this
                : new Attempt(number, scheduledAt, claim.worker(), at, released, failure, progress, allowance);
    }

    Attempt handedBack(String by) {
        boolean winner = by.equals(worker);
        return winner
                ? new Attempt(number, scheduledAt, worker, startedAt, true, failure, progress, allowanceUsd)
                : this;
    }

    Attempt failed(TaskFailed how) {
        return new Attempt(number, scheduledAt, worker, startedAt, released, how, progress, allowanceUsd);
    }

    Attempt progressed(String message) {
        return new Attempt(number, scheduledAt, worker, startedAt, released, failure, message, allowanceUsd);
    }

    /** Whether nothing more can come of it, short of a late completion. */
    public boolean isOver() {
        return released || failure != null;
    }

    /** Whether it ended because its next model call did not fit its allowance. */
    boolean ranShort() {
        return failure != null && failure.error().code() == ErrorCode.BUDGET_EXHAUSTED;
    }
}

package dev.nexus.gateway.job;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobEvent.TaskCompleted;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * One agent's piece of a job, and how far it is.
 *
 * @param attempts in the order in which the log first told of them
 * @param completion the first one in the log, of whichever attempt
 * @param usage what all its results told together
 */
public record TaskState(
        TaskId id,
        PVector<Attempt> attempts,
        @Nullable TaskCompleted completion,
        @Nullable Instant completedAt,
        Usage usage) {

    static TaskState named(TaskId id) {
        return new TaskState(id, TreePVector.empty(), null, null, Usage.NONE);
    }

    /** Where the task stands, for people and programs. */
    public enum Status {
        SCHEDULED,
        RUNNING,
        COMPLETED,
        FAILED;

        @com.fasterxml.jackson.annotation.JsonValue
        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public boolean isCompleted() {
        return completion != null;
    }

    /** What it gave; null while it is not completed. */
    @Nullable
    Outcome outcome() {
        return completion == null ? null : completion.outcome();
    }

    /** The attempt with the highest number; there is always one. */
    public Attempt latest() {
        return attempts.stream()
                .max(Comparator.comparingInt(Attempt::number))
                .orElseThrow(() -> new IllegalStateException("task " + id + " has no attempt"));
    }

    /** When the log first told of it. */
    Instant firstIssuedAt() {
        return attempts.getFirst().scheduledAt();
    }

    public Status status() {
        if (isCompleted()) {
            return Status.COMPLETED;
        }
        if (latest().failure() != null) {
            return Status.FAILED;
        }
        return latest().worker() == null || latest().released() ? Status.SCHEDULED : Status.RUNNING;
    }

    /**
     * How often it was tried in earnest: attempts that a worker claimed or answered for, and did not hand back. Those that
     * ran short of money don't count: each further one has more of it.
     */
    int tries() {
        return (int) attempts.stream()
                .filter(attempt -> !attempt.released() && !attempt.ranShort())
                .filter(attempt -> attempt.worker() != null || attempt.failure() != null)
                .count();
    }

    /** The highest attempt that told its result: what it and those before it spent is in the usage; 0 for none. */
    int settled() {
        return attempts.stream()
                .filter(attempt -> attempt.failure() != null)
                .mapToInt(Attempt::number)
                .max()
                .orElse(0);
    }

    /** Whether this attempt is the one that counts, and nobody has taken it yet. */
    public boolean isAwaited(int attempt) {
        return !isCompleted() && latest().number() == attempt && latest().worker() == null && !latest().isOver();
    }

    /** What it may still spend without asking; null if nothing is under way, or the job has no budget. */
    @Nullable
    BigDecimal outstandingUsd() {
        return isCompleted() || latest().failure() != null ? null : latest().allowanceUsd();
    }

    /**
     * What was perhaps spent and will not be told: by a later attempt than the one that completed the task, which was taken
     * for lost and was not. Both were allowed the same money, unless one between them had told its result.
     */
    BigDecimal untoldUsd() {
        if (completion == null) {
            return BigDecimal.ZERO;
        }
        int settled = settled();
        int last = Math.max(settled, completion.attempt());
        Optional<Attempt> superseding = attempts.stream()
                .filter(attempt -> attempt.number() > last && attempt.worker() != null)
                .max(Comparator.comparingInt(Attempt::number));
        BigDecimal allowed = superseding.map(Attempt::allowanceUsd).orElse(BigDecimal.ZERO);
        BigDecimal told = usage.costUsd();
        for (Attempt attempt : attempts) {
            told = attempt.failure() == null
                    ? told
                    : told.subtract(attempt.failure().usage().costUsd());
        }
        if (settled > completion.attempt()) {
            told = told.subtract(completion.usage().costUsd());
        }
        return allowed.subtract(told).max(BigDecimal.ZERO);
    }

    /**
     * What it may have spent that nobody will tell if the job ends now; empty if nothing. An attempt that no worker took
     * has spent nothing, and what those before it spent that were lost is part of what the last one was allowed.
     */
    Optional<Untold> untold() {
        int told = completion == null ? settled() : Math.max(settled(), completion.attempt());
        return attempts.stream()
                .filter(attempt -> attempt.number() > told && attempt.worker() != null)
                .max(Comparator.comparingInt(Attempt::number))
                .map(last -> new Untold(id, last.number(), mostUntold(last)))
                .filter(untold -> untold.usd().signum() > 0);
    }

    private BigDecimal mostUntold(Attempt last) {
        BigDecimal allowed = Objects.requireNonNullElse(last.allowanceUsd(), BigDecimal.ZERO);
        return completion == null ? allowed : untoldUsd();
    }

    TaskState after(JobEvent.OfTask event, Instant at) {
        TaskState known = with(event.attempt(), at).using(event);
        if (isCompleted()) {
            return known; // of what comes later only the number of attempts and their cost are news
        }
        return switch (event) {
            case JobEvent.TaskScheduled e -> known.changing(e.attempt(), a -> a.allowed(e.allowanceUsd()));
            case JobEvent.TaskStarted e -> known.changing(e.attempt(), a -> a.claimed(e, at));
            case JobEvent.TaskProgress e -> known.changing(e.attempt(), a -> a.progressed(e.message()));
            case JobEvent.TaskReleased e -> known.changing(e.attempt(), a -> a.handedBack(e.worker()));
            case JobEvent.TaskFailed e -> known.changing(e.attempt(), a -> a.failed(e));
            case TaskCompleted e -> new TaskState(id, known.attempts, e, at, known.usage);
        };
    }

    private TaskState with(int number, Instant at) {
        boolean known = attempts.stream().anyMatch(attempt -> attempt.number() == number);
        return known
                ? this
                : new TaskState(id, attempts.plus(Attempt.issued(number, at)), completion, completedAt, usage);
    }

    private TaskState using(JobEvent.OfTask event) {
        Usage more = switch (event) {
            case TaskCompleted e -> e.usage();
            case JobEvent.TaskFailed e -> e.usage();
            case JobEvent.TaskScheduled _, JobEvent.TaskStarted _ -> Usage.NONE;
            case JobEvent.TaskProgress _, JobEvent.TaskReleased _ -> Usage.NONE;
        };
        return more.equals(Usage.NONE) ? this : new TaskState(id, attempts, completion, completedAt, usage.plus(more));
    }

    private TaskState changing(int number, java.util.function.UnaryOperator<Attempt> change) {
        PVector<Attempt> changed = attempts;
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i).number() == number) {
                changed = changed.with(i, change.apply(changed.get(i)));
            }
        }
        return new TaskState(id, changed, completion, completedAt, usage);
    }
}

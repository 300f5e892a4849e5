package dev.nexus.gateway.job;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobEvent.TaskCompleted;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TaskId;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * One agent's piece of a job, and how far it is.
 *
 * @param attempts in the order in which the log first told of them
 * @param completion the first one in the log, of whichever attempt
 */
public record TaskState(
        TaskId id,
        PVector<Attempt> attempts,
        @Nullable TaskCompleted completion,
        @Nullable Instant completedAt) {

    static TaskState named(TaskId id) {
        return new TaskState(id, TreePVector.empty(), null, null);
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

    /** How often it was tried in earnest: attempts that a worker claimed or answered for, and did not hand back. */
    int tries() {
        return (int) attempts.stream()
                .filter(attempt -> !attempt.released() && (attempt.worker() != null || attempt.failure() != null))
                .count();
    }

    TaskState after(JobEvent.OfTask event, Instant at) {
        TaskState known = with(event.attempt(), at);
        if (isCompleted()) {
            return known; // of what comes later only the number of attempts is news
        }
        return switch (event) {
            case JobEvent.TaskScheduled _ -> known;
            case JobEvent.TaskStarted e -> known.changing(e.attempt(), a -> a.claimed(e.worker(), at));
            case JobEvent.TaskProgress e -> known.changing(e.attempt(), a -> a.progressed(e.message()));
            case JobEvent.TaskReleased e -> known.changing(e.attempt(), a -> a.handedBack(e.worker()));
            case JobEvent.TaskFailed e -> known.changing(e.attempt(), a -> a.failed(e));
            case TaskCompleted e -> new TaskState(id, known.attempts, e, at);
        };
    }

    private TaskState with(int number, Instant at) {
        boolean known = attempts.stream().anyMatch(attempt -> attempt.number() == number);
        return known ? this : new TaskState(id, attempts.plus(Attempt.issued(number, at)), completion, completedAt);
    }

    private TaskState changing(int number, java.util.function.UnaryOperator<Attempt> change) {
        PVector<Attempt> changed = attempts;
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i).number() == number) {
                changed = changed.with(i, change.apply(changed.get(i)));
            }
        }
        return new TaskState(id, changed, completion, completedAt);
    }
}

package dev.nexus.agent;

import dev.nexus.contract.EventId;
import dev.nexus.contract.TaskId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a stretch of one job's events says about the claims in it: a fold over envelopes alone.
 *
 * @param ended why no claim of the job counts any more; null while they do
 */
record Claims(@Nullable String ended, Map<TaskId, Claims.OfTask> tasks) {

    static final Claims NONE = new Claims(null, Map.of());

    /** The type that tells a completion from a failure, whose ids are equal. */
    static final String COMPLETED = "task.completed";

    /**
     * The claims of a task; only its latest attempt can be won.
     *
     * @param winner the worker with the first claim of the latest attempt; null if no one claimed it
     * @param released workers that gave their claims of the latest attempt back
     * @param hasResult whether the latest attempt has completed or failed
     * @param completed whether any attempt has completed
     */
    record OfTask(int latest, @Nullable String winner, Set<String> released, boolean hasResult, boolean completed) {

        private static final OfTask UNTOUCHED = new OfTask(0, null, Set.of(), false, false);

        private OfTask at(int attempt) {
            return attempt == latest ? this : new OfTask(attempt, null, Set.of(), false, completed);
        }

        private OfTask claimedBy(String worker) {
            return winner == null ? new OfTask(latest, worker, released, hasResult, completed) : this;
        }

        private OfTask releasedBy(String worker) {
            Set<String> more = new HashSet<>(released);
            more.add(worker);
            return new OfTask(latest, winner, Set.copyOf(more), hasResult, completed);
        }

        private OfTask withResult() {
            return new OfTask(latest, winner, released, true, completed);
        }

        private OfTask withCompletion() {
            return new OfTask(latest, winner, released, hasResult, true);
        }

        private OfTask followedBy(OfTask later) {
            boolean everCompleted = completed || later.completed;
            if (latest != later.latest) {
                OfTask newer = latest > later.latest ? this : later;
                return everCompleted ? newer.withCompletion() : newer;
            }
            Set<String> both = new HashSet<>(released);
            both.addAll(later.released);
            return new OfTask(
                    latest,
                    winner == null ? later.winner : winner,
                    Set.copyOf(both),
                    hasResult || later.hasResult,
                    everCompleted);
        }
    }

    /** The fold, one event on; a repeat changes nothing. */
    Claims after(EventId id, String type) {
        if (ended != null) {
            return this;
        }
        return switch (id.fact()) {
            case CANCEL -> endedBecause("the job was cancelled");
            case FINAL, DELETED -> endedBecause("the job has ended");
            case SCHEDULED, STARTED, RELEASED, RESULT -> afterTaskEvent(id, type);
            case ACCEPTED, REJECTED, APPROVAL, PROGRESS, UNKNOWN -> this;
        };
    }

    private Claims afterTaskEvent(EventId id, String type) {
        TaskId task = id.task();
        if (task == null) {
            return this;
        }
        OfTask before = tasks.getOrDefault(task, OfTask.UNTOUCHED);
        OfTask after = before;
        if (id.attempt() >= before.latest()) {
            OfTask current = before.at(id.attempt());
            after = switch (id.fact()) {
                case STARTED -> current.claimedBy(id.detail());
                case RELEASED -> current.releasedBy(id.detail());
                case RESULT -> current.withResult();
                default -> current;
            };
        }
        if (id.fact() == EventId.Fact.RESULT && type.equals(COMPLETED)) {
            after = after.withCompletion();
        }
        return after.equals(before) ? this : with(task, after);
    }

    /** The same as if all events of {@code later} had been folded after those of this one. */
    Claims followedBy(Claims later) {
        if (ended != null) {
            return this;
        }
        if (later.ended != null) {
            return later;
        }
        Map<TaskId, OfTask> both = new HashMap<>(tasks);
        later.tasks.forEach((task, claims) -> both.merge(task, claims, OfTask::followedBy));
        return new Claims(null, Map.copyOf(both));
    }

    /** How the claim of {@code worker} stands, once all the job's events up to now are folded. */
    Standing standing(TaskId task, int attempt, String worker) {
        if (ended != null) {
            return new Standing.Lost(ended);
        }
        OfTask claims = tasks.getOrDefault(task, OfTask.UNTOUCHED);
        if (claims.completed()) {
            return new Standing.Lost("the task has completed");
        }
        if (claims.latest() > attempt) {
            return new Standing.Lost("attempt " + claims.latest() + " has superseded it");
        }
        if (claims.latest() < attempt) {
            return Standing.PENDING;
        }
        if (claims.hasResult()) {
            return new Standing.Lost("the attempt has a result");
        }
        if (claims.released().contains(worker)) {
            return new Standing.Lost("the claim was given back");
        }
        if (claims.winner() == null) {
            return Standing.PENDING;
        }
        return claims.winner().equals(worker) ? Standing.WON : new Standing.Lost(claims.winner() + " claimed it first");
    }

    private static Claims endedBecause(String reason) {
        return new Claims(reason, Map.of());
    }

    private Claims with(TaskId task, OfTask claims) {
        Map<TaskId, OfTask> more = new HashMap<>(tasks);
        more.put(task, claims);
        return new Claims(null, Map.copyOf(more));
    }
}

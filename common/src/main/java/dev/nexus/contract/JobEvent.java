package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A fact about one job, in order, on {@code job-events}; the record key names the job, the header {@code ce_id} the fact
 * (see {@link EventId}). Only Nexus services write them, anyone may read them.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface JobEvent {

    /** A fact about one attempt of one task. */
    sealed interface OfTask extends JobEvent {
        TaskId task();

        int attempt();
    }

    /** What a human answered about a plan, which is named by its hash; the first in the log counts for that plan. */
    sealed interface OfPlan extends JobEvent {
        String planHash();
    }

    /** One of these ends a job: the first in the log, the same one everywhere. */
    sealed interface Final extends JobEvent {}

    /**
     * The job exists, from here on for good.
     *
     * @param files what came with the request, or was taken over from job {@code basedOn}
     * @param requestHash tells a repeat of the same request from another one with the same id: SHA-256, hex
     * @param replay of which job this is a replay; null if of none
     * @param from where it begins, if it is a retry of job {@code basedOn}; null if it is none
     */
    @JsonTypeName("job.accepted")
    record JobAccepted(
            JobKind kind,
            String tenant,
            @Nullable String spec,
            @Nullable Plan plan,
            List<ArtefactRef> files,
            @Nullable JobId basedOn,
            JobOptions options,
            Map<String, String> metadata,
            String requestHash,
            @Nullable Replay replay,
            @Nullable Stage from)
            implements JobEvent {
        @SuppressWarnings("NullAway") // Jackson passes null for what is absent
        public JobAccepted {
            files = files == null ? List.of() : List.copyOf(files);
            options = options == null ? JobOptions.DEFAULTS : options;
            metadata = metadata == null
                    ? Map.of()
                    : Collections.unmodifiableMap(new TreeMap<>(metadata)); // the same order on every replica
        }

        /** The same job with these options. */
        public JobAccepted with(JobOptions others) {
            return new JobAccepted(
                    kind, tenant, spec, plan, files, basedOn, others, metadata, requestHash, replay, from);
        }

        public JobAccepted(
                JobKind kind,
                String tenant,
                @Nullable String spec,
                @Nullable Plan plan,
                List<ArtefactRef> files,
                @Nullable JobId basedOn,
                JobOptions options,
                Map<String, String> metadata,
                String requestHash,
                @Nullable Replay replay) {
            this(kind, tenant, spec, plan, files, basedOn, options, metadata, requestHash, replay, null);
        }

        public JobAccepted(
                JobKind kind,
                String tenant,
                @Nullable String spec,
                @Nullable Plan plan,
                List<ArtefactRef> files,
                @Nullable JobId basedOn,
                JobOptions options,
                Map<String, String> metadata,
                String requestHash) {
            this(kind, tenant, spec, plan, files, basedOn, options, metadata, requestHash, null);
        }
    }

    /**
     * A record from outside was refused, a request or a command; nothing else will follow because of it.
     *
     * @param source where its producer put it, as {@code topic/partition/offset}
     */
    @JsonTypeName("job.rejected")
    record JobRejected(ErrorInfo error, String source) implements JobEvent {}

    /**
     * An order for this attempt is on the work topic; or, if it allows to spend something, is put there once this was read
     * back, as the first of its id.
     *
     * @param allowanceUsd what it may spend, as in {@link Terms}; null if the job has no budget
     */
    @JsonTypeName("task.scheduled")
    record TaskScheduled(TaskId task, int attempt, @Nullable BigDecimal allowanceUsd) implements OfTask {

        public TaskScheduled(TaskId task, int attempt) {
            this(task, attempt, null);
        }
    }

    /**
     * A worker claims the attempt; the first claim in the log wins it.
     *
     * @param allowanceUsd what the order that it took allows it to spend, as in {@link Terms}
     */
    @JsonTypeName("task.started")
    record TaskStarted(
            TaskId task,
            int attempt,
            String worker,
            @Nullable BigDecimal allowanceUsd) implements OfTask {

        public TaskStarted(TaskId task, int attempt, String worker) {
            this(task, attempt, worker, null);
        }
    }

    /** What the worker is doing, for people. */
    @JsonTypeName("task.progress")
    record TaskProgress(TaskId task, int attempt, String message) implements OfTask {}

    /** The worker hands the attempt back unfinished, because it stops. */
    @JsonTypeName("task.released")
    record TaskReleased(TaskId task, int attempt, String worker) implements OfTask {}

    @JsonTypeName("task.completed")
    record TaskCompleted(TaskId task, int attempt, String worker, Outcome outcome, Usage usage, Fidelity fidelity)
            implements OfTask {}

    /**
     * The attempt failed.
     *
     * @param detail what helps to find out why, such as the end of the model's raw answer
     */
    @JsonTypeName("task.failed")
    record TaskFailed(
            TaskId task,
            int attempt,
            String worker,
            ErrorInfo error,
            Usage usage,
            @Nullable String detail) implements OfTask {}

    /**
     * The plan may be built.
     *
     * @param planHash of the plan that was looked at, see {@link Plan#hash}
     * @param plan to build instead, if it was changed
     */
    @JsonTypeName("plan.approved")
    record PlanApproved(String planHash, @Nullable Plan plan) implements OfPlan {}

    /** The plan must not be built; {@code planHash} as there. */
    @JsonTypeName("plan.rejected")
    record PlanRejected(String planHash, @Nullable String reason) implements OfPlan {}

    @JsonTypeName("job.cancel_requested")
    record JobCancelRequested(@Nullable String reason) implements JobEvent {}

    /**
     * Everything asked for is there.
     *
     * @param verdict of the last test run, if the job had one
     */
    @JsonTypeName("job.completed")
    record JobCompleted(@Nullable Verdict verdict, Fidelity fidelity) implements Final {}

    /**
     * The job ends without all that was asked for.
     *
     * @param verdict of the test run whose report the job keeps, if it had one
     * @param bestRound the round whose files and report the job keeps: the one in which most tests passed, 0 for the first
     *     build; null, and then the newest are kept, if no tests were run
     */
    @JsonTypeName("job.failed")
    record JobFailed(
            ErrorInfo error,
            @Nullable Verdict verdict,
            Fidelity fidelity,
            @Nullable Integer bestRound) implements Final {}

    @JsonTypeName("job.cancelled")
    record JobCancelled() implements Final {}

    /** The job is to be forgotten; the one event that may follow the final one. */
    @JsonTypeName("job.deleted")
    record JobDeleted() implements JobEvent {}

    /** Written by a newer version; readers count it, pass it on and skip it. */
    record Unrecognised(String type) implements JobEvent {}

    /** The name on the wire: {@code type} in the value, {@code ce_type} in the headers, {@code event} in a stream. */
    default String type() {
        if (this instanceof Unrecognised unknown) {
            return unknown.type();
        }
        return getClass().getAnnotation(JsonTypeName.class).value();
    }
}

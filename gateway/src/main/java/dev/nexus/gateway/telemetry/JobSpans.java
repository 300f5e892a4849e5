package dev.nexus.gateway.telemetry;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventId;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.TaskId;
import dev.nexus.gateway.job.Attempt;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.job.TaskState;
import dev.nexus.gateway.log.LogReader;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells of jobs and attempts by spans, in the replica that drives, when the log tells of their end. All ids follow from the
 * job's, so that what the agents tell is below without having been told them. Times are the broker's.
 */
public final class JobSpans implements LogReader.Listener {

    static final String SCOPE = "dev.nexus.gateway";
    static final AttributeKey<String> JOB = AttributeKey.stringKey("nexus.job.id");
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> KIND = AttributeKey.stringKey("nexus.job.kind");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("nexus.job.outcome");
    private static final AttributeKey<String> TASK = AttributeKey.stringKey("nexus.task.id");
    private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("nexus.task.attempt");
    private static final AttributeKey<String> WORKER = AttributeKey.stringKey("nexus.worker");

    private final Tracer tracer;
    private final BooleanSupplier driving;

    /** @param driving whether this replica is the one that tells */
    public JobSpans(OpenTelemetry openTelemetry, BooleanSupplier driving) {
        this.tracer = openTelemetry.getTracer(SCOPE);
        this.driving = driving;
    }

    /** The span with which a job begins, be it a request or a record: that of its {@code job.accepted}. */
    static String beginning(JobId job) {
        return Envelope.spanId(job + "/accepted");
    }

    /** The span of the job as a whole. */
    static String whole(JobId job) {
        return Envelope.spanId(job.value());
    }

    @Override
    public void read(LoggedEvent event) {}

    @Override
    public void folded(List<JobState> changed, LogReader.Moment moment, LogReader.Place place, boolean beat) {}

    @Override
    public void changed(@Nullable JobState before, JobState after, LoggedEvent by) {
        if (before == null || !driving.getAsBoolean()) {
            return;
        }
        if (by.event() instanceof JobEvent.OfTask event) {
            TaskState known = before.tasks().get(event.task());
            TaskState task = after.tasks().get(event.task());
            if (task != null && (known == null || !known.isCompleted())) {
                task(after.id(), task, event, by.time());
            }
        }
        if (after.status().isFinal() && !before.status().isFinal()) {
            String why = after.status() == JobStatus.CANCELLED ? "cancelled" : "abandoned";
            after.tasks().values().stream()
                    .filter(task -> !task.isCompleted() && !task.latest().isOver())
                    .forEach(task -> attempt(after.id(), task.id(), task.latest(), by.time(), why));
            job(after, by.time());
        }
    }

    private void task(JobId job, TaskState task, JobEvent.OfTask event, Instant at) {
        for (Attempt attempt : task.attempts()) {
            boolean itself = attempt.number() == event.attempt();
            switch (event) {
                case JobEvent.TaskScheduled _ -> {
                    if (attempt.number() == event.attempt() - 1 && !attempt.isOver()) {
                        attempt(job, task.id(), attempt, at, "worker_lost");
                    }
                }
                case JobEvent.TaskCompleted _ -> {
                    if (itself) {
                        attempt(job, task.id(), attempt, at, null);
                    } else if (attempt.number() == task.latest().number() && !attempt.isOver()) {
                        attempt(job, task.id(), attempt, at, "superseded");
                    }
                }
                case JobEvent.TaskFailed failed -> {
                    if (itself) {
                        attempt(
                                job,
                                task.id(),
                                attempt,
                                at,
                                failed.error().code().wire());
                    }
                }
                case JobEvent.TaskReleased _ -> {
                    if (itself && attempt.released()) {
                        attempt(job, task.id(), attempt, at, "released");
                    }
                }
                case JobEvent.TaskStarted _, JobEvent.TaskProgress _ -> {}
            }
        }
    }

    private void job(JobState job, Instant end) {
        SpanBuilder span = tracer.spanBuilder("job " + job.request().kind().wire())
                .setParent(below(job.id(), beginning(job.id())))
                .setStartTimestamp(job.since().time())
                .setAttribute(JOB, job.id().value())
                .setAttribute(KIND, job.request().kind().wire())
                .setAttribute(OUTCOME, job.status().wire());
        String code = job.error() == null ? null : job.error().code().wire();
        end(KnownIds.start(span, Envelope.traceId(job.id()), whole(job.id())), end, code);
    }

    /** From its order to its end, and in it how long it waited for a slot. */
    private void attempt(JobId job, TaskId task, Attempt attempt, Instant end, @Nullable String error) {
        String id = Envelope.spanId(
                EventId.scheduled(job, task, attempt.number()).toString()); // the parent of what the agent tells
        SpanBuilder span = tracer.spanBuilder("task " + task.kind().name().toLowerCase(Locale.ROOT))
                .setParent(below(job, whole(job)))
                .setStartTimestamp(attempt.scheduledAt())
                .setAttribute(JOB, job.value())
                .setAttribute(TASK, task.toString())
                .setAttribute(ATTEMPT, (long) attempt.number());
        if (attempt.worker() != null) {
            span.setAttribute(WORKER, attempt.worker());
        }
        end(KnownIds.start(span, Envelope.traceId(job), id), end, error);
        tracer.spanBuilder("wait")
                .setParent(below(job, id))
                .setStartTimestamp(attempt.scheduledAt())
                .startSpan()
                .end(attempt.startedAt() == null ? end : attempt.startedAt());
    }

    private static void end(Span span, Instant at, @Nullable String error) {
        if (error != null) {
            span.setAttribute(ERROR_TYPE, error);
            span.setStatus(StatusCode.ERROR);
        }
        span.end(at);
    }

    private static Context below(JobId job, String parent) {
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        Envelope.traceId(job), parent, TraceFlags.getSampled(), TraceState.getDefault())));
    }
}

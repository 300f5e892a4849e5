package dev.nexus.gateway.telemetry;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.TaskId;
import dev.nexus.gateway.job.Attempt;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.job.TaskState;
import dev.nexus.gateway.log.LogReader;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the log tells of jobs and tasks, in the replica that drives, and only what is written while it does. Times
 * are the broker's.
 */
public final class JobFigures implements LogReader.Listener {

    private static final String BY_THE_DRIVER =
            " Counted by the gateway that drives, from its start on: sum over all gateways.";

    /** Why a task is issued again. */
    private enum Reason {
        /** Its worker was silent, or nobody took it. */
        LOST,
        FAILED,
        RELEASED;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final MeterRegistry meters;
    private final BooleanSupplier driving;

    /** @param driving whether this replica is the one that counts */
    public JobFigures(MeterRegistry meters, BooleanSupplier driving) {
        this.meters = meters;
        this.driving = driving;
        for (JobKind kind : JobKind.values()) { // from zero on: else the first of each would be no increase
            accepted(kind);
            for (JobStatus status : JobStatus.values()) {
                if (status.isFinal()) {
                    jobTime(kind, status);
                }
            }
        }
        for (TaskId.Kind kind : TaskId.Kind.values()) {
            waitTime(kind);
            List.of("completed", "failed").forEach(outcome -> workTime(kind, outcome));
            List.of(Reason.values()).forEach(reason -> reissued(kind, reason));
        }
        failures(ErrorCode.INTERNAL_ERROR);
        refusals(ErrorCode.INVALID_REQUEST);
    }

    @Override
    public void read(LoggedEvent event) {
        if (event.event() instanceof JobEvent.JobRejected rejected && driving.getAsBoolean()) {
            refusals(rejected.error().code()).increment();
        }
    }

    @Override
    public void changed(@Nullable JobState before, JobState after, LoggedEvent by) {
        if (!driving.getAsBoolean()) {
            return;
        }
        if (before == null) {
            accepted(after.request().kind()).increment();
        } else if (by.event() instanceof JobEvent.OfTask event) {
            task(before.tasks().get(event.task()), after.tasks().get(event.task()), event, by.time());
        }
        if (before != null && after.status().isFinal() && !before.status().isFinal()) {
            Duration time = Duration.between(after.since().time(), by.time());
            jobTime(after.request().kind(), after.status()).record(time);
            if (after.error() != null) {
                failures(after.error().code()).increment();
            }
        }
    }

    private void task(@Nullable TaskState before, @Nullable TaskState after, JobEvent.OfTask event, Instant at) {
        if (after == null) {
            return; // the event had no place in its job
        }
        TaskId.Kind kind = event.task().kind();
        Attempt attempt = attempt(after, event.attempt());
        Attempt known = before == null ? null : attempt(before, event.attempt());
        switch (event) {
            case JobEvent.TaskScheduled _ -> {
                if (event.attempt() > 1 && before != null && known == null) {
                    reissued(kind, reason(before.latest())).increment();
                }
            }
            case JobEvent.TaskStarted _ -> {
                if (attempt != null && attempt.startedAt() != null && (known == null || known.startedAt() == null)) {
                    waitTime(kind).record(Duration.between(attempt.scheduledAt(), attempt.startedAt()));
                }
            }
            case JobEvent.TaskCompleted _ -> {
                if (before == null || !before.isCompleted()) {
                    worked(attempt, kind, "completed", at);
                }
            }
            case JobEvent.TaskFailed _ -> worked(attempt, kind, "failed", at);
            case JobEvent.TaskProgress _, JobEvent.TaskReleased _ -> {}
        }
    }

    private void worked(@Nullable Attempt attempt, TaskId.Kind kind, String outcome, Instant end) {
        if (attempt != null) {
            Instant start = attempt.startedAt() == null ? attempt.scheduledAt() : attempt.startedAt();
            workTime(kind, outcome).record(Duration.between(start, end));
        }
    }

    private static @Nullable Attempt attempt(TaskState task, int number) {
        return task.attempts().stream()
                .filter(attempt -> attempt.number() == number)
                .findFirst()
                .orElse(null);
    }

    private static Reason reason(Attempt before) {
        return before.released() ? Reason.RELEASED : before.failure() != null ? Reason.FAILED : Reason.LOST;
    }

    private Counter accepted(JobKind kind) {
        return Counter.builder("nexus.jobs.accepted")
                .description("Jobs that were accepted, by HTTP or Kafka." + BY_THE_DRIVER)
                .tag("kind", kind.wire())
                .register(meters);
    }

    private Timer jobTime(JobKind kind, JobStatus outcome) {
        return time("nexus.job.duration", "How long jobs took from acceptance to their end; waits for a human too.")
                .tag("kind", kind.wire())
                .tag("outcome", outcome.wire())
                .register(meters);
    }

    private Counter failures(ErrorCode code) {
        return Counter.builder("nexus.jobs.failed")
                .description("Jobs that failed, by the code of their error." + BY_THE_DRIVER)
                .tag("code", code.wire())
                .register(meters);
    }

    private Counter refusals(ErrorCode code) {
        return Counter.builder("nexus.requests.refused")
                .description("Records on job-requests and job-control that were refused." + BY_THE_DRIVER)
                .tag("code", code.wire())
                .register(meters);
    }

    private Timer waitTime(TaskId.Kind task) {
        return time("nexus.task.wait", "How long attempts waited for a slot, from their order to the claim.")
                .tag("task", wire(task))
                .register(meters);
    }

    private Timer workTime(TaskId.Kind task, String outcome) {
        return time("nexus.task.duration", "How long attempts were worked on, from the claim to the result.")
                .tag("task", wire(task))
                .tag("outcome", outcome)
                .register(meters);
    }

    private Counter reissued(TaskId.Kind task, Reason reason) {
        return Counter.builder("nexus.tasks.reissued")
                .description("Attempts above the first, by what became of the one before." + BY_THE_DRIVER)
                .tag("task", wire(task))
                .tag("reason", reason.wire())
                .register(meters);
    }

    private static Timer.Builder time(String name, String description) {
        return Timer.builder(name).description(description + BY_THE_DRIVER).serviceLevelObjectives(Buckets.times());
    }

    private static String wire(TaskId.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void folded(List<JobState> changed, LogReader.Moment moment, LogReader.Place place, boolean beat) {}
}

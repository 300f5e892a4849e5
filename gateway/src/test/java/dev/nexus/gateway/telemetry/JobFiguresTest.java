package dev.nexus.gateway.telemetry;

import static dev.nexus.gateway.telemetry.ToldJob.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Usage;
import dev.nexus.gateway.Gateways;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is counted of a log. */
class JobFiguresTest {

    private static final TaskId PLAN = TaskId.plan();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private boolean driving = true;
    private final ToldJob job = new ToldJob(new JobFigures(meters, () -> driving));

    private static JobEvent done(int attempt, String worker) {
        return new JobEvent.TaskCompleted(
                PLAN, attempt, worker, Gateways.planned(), Usage.NONE, Fidelity.IMPLEMENTATION);
    }

    private static JobEvent failed(int attempt) {
        var error = new ErrorInfo(ErrorCode.INTERNAL_ERROR, "it broke", true);
        return new JobEvent.TaskFailed(PLAN, attempt, "w1", error, Usage.NONE, null);
    }

    @Test
    void waitingAndWorkingAreToldApart() {
        job.at(0, accepted())
                .at(1, new JobEvent.TaskScheduled(PLAN, 1))
                .at(3, new JobEvent.TaskStarted(PLAN, 1, "w1"))
                .at(8, done(1, "w1"))
                .at(9, new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION));

        assertThat(meters.get("nexus.task.wait").tag("task", "plan").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(2);
        assertThat(work("completed").totalTime(TimeUnit.SECONDS)).isEqualTo(5);
        Timer whole = meters.get("nexus.job.duration")
                .tags("kind", "plan", "outcome", "completed")
                .timer();
        assertThat(whole.count()).isEqualTo(1);
        assertThat(whole.totalTime(TimeUnit.SECONDS)).isEqualTo(9);
        assertThat(meters.get("nexus.jobs.accepted")
                        .tag("kind", "plan")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whatIsReadTwiceCountsOnce() {
        job.at(0, accepted())
                .at(1, new JobEvent.TaskScheduled(PLAN, 1))
                .at(3, new JobEvent.TaskStarted(PLAN, 1, "w1"))
                .at(4, new JobEvent.TaskStarted(PLAN, 1, "w2"))
                .at(8, done(1, "w1"))
                .at(8, done(1, "w1"));

        assertThat(meters.get("nexus.task.wait").tag("task", "plan").timer().count())
                .isEqualTo(1);
        assertThat(work("completed").count()).isEqualTo(1);
    }

    @Test
    void anAttemptAboveTheFirstHasAReason() {
        job.at(0, accepted())
                .at(1, new JobEvent.TaskScheduled(PLAN, 1))
                .at(2, new JobEvent.TaskStarted(PLAN, 1, "w1"))
                .at(3, failed(1))
                .at(4, new JobEvent.TaskScheduled(PLAN, 2))
                .at(5, new JobEvent.TaskStarted(PLAN, 2, "w1"))
                .at(6, new JobEvent.TaskReleased(PLAN, 2, "w1"))
                .at(7, new JobEvent.TaskScheduled(PLAN, 3))
                .at(8, new JobEvent.TaskStarted(PLAN, 3, "w2"))
                .at(20, new JobEvent.TaskScheduled(PLAN, 4));

        assertThat(reissued("failed")).isEqualTo(1);
        assertThat(reissued("released")).isEqualTo(1);
        assertThat(reissued("lost")).isEqualTo(1);
        assertThat(work("failed").count()).isEqualTo(1);
    }

    @Test
    void onlyTheDriverCounts() {
        driving = false;

        job.at(0, accepted()).at(1, new JobEvent.TaskScheduled(PLAN, 1)).at(2, new JobEvent.JobCancelled());

        assertThat(meters.getMeters().stream()
                        .flatMap(meter -> java.util.stream.StreamSupport.stream(
                                meter.measure().spliterator(), false))
                        .mapToDouble(measurement -> measurement.getValue())
                        .sum())
                .isZero();
    }

    private Timer work(String outcome) {
        return meters.get("nexus.task.duration")
                .tags("task", "plan", "outcome", outcome)
                .timer();
    }

    private double reissued(String reason) {
        return meters.get("nexus.tasks.reissued")
                .tags("task", "plan", "reason", reason)
                .counter()
                .count();
    }
}

package dev.nexus.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.EventId;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Usage;
import dev.nexus.gateway.job.JobState;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is counted of a job that has ended before all of its attempts told what they cost. */
class SpendingTest {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    private static final TaskId PLAN = TaskId.plan();
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private final Spending spending = new Spending(true, Clock.fixed(NOON, ZoneOffset.UTC));
    private @Nullable JobState job;
    private long offset;

    @Test
    void anAttemptThatIsCancelledUnderWayCountsWithAllThatItWasAllowed() {
        given(accepted(), allowed(1, "0.4"), started(1, "w1"), new JobEvent.JobCancelled());

        assertSpent("0.4");
    }

    @Test
    void anAttemptThatNobodyHadTakenHasCostNothing() {
        given(accepted(), allowed(1, "0.4"), new JobEvent.JobCancelled());

        assertSpent("0");
    }

    /** The second one's allowance is the same money: what the first one spent is counted in it. */
    @Test
    void whatIsLostAndIssuedAgainCountsOnce() {
        given(accepted(), allowed(1, "0.4"), started(1, "w1"), allowed(2, "0.4"), started(2, "w2"), lost());

        assertSpent("0.4");
    }

    @Test
    void anAttemptThatWasLostCountsThoughTheNextOneWasNeverTaken() {
        given(accepted(), allowed(1, "0.4"), started(1, "w1"), allowed(2, "0.4"), new JobEvent.JobCancelled());

        assertSpent("0.4");
    }

    @Test
    void whatWasToldIsCountedAsItWasTold() {
        given(accepted(), allowed(1, "0.4"), started(1, "w1"), failed(1, "0.1"), lost());

        assertSpent("0.1");
    }

    @Test
    void aResultThatComesLateTakesThePlaceOfWhatWasCounted() {
        given(accepted(), allowed(1, "0.4"), started(1, "w1"), new JobEvent.JobCancelled(), failed(1, "0.1"));

        assertSpent("0.1");
    }

    @Test
    void aLateResultOfAnAttemptThatWasReplacedIsPartOfWhatWasCounted() {
        given(accepted(), allowed(1, "0.4"), started(1, "w1"), allowed(2, "0.4"), started(2, "w2"), lost());

        given(failed(1, "0.1"));
        assertSpent("0.4");
        given(failed(2, "0.3"));
        assertSpent("0.4");
    }

    @Test
    void whatATaskSpentInVainThatAnotherAttemptCompletedIsCounted() {
        given(
                accepted(),
                allowed(1, "0.4"),
                started(1, "w1"),
                allowed(2, "0.4"),
                started(2, "w2"),
                completed(1, "0.1"),
                new JobEvent.JobCancelled());

        assertSpent("0.4");
    }

    @Test
    void whatEndedYesterdayIsNotOfToday() {
        offset = -86_400;

        given(accepted(), allowed(1, "0.4"), started(1, "w1"), new JobEvent.JobCancelled());

        assertSpent("0");
    }

    /** As the reader of the log does. */
    private void given(JobEvent... events) {
        for (JobEvent each : events) {
            var event = new LoggedEvent(
                    JOB, EventId.of(JOB, each, "").toString(), each, 0, offset, NOON.plusSeconds(offset - 100));
            offset++;
            JobState before = job;
            JobState after =
                    before == null ? JobState.accepted(event, (JobEvent.JobAccepted) each) : before.after(event);
            job = after;
            spending.read(event, "acme");
            if (before != null && after.status().isFinal() && !before.status().isFinal()) {
                spending.ended(after, event.time());
            }
        }
    }

    private void assertSpent(String usd) {
        assertThat(spending.today("acme")).isEqualByComparingTo(usd);
    }

    private static JobEvent accepted() {
        var options = new JobOptions(null, null, null, BigDecimal.ONE);
        return new JobEvent.JobAccepted(
                JobKind.PIPELINE, "acme", "A bank", null, List.of(), null, options, Map.of(), "hash");
    }

    private static JobEvent allowed(int attempt, String usd) {
        return new JobEvent.TaskScheduled(PLAN, attempt, new BigDecimal(usd));
    }

    private static JobEvent started(int attempt, String worker) {
        return new JobEvent.TaskStarted(PLAN, attempt, worker, null);
    }

    private static JobEvent failed(int attempt, String usd) {
        var why = new ErrorInfo(ErrorCode.MODEL_UNAVAILABLE, "it broke", true);
        return new JobEvent.TaskFailed(PLAN, attempt, "w" + attempt, why, cost(usd), null);
    }

    private static JobEvent completed(int attempt, String usd) {
        Outcome outcome = dev.nexus.gateway.Gateways.planned();
        return new JobEvent.TaskCompleted(PLAN, attempt, "w" + attempt, outcome, cost(usd), Fidelity.IMPLEMENTATION);
    }

    private static JobEvent lost() {
        var why = new ErrorInfo(ErrorCode.WORKER_LOST, "it is silent", false);
        return new JobEvent.JobFailed(why, null, Fidelity.IMPLEMENTATION, null);
    }

    private static Usage cost(String usd) {
        return new Usage(1, 0, 10, 20, new BigDecimal(usd));
    }
}

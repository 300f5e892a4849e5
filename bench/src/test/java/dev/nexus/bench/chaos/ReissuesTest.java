package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.bench.chaos.Breach.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every attempt here is claimed a second after it was ordered, the first one by worker {@code planner-1} at 2 s. */
class ReissuesTest {

    @Test
    void aClaimedAttemptThatIsIssuedAgainWithoutCauseIsABreach() {
        assertThat(rules(attempts(10_000), blows())).containsExactly(Rule.REISSUED);
    }

    @Test
    void aBlowOnTheWorkerIsACauseAndOneOnAnotherOrLongBeforeIsNone() {
        assertThat(rules(attempts(10_000), blows(worker("planner-1", 4_000, 9_000))))
                .isEmpty();
        assertThat(rules(attempts(10_000), blows(worker("planner-x", 4_000, 9_000))))
                .containsExactly(Rule.REISSUED);
        assertThat(rules(attempts(10_000), blows(worker("planner-1", -9_000, -4_000))))
                .containsExactly(Rule.REISSUED);
    }

    @Test
    void aReleaseByTheClaimsWinnerIsACauseAndByAnotherIsNone() {
        LogForTests released = attempts().at(3_000, "plan/1/released/planner-1", told("released", 1, "planner-1"));
        LogForTests byAnother = attempts().at(3_000, "plan/1/released/planner-x", told("released", 1, "planner-x"));

        assertThat(rules(issued(released, 2, 4_000), blows())).isEmpty();
        assertThat(rules(issued(byAnother, 2, 4_000), blows())).containsExactly(Rule.REISSUED);
    }

    @Test
    void aFailureIsACauseIfItIsRetryable() {
        assertThat(rules(issued(attempts().at(3_000, "plan/1/result", failed(true)), 2, 4_000), blows()))
                .isEmpty();
        assertThat(rules(issued(attempts().at(3_000, "plan/1/result", failed(false)), 2, 4_000), blows()))
                .containsExactly(Rule.REISSUED);
    }

    @Test
    void anUnclaimedOrderIsIssuedAgainAfterHalfAMinuteAndNoSooner() {
        assertThat(rules(scheduled(ordered(), 2, 32_000), blows())).isEmpty();
        assertThat(rules(scheduled(ordered(), 2, 12_000), blows())).containsExactly(Rule.REISSUED);
    }

    @Test
    void aClaimThatCrossesTheNextAttemptCameTooLate() {
        LogForTests crossed = ordered().at(31_500, "plan/1/started/planner-1", told("started", 1, "planner-1"));

        assertThat(rules(scheduled(crossed, 2, 32_000), blows())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"9_900, 0", "10_100, 1"})
    void aTaskIsIssuedAgainWithinTenSecondsOfTheBlow(String after, int breaches) {
        long issued = 4_000 + Long.parseLong(after.replace("_", ""));

        assertThat(rules(attempts(issued), blows(worker("planner-1", 4_000, 60_000))))
                .hasSize(breaches);
    }

    @ParameterizedTest
    @CsvSource({"14_900, 0", "15_100, 1"})
    void orWithinFifteenIfAGatewayIsHitWithIt(String after, int breaches) {
        long issued = 6_000 + Long.parseLong(after.replace("_", ""));

        assertThat(rules(attempts(issued), blows(worker("planner-1", 4_000, 60_000), gateway(1, 6_000, 18_000))))
                .hasSize(breaches);
    }

    @Test
    void whileBothGatewaysOrABrokerAreAwayThereIsNoLimit() {
        LogForTests log = attempts(44_000);
        var broker = new Striker.Done(Kind.BROKER, "broker-1", Blow.STOP, "", 1, false, at(5_000), at(20_000));

        assertThat(rules(
                        log,
                        blows(
                                worker("planner-1", 4_000, 60_000),
                                gateway(1, 6_000, 30_000),
                                gateway(2, 7_000, 30_000))))
                .isEmpty();
        assertThat(rules(log, blows(worker("planner-1", 4_000, 60_000), broker)))
                .isEmpty();
    }

    @Test
    void aJobFailsWithWorkerLostOnlyAfterThreeLosses() {
        LogForTests log = attempts(10_000, 20_000).at(30_000, "final", LOST);

        assertThat(rules(
                        log,
                        blows(
                                worker("planner-1", 4_000, 9_000),
                                worker("planner-2", 14_000, 19_000),
                                worker("planner-3", 24_000, 29_000))))
                .isEmpty();
        assertThat(rules(log, blows(worker("planner-1", 4_000, 9_000), worker("planner-2", 14_000, 19_000))))
                .containsExactly(Rule.REISSUED);
    }

    private static final String LOST = "{'type':'job.failed','error':{'code':'worker_lost'}}";

    private static LogForTests ordered() {
        return new LogForTests()
                .at(0, "accepted", "{'type':'job.accepted','kind':'plan'}")
                .at(1_000, "plan/1/scheduled", "{'type':'task.scheduled','task':'plan','attempt':1}");
    }

    /** One attempt, and one more at each of the given times. */
    private static LogForTests attempts(long... more) {
        LogForTests log = ordered().at(2_000, "plan/1/started/planner-1", told("started", 1, "planner-1"));
        for (int i = 0; i < more.length; i++) {
            log = issued(log, i + 2, more[i]);
        }
        return log;
    }

    private static LogForTests issued(LogForTests log, int attempt, long at) {
        String worker = "planner-" + attempt;
        return scheduled(log, attempt, at)
                .at(at + 1_000, "plan/" + attempt + "/started/" + worker, told("started", attempt, worker));
    }

    private static LogForTests scheduled(LogForTests log, int attempt, long at) {
        return log.at(
                at,
                "plan/" + attempt + "/scheduled",
                "{'type':'task.scheduled','task':'plan','attempt':" + attempt + "}");
    }

    private static String told(String what, int attempt, String worker) {
        return "{'type':'task." + what + "','task':'plan','attempt':" + attempt + ",'worker':'" + worker + "'}";
    }

    private static String failed(boolean retryable) {
        return "{'type':'task.failed','task':'plan','attempt':1,'error':{'code':'x','retryable':" + retryable + "}}";
    }

    private static Striker.Done worker(String worker, long from, long to) {
        return new Striker.Done(Kind.PLANNER, worker, Blow.KILL, worker, 1, false, at(from), at(to));
    }

    private static Striker.Done gateway(int number, long from, long to) {
        return new Striker.Done(Kind.GATEWAY, "gateway-" + number, Blow.KILL, "", 1, true, at(from), at(to));
    }

    private static long at(long millis) {
        return LogForTests.START + millis;
    }

    private static Blows blows(Striker.Done... done) {
        return new Blows(List.of(done), 1);
    }

    private static List<Rule> rules(LogForTests log, Blows blows) {
        List<RawRecord> records = new ArrayList<>(log.records());
        return new Reissues(JobHistory.of(records), blows)
                .breaches().stream().map(Breach::rule).toList();
    }
}

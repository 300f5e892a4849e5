package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.bench.chaos.Breach.Rule;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every job here is accepted at 0 s and, unless said otherwise, claimed by worker planner-a at 2 s. */
class CancellationsTest {

    private static final Blows NONE = new Blows(List.of(), 1);

    @Test
    void aCancellationThatEndsTheJobAtOnceIsFine() {
        LogForTests log =
                claimed().at(5_000, "cancel", "{'type':'job.cancel_requested'}").cancelled(5_100);

        Cancellations cancellations = of(log, NONE);

        assertThat(cancellations.breaches(told(true, 4_900))).isEmpty();
        assertThat(cancellations.longest(told(true, 4_900))).hasValue(200);
    }

    @Test
    void aCancellationConfirmedOverHttpThatTheLogDoesNotHaveIsABreach() {
        LogForTests log = claimed().at(5_100, "final", "{'type':'job.completed'}");

        assertThat(rules(of(log, NONE).breaches(told(false, 5_000)))).containsExactly(Rule.CANCEL);
    }

    @Test
    void aCancellationConfirmedOverHttpMayLieBehindTheEnd() {
        LogForTests log = claimed()
                .at(5_000, "final", "{'type':'job.completed'}")
                .at(5_100, "cancel", "{'type':'job.cancel_requested'}");

        assertThat(of(log, NONE).breaches(told(false, 5_200))).isEmpty();
    }

    @Test
    void aCommandOnKafkaThatTheDriverLostIsABreachAndOneThatCameTooLateIsNot() {
        LogForTests log = claimed().at(30_000, "final", "{'type':'job.completed'}");

        assertThat(rules(of(log, NONE).breaches(told(true, 5_000)))).containsExactly(Rule.CANCEL);
        assertThat(of(log, NONE).breaches(told(true, 29_000))).isEmpty();
    }

    @Test
    void aDriverThatDiesExcusesALostCommandOnlyUntilTheOtherHasTakenOver() {
        Blows death = blows(new Striker.Done(Kind.GATEWAY, "gateway-1", Blow.KILL, "", 1, true, at(5_100), at(20_000)));
        LogForTests soon = claimed().at(20_000, "final", "{'type':'job.completed'}");
        LogForTests late = claimed().at(30_000, "final", "{'type':'job.completed'}");

        assertThat(of(soon, death).breaches(told(true, 5_000))).isEmpty();
        assertThat(rules(of(late, death).breaches(told(true, 5_000)))).containsExactly(Rule.CANCEL);
    }

    @Test
    void aCommandWaitsWhileBothGatewaysAreAway() {
        Blows deaths = blows(
                new Striker.Done(Kind.GATEWAY, "gateway-1", Blow.KILL, "", 1, true, at(5_100), at(20_000)),
                new Striker.Done(Kind.GATEWAY, "gateway-2", Blow.KILL, "", 1, true, at(9_000), at(24_000)));
        LogForTests log = claimed().at(40_000, "final", "{'type':'job.completed'}");

        assertThat(of(log, deaths).breaches(told(true, 5_000))).isEmpty();
    }

    @Test
    void aClaimBehindACancellationIsABreachUnlessTheyCrossed() {
        LogForTests late = cancelled().at(9_000, "plan/2/started/planner-b", started("planner-b"));
        LogForTests crossed = cancelled().at(5_500, "plan/2/started/planner-b", started("planner-b"));

        assertThat(rules(of(late, NONE).breaches(told(true, 5_000)))).containsExactly(Rule.CANCEL);
        assertThat(of(crossed, NONE).breaches(told(true, 5_000))).isEmpty();
    }

    @Test
    void aClaimOfAWorkerThatWasStoppedOrHasJustBegunIsExcused() {
        LogForTests log = cancelled().at(19_000, "plan/2/started/planner-b", started("planner-b"));
        Blows stop = blows(
                new Striker.Done(Kind.PLANNER, "planner-1", Blow.STOP, "planner-b", 1, false, at(4_900), at(18_900)));
        Blows birth = blows(
                new Striker.Done(Kind.PLANNER, "planner-1", Blow.KILL, "planner-x", 1, false, at(4_900), at(18_900)));
        Blows other = blows(
                new Striker.Done(Kind.TESTER, "tester-1", Blow.KILL, "tester-x", 1, false, at(4_900), at(18_900)));

        assertThat(of(log, stop).breaches(told(true, 5_000))).isEmpty();
        assertThat(of(log, birth).breaches(told(true, 5_000))).isEmpty();
        assertThat(rules(of(log, other).breaches(told(true, 5_000)))).containsExactly(Rule.CANCEL);
    }

    @Test
    void aCallThatStartsBehindACancellationIsABreachUnlessTheBrokerWasAway() {
        LogForTests log = cancelled();
        RawRecord call = LogForTests.appended(
                at(9_000),
                new LogForTests()
                        .record("model-calls", "call", "{'task':'plan','attempt':1,'durationMillis':1000}")
                        .records()
                        .getFirst());
        Blows outage = blows(new Striker.Done(Kind.BROKER, "broker-1", Blow.STOP, "", 1, false, at(5_000), at(14_000)));

        assertThat(rules(new Cancellations(JobHistory.of(log.records()), List.of(call), NONE).breaches(List.of())))
                .containsExactly(Rule.CANCEL);
        assertThat(new Cancellations(JobHistory.of(log.records()), List.of(call), outage).breaches(List.of()))
                .isEmpty();
    }

    @Test
    void aJobThatCompletesLongBehindItsCancellationIsABreach() {
        LogForTests log = claimed()
                .at(5_000, "cancel", "{'type':'job.cancel_requested'}")
                .at(9_000, "final", "{'type':'job.completed'}");

        assertThat(rules(of(log, NONE).breaches(told(true, 5_000)))).containsExactly(Rule.CANCEL);
    }

    private static Cancellations of(LogForTests log, Blows blows) {
        return new Cancellations(JobHistory.of(log.records()), List.of(), blows);
    }

    private static LogForTests claimed() {
        return new LogForTests()
                .at(0, "accepted", "{'type':'job.accepted','kind':'plan'}")
                .at(2_000, "plan/1/started/planner-a", started("planner-a"));
    }

    private static LogForTests cancelled() {
        return claimed().at(5_000, "cancel", "{'type':'job.cancel_requested'}").cancelled(5_100);
    }

    private static String started(String worker) {
        return "{'type':'task.started','task':'plan','attempt':1,'worker':'" + worker + "'}";
    }

    private static Blows blows(Striker.Done... done) {
        return new Blows(List.of(done), 1);
    }

    private static long at(long millis) {
        return LogForTests.START + millis;
    }

    private static List<Told> told(boolean overKafka, long taken) {
        Wish wish = new Wish(1, Wish.Shape.PLAN, Wish.Door.HTTP, "{}", Duration.ZERO, overKafka, false);
        return List.of(new Told(wish, LogForTests.JOB, true, 1, at(taken)));
    }

    private static List<Rule> rules(List<Breach> breaches) {
        return breaches.stream().map(Breach::rule).toList();
    }
}

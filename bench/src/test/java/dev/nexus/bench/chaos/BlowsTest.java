package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlowsTest {

    @Test
    void onlyAnAgentThatIsHeldIsAwayWithoutKnowingIt() {
        Blows blows = new Blows(
                List.of(
                        blow(Kind.PLANNER, Blow.STOP, "a", 1, 2),
                        blow(Kind.PLANNER, Blow.KILL, "a", 3, 4),
                        blow(Kind.BUILDER, Blow.RESTART, "b", 5, 6),
                        blow(Kind.GATEWAY, Blow.STOP, "", 7, 8)),
                1);

        assertThat(blows.stops()).isEqualTo(Map.of("a", List.of(new Audit.Span(1, 2))));
    }

    @Test
    void aBrokerThatIsAwayIsAnOutageUnlessThereAreTwoOthers() {
        List<Striker.Done> done =
                List.of(blow(Kind.BROKER, Blow.STOP, "", 1, 2), blow(Kind.TESTER, Blow.KILL, "c", 3, 4));

        assertThat(new Blows(done, 1).outages()).containsExactly(new Audit.Span(1, 2));
        assertThat(new Blows(done, 3).outages()).isEmpty();
    }

    private static Striker.Done blow(Kind kind, Blow blow, String worker, long from, long to) {
        return new Striker.Done(kind, kind + "-1", blow, worker, 1, false, from, to);
    }
}

package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RosterTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void workersAreInTheOrderOfTheChainAndGatewaysApart() {
        Roster roster = Roster.EMPTY
                .after(beat("t", Service.TESTER), START)
                .after(beat("g", Service.GATEWAY), START)
                .after(beat("b2", Service.BUILDER), START)
                .after(beat("b1", Service.BUILDER), START)
                .after(beat("p", Service.PLANNER), START);

        assertThat(roster.workers()).extracting(heard -> heard.last().worker()).containsExactly("p", "b1", "b2", "t");
        assertThat(roster.gateways()).extracting(heard -> heard.last().worker()).containsExactly("g");
    }

    @Test
    void whoIsSilentIsNotCountedAndLaterNotShown() {
        Roster roster = Roster.EMPTY.after(beat("p", Service.PLANNER), START);

        Roster.Heard heard = roster.workers().getFirst();
        Roster later = roster.after(beat("g", Service.GATEWAY), START.plusSeconds(31));

        assertThat(heard.isLive(START.plusSeconds(4))).isTrue();
        assertThat(heard.isLive(START.plusSeconds(5))).isFalse();
        assertThat(later.workers()).isEmpty();
    }

    @Test
    void whoStopsIsShownWhileItHasTasksInHand() {
        var inHand = List.of(new Heartbeat.InFlight(Story.JOB, TaskId.plan(), 1));
        Roster roster = Roster.EMPTY.after(beat("p", Service.PLANNER), START);

        Roster draining = roster.after(draining(inHand), START.plusSeconds(1));
        Roster gone = draining.after(draining(List.of()), START.plusSeconds(2));

        assertThat(draining.workers())
                .singleElement()
                .satisfies(heard -> assertThat(heard.last().isDraining()).isTrue());
        assertThat(gone.workers()).isEmpty();
    }

    private static Heartbeat draining(List<Heartbeat.InFlight> tasks) {
        return new Heartbeat("p", Service.PLANNER, "1", 0, tasks, Map.of(), null, true, null);
    }

    private static Heartbeat beat(String worker, Service service) {
        return new Heartbeat(worker, service, "1", 4, List.of());
    }
}

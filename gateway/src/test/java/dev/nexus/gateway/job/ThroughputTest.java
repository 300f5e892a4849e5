package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Service;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ThroughputTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void countsWhatEachServiceDidInTheLastMinute() {
        var throughput = new Throughput();
        throughput.completed(Service.BUILDER, START);
        throughput.completed(Service.BUILDER, START.plusSeconds(30));
        throughput.completed(Service.TESTER, START.plusSeconds(30));

        assertThat(throughput.at(START.plusSeconds(59)))
                .containsEntry(Service.BUILDER, 2)
                .containsEntry(Service.TESTER, 1)
                .doesNotContainKey(Service.PLANNER);
        assertThat(throughput.at(START.plusSeconds(60))).containsEntry(Service.BUILDER, 1);
        assertThat(throughput.at(START.plusSeconds(90))).isEmpty();
    }

    @Test
    void whatIsReadLateCountsForTheTimeAtWhichItWasDone() {
        var throughput = new Throughput();
        throughput.completed(Service.PLANNER, START.plusSeconds(120));
        throughput.completed(Service.PLANNER, START);

        assertThat(throughput.at(START.plusSeconds(121))).containsEntry(Service.PLANNER, 1);
    }
}

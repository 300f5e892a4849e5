package dev.nexus.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BrokerClockTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final BrokerClock clock = new BrokerClock();

    @Test
    void timeGoesOnBetweenRecords() {
        clock.read(0, NOON, 0);

        assertThat(clock.at(0, 5 * SECOND)).isEqualTo(NOON.plusSeconds(5));
    }

    @Test
    void aBrokerWhoseClockIsAheadDoesNotHurryTheOthers() {
        clock.read(0, NOON, 0);
        clock.read(1, NOON.plusSeconds(50), 0);

        assertThat(clock.at(0, 0)).isEqualTo(NOON);
    }

    @Test
    void aPartitionThatWasQuietForHoursIsToldTheTimeByTheOthers() {
        clock.read(0, NOON, 0);
        clock.read(NOON.plusSeconds(7200), 0);

        assertThat(clock.at(0, 0)).isEqualTo(NOON.plusSeconds(7140));
    }

    @Test
    void timeNeverGoesBack() {
        clock.read(0, NOON, 0);
        clock.read(0, NOON.minusSeconds(30), SECOND);

        assertThat(clock.at(0, SECOND)).isEqualTo(NOON.plusSeconds(1));
    }
}

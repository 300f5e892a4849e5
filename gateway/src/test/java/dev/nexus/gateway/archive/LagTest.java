package dev.nexus.gateway.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is told of an archive that is behind. */
class LagTest {

    private static final Instant SINCE = Instant.parse("2026-03-02T09:15:27Z");
    private static final Duration WEEK = Duration.ofDays(7);

    @Test
    void atFirstItIsTheReasonAlone() {
        var lag = new ArchiveWriter.Lag(SINCE, Duration.ofDays(3), WEEK);

        assertThat(lag.isDangerous()).isFalse();
        assertThat(lag.told("Connection refused")).isEqualTo("behind since 2026-03-02T09:15:27Z: Connection refused");
    }

    @Test
    void onceHalfOfTheRetentionHasPassedItIsHowMuchTimeThereIs() {
        var lag = new ArchiveWriter.Lag(SINCE, Duration.ofDays(4), WEEK);

        assertThat(lag.isDangerous()).isTrue();
        assertThat(lag.told("Connection refused"))
                .isEqualTo(
                        "behind since 2026-03-02T09:15:27Z: Connection refused; from 2026-03-09T09:15:27Z on it leaves"
                                + " the topics uncopied");
    }

    @Test
    void whereTheTopicsKeepEverythingNothingIsInDanger() {
        assertThat(new ArchiveWriter.Lag(SINCE, Duration.ofDays(400), null).isDangerous())
                .isFalse();
    }
}

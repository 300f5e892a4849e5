package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long MILLI = 1_000_000;

    @Test
    void neverMoreThanFourPassInAnySecond() {
        var pace = new Pace(4, Duration.ofSeconds(1));

        long[] passed = LongStream.range(0, 10_000)
                .filter(millis -> pace.allows(millis * MILLI))
                .toArray();

        assertThat(passed).hasSizeGreaterThan(36);
        for (int i = 4; i < passed.length; i++) {
            assertThat(passed[i] - passed[i - 4]).isGreaterThanOrEqualTo(1000);
        }
    }

    @Test
    void timesMayBeNegative() {
        var pace = new Pace(1, Duration.ofSeconds(1));

        assertThat(pace.allows(-5_000 * MILLI)).isTrue();
        assertThat(pace.allows(-4_500 * MILLI)).isFalse();
        assertThat(pace.allows(-4_000 * MILLI)).isTrue();
    }
}

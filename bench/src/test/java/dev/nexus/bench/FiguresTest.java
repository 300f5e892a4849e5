package dev.nexus.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void percentilesAreByNearestRank() {
        Figures figures = Figures.of(IntStream.rangeClosed(1, 100)
                .map(i -> 101 - i)
                .mapToObj(Duration::ofMillis)
                .toList());

        assertThat(figures).hasToString("p50 50.0 ms, p90 90.0 ms, p99 99.0 ms (n=100)");
    }

    @Test
    void oneTimeIsEveryPercentile() {
        Figures figures = Figures.of(List.of(Duration.ofMillis(7)));

        assertThat(figures.percentile(0.01)).isEqualTo(figures.percentile(0.99));
    }
}

package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A short run of {@code ./nexus chaos}; its evidence stays in {@code target/chaos}. */
@EnabledIfSystemProperty(
        named = "nexus.all",
        matches = "true",
        disabledReason = "takes minutes: ./nexus verify --all, or ./nexus chaos")
class ChaosIT {

    @Test
    @Timeout(value = 12, unit = TimeUnit.MINUTES)
    void twoMinutesOfBlowsBreakNoPromise() throws Exception {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "chaos")), "run");

        Run.Outcome outcome = new Run(new Run.Options(80, Duration.ofMinutes(2), 1, 1), folder).go();

        System.out.print(outcome.figures());
        assertThat(outcome.breaches()).isEmpty();
    }
}

package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A short run of {@code ./nexus chaos}; its evidence stays in {@code target/chaos}. One minute in every build, which no
 * longer demands that each kind of process is hit in every way; two with {@code ./nexus verify --all}.
 */
class ChaosIT {

    private static final boolean ALL = Boolean.getBoolean("nexus.all");

    @Test
    @Timeout(value = 12, unit = TimeUnit.MINUTES)
    void blowsBreakNoPromise() throws Exception {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "chaos")), "run");
        var options = new Run.Options(ALL ? 80 : 40, Duration.ofMinutes(ALL ? 2 : 1), 1, 1);

        Run.Outcome outcome = new Run(options, folder).go();

        System.out.print(outcome.figures());
        assertThat(outcome.breaches()).isEmpty();
    }
}

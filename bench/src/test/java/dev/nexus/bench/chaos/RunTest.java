package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RunTest {

    private static final Duration MINUTES = Duration.ofMinutes(2);

    @Test
    void aRunWithoutJobsIsRefused() {
        assertThatThrownBy(() -> new Run.Options(0, MINUTES, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--jobs is 0, which is less than 1; give 1 or more, or leave it out");
    }

    @Test
    void aRunOfLessThanAMinuteIsRefused() {
        assertThatThrownBy(() -> new Run.Options(1, Duration.ofSeconds(30), 1, 1))
                .hasMessageStartingWith("--minutes is 0.5, which is less than 1");
    }

    @Test
    void aRunWithoutBrokersIsRefused() {
        assertThatThrownBy(() -> new Run.Options(1, MINUTES, 0, 1))
                .hasMessageStartingWith("--brokers is 0, which is less than 1");
    }

    @Test
    void aLoadThatFailedOrDidNotGetToItsEndIsTold() {
        assertThat(Run.failureOf(CompletableFuture.completedFuture(null))).isEmpty();
        assertThat(Run.failureOf(new CompletableFuture<>())).isPresent();
        assertThat(Run.failureOf(CompletableFuture.failedFuture(new IllegalStateException("no"))))
                .hasValue("submitting the jobs failed: java.lang.IllegalStateException: no");
    }
}

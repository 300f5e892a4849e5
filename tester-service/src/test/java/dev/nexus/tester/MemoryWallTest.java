package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not seen is not allowed. */
class MemoryWallTest {

    private static final long ANY = 1;

    @ParameterizedTest
    @ValueSource(classes = {NumberFormatException.class, StackOverflowError.class})
    void aDefectInTheWatchEndsTheSandbox(Class<? extends Throwable> defect) throws Exception {
        var ended = new CountDownLatch(1);
        try (var wall = new MemoryWall(1_000, null, _ -> {
            throw unchecked(defect);
        })) {
            wall.watch(ANY, ended::countDown);

            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static RuntimeException unchecked(Class<? extends Throwable> type) {
        try {
            Throwable defect = type.getDeclaredConstructor().newInstance();
            if (defect instanceof Error error) {
                throw error;
            }
            return (RuntimeException) defect;
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void whoUsesNoMoreThanTheLimitGoesOn() throws Exception {
        var ended = new CountDownLatch(1);
        var looks = new CountDownLatch(3);
        try (var wall = new MemoryWall(1_000, null, _ -> {
            looks.countDown();
            return 1_000;
        })) {
            wall.watch(ANY, ended::countDown);

            assertThat(looks.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(ended.getCount()).isEqualTo(1);
        }
    }
}

package dev.nexus.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class DiskWatchTest {

    private static final DataSize LEAST = DataSize.ofMegabytes(512);
    private static final Duration SOON = Duration.ofSeconds(20);

    private DiskWatch watch = new DiskWatch(() -> Map::of, LEAST, SOON);

    @Test
    void enoughOnEveryDiskIsNoShortage() {
        assertThat(DiskWatch.shortage(Map.of("broker 1, /a", LEAST.toBytes(), "broker 2, /a", 1L << 40), LEAST))
                .isNull();
    }

    @Test
    void theFullestDiskIsNamedWithTheLimitAndItsSetting() {
        Map<String, Long> usable = Map.of(
                "broker 1, /a",
                LEAST.toBytes() - 1,
                "broker 2, /b",
                DataSize.ofMegabytes(17).toBytes(),
                "broker 3, /a",
                1L << 40);

        assertThat(DiskWatch.shortage(usable, LEAST))
                .contains("broker 2, /b", "17 MB left", "above 512 MB", "nexus.limits.min-free-disk");
    }

    @Test
    void brokersThatSayNothingAreNoShortage() {
        assertThat(DiskWatch.shortage(Map.of(), LEAST)).isNull();
    }

    @Test
    void whenThereIsRoomAgainNothingIsLackingAnyMore() {
        var free = new AtomicLong(LEAST.toBytes() - 1);
        watch(() -> Map.of("broker 1, /a", free.get()));
        await().atMost(SOON).until(() -> watch.shortage() != null);

        free.set(LEAST.toBytes());

        await().atMost(SOON).until(() -> watch.shortage() == null);
    }

    @Test
    void whatWasKnownLastHoldsOnWhileTheBrokersDoNotAnswer() {
        var asked = new AtomicInteger();

        watch(() -> {
            if (asked.incrementAndGet() > 1) {
                throw new ExecutionException(new TimeoutException("as the test wants it"));
            }
            return Map.of("broker 1, /a", 1L);
        });

        await().atMost(SOON).until(() -> asked.get() > 3);
        assertThat(watch.shortage()).contains("0 MB left");
    }

    private void watch(DiskWatch.Disks disks) {
        watch = new DiskWatch(() -> disks, LEAST, Duration.ofMillis(5));
        watch.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        watch.stop();
    }
}

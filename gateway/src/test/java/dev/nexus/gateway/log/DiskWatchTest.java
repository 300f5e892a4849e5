package dev.nexus.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class DiskWatchTest {

    private static final DataSize LEAST = DataSize.ofMegabytes(512);

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
}

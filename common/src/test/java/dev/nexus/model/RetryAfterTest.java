package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "0, , PT0S",
        "7, , PT7S",
        "' 7 ', , PT7S",
        "0.25, , PT0.25S",
        "'Sun, 29 Nov 2026 12:00:30 GMT', , PT30S",
        "'Sun, 29 Nov 2026 11:00:00 GMT', , PT0S",
        ", 1500, PT1.5S",
        "7, 20, PT0.02S",
        "7, soon, PT7S",
    })
    void secondsDatesAndMillisecondsAreUnderstood(@Nullable String header, @Nullable String millis, Duration wait) {
        assertThat(RetryAfter.in(header, millis, NOW)).isEqualTo(wait);
    }

    @ParameterizedTest
    @CsvSource({",", "soon,", "-1,", "'',", "99999999999999999999,", "'Sun, 29 Nov',"})
    void anythingElseSaysNothing(@Nullable String header, @Nullable String millis) {
        assertThat(RetryAfter.in(header, millis, NOW)).isNull();
    }
}

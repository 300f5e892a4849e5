package dev.nexus.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** How long a provider asks to be left alone: RFC 9110, section 10.2.3, and OpenAI's {@code retry-after-ms}. */
final class RetryAfter {

    private RetryAfter() {}

    /**
     * @param header {@code Retry-After}: seconds, or a date
     * @param millis {@code retry-after-ms}, which goes before
     * @param now what the date is compared with
     * @return never negative; null if neither says anything
     */
    static @Nullable Duration in(@Nullable String header, @Nullable String millis, Instant now) {
        if (millis != null && isNumber(millis.strip())) {
            return Duration.ofNanos(
                    new BigDecimal(millis.strip()).movePointRight(6).longValue());
        }
        if (header == null) {
            return null;
        }
        if (isNumber(header.strip())) {
            return seconds(header.strip());
        }
        try {
            Duration wait =
                    Duration.between(now, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header.strip())));
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeParseException e) {
            return null; // a header that says nothing is as none
        }
    }

    static Duration seconds(String decimal) {
        return Duration.ofNanos(new BigDecimal(decimal).movePointRight(9).longValue());
    }

    /** Some send fractions, though the RFC has none. */
    private static boolean isNumber(String text) {
        return text.matches("\\d{1,9}(\\.\\d{1,9})?");
    }
}

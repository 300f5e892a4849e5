package dev.nexus.gateway.http;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a client would wait for an answer that is final: {@code Prefer: wait=N} (RFC 7240, section 4.3).
 *
 * @param longest zero if it asks for none; never longer than a minute
 */
record Prefer(Duration longest) {

    /** Seconds: a proxy in between takes a longer silence for the end. */
    private static final long MOST = 60;

    private static final Pattern WAIT =
            Pattern.compile("\\s*wait\\s*=\\s*\"?([0-9]{1,9})\"?\\s*(?:;.*)?", Pattern.CASE_INSENSITIVE);

    /** What is no preference, or none that is known, is passed over, as the RFC says; of several the first counts. */
    static Prefer of(List<String> headers) {
        for (String header : headers) {
            for (String preference : header.split(",", -1)) {
                Matcher wait = WAIT.matcher(preference);
                if (wait.matches()) {
                    return new Prefer(Duration.ofSeconds(Math.min(MOST, Long.parseLong(wait.group(1)))));
                }
            }
        }
        return new Prefer(Duration.ZERO);
    }

    boolean waits() {
        return longest.isPositive();
    }

    /** For {@code Preference-Applied}. */
    String applied() {
        return "wait=" + longest.toSeconds();
    }
}

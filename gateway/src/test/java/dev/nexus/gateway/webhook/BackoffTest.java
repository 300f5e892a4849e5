package dev.nexus.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    private static final Instant NOW = Instant.parse("2026-03-02T09:15:27Z");
    private static final Instant END = NOW.plus(Duration.ofDays(1));

    @ParameterizedTest
    @CsvSource({
        "1, PT5S",
        "2, PT30S",
        "3, PT2M",
        "4, PT10M",
        "5, PT30M",
        "6, PT1H",
        "7, PT2H",
        "8, PT2H",
        "100, PT2H",
    })
    void thePauseGrows(int failures, Duration pause) {
        assertThat(Backoff.next(failures, null, NOW, END, 0.5)).isEqualTo(NOW.plus(pause));
    }

    @Test
    void thePauseVariesByAFifth() {
        assertThat(Backoff.next(2, null, NOW, END, 0)).isEqualTo(NOW.plusSeconds(24));
        assertThat(Backoff.next(2, null, NOW, END, 1)).isEqualTo(NOW.plusSeconds(36));
    }

    @Test
    void aReceiverThatAsksForMoreGetsMore() {
        assertThat(Backoff.next(1, Duration.ofMinutes(3), NOW, END, 0.5)).isEqualTo(NOW.plusSeconds(180));
    }

    @Test
    void aReceiverThatAsksForLessOrForThePastGetsTheUsual() {
        assertThat(Backoff.next(2, Duration.ofSeconds(1), NOW, END, 0.5)).isEqualTo(NOW.plusSeconds(30));
        assertThat(Backoff.next(2, Duration.ofSeconds(-9), NOW, END, 0.5)).isEqualTo(NOW.plusSeconds(30));
    }

    @Test
    void theLastAttemptIsAtTheEndAndNoneIsAfterIt() {
        List<Instant> attempts = new ArrayList<>(List.of(NOW));
        for (Instant next = Backoff.next(1, null, NOW, END, 0.5);
                next != null;
                next = Backoff.next(attempts.size(), null, next, END, 0.5)) {
            attempts.add(next);
        }

        assertThat(attempts).hasSize(19).isSorted().endsWith(END);
    }

    @Test
    void aReceiverCannotAskForMoreThanTheEnd() {
        assertThat(Backoff.next(1, Duration.ofDays(9), NOW, END, 0.5)).isEqualTo(END);
    }

    @ParameterizedTest
    @CsvSource(
            value = {"120; PT2M", " 0 ; PT0S", "Mon, 02 Mar 2026 09:16:27 GMT; PT1M", "soon; ", "-1; "},
            delimiter = ';')
    void retryAfterIsReadInBothForms(String header, Duration expected) {
        assertThat(WebhookClient.retryAfter(header, NOW)).isEqualTo(expected);
    }
}

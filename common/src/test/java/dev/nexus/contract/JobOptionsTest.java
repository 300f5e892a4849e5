package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JobOptionsTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final BigDecimal TWO = new BigDecimal("2.00");

    @Test
    void whatIsSaidGoesBeforeWhatWasSaidEarlier() {
        var earlier = new JobOptions(1, true, HOUR, TWO);

        JobOptions options = new JobOptions(0, null, null, BigDecimal.ONE).over(earlier);

        assertThat(options).isEqualTo(new JobOptions(0, true, HOUR, BigDecimal.ONE));
    }

    @Test
    void moreThanIsAllowedBecomesWhatIs() {
        JobOptions options = new JobOptions(null, null, DAY, TWO).within(HOUR, BigDecimal.ONE);

        assertThat(options).isEqualTo(new JobOptions(null, null, HOUR, BigDecimal.ONE));
    }

    @Test
    void whatIsWithinTheLimitsStays() {
        var given = new JobOptions(3, null, HOUR, BigDecimal.ONE);

        assertThat(given.within(DAY, TWO)).isEqualTo(given);
        assertThat(given.within(DAY, null)).isEqualTo(given);
    }

    @Test
    void whoNamesNoBudgetGetsTheLimitAndWhoNamesNoDeadlineNone() {
        JobOptions options = JobOptions.DEFAULTS.within(DAY, TWO);

        assertThat(options).isEqualTo(new JobOptions(null, null, null, TWO));
    }
}

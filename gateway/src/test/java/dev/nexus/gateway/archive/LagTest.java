package dev.nexus.gateway.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What is told of an archive that is behind. */
class LagTest {

    private static final Instant SINCE = Instant.parse("2026-03-02T09:15:27Z");
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Instant NOW = SINCE.plus(WEEK);
    private static final TopicPartition ONE = new TopicPartition("job-events", 0);
    private static final TopicPartition OTHER = new TopicPartition("job-artefacts", 0);
    private static final Set<TopicPartition> BOTH = Set.of(ONE, OTHER);

    @Test
    void atFirstItIsTheReasonAlone() {
        var lag = new ArchiveWriter.Lag(SINCE, Duration.ofDays(3), WEEK);

        assertThat(lag.isDangerous()).isFalse();
        assertThat(lag.told("Connection refused")).isEqualTo("behind since 2026-03-02T09:15:27Z: Connection refused");
    }

    @Test
    void onceHalfOfTheRetentionHasPassedItIsHowMuchTimeThereIs() {
        var lag = new ArchiveWriter.Lag(SINCE, Duration.ofDays(4), WEEK);

        assertThat(lag.isDangerous()).isTrue();
        assertThat(lag.told("Connection refused"))
                .isEqualTo(
                        "behind since 2026-03-02T09:15:27Z: Connection refused; from 2026-03-09T09:15:27Z on it leaves"
                                + " the topics uncopied");
    }

    @Test
    void whereTheTopicsKeepEverythingNothingIsInDanger() {
        assertThat(new ArchiveWriter.Lag(SINCE, Duration.ofDays(400), null).isDangerous())
                .isFalse();
    }

    @Test
    void thePartitionThatIsFurthestBehindCountsAndNotTheNewestRecord() {
        var progress = new Progress(NOW);
        progress.copied(ONE, SINCE);
        progress.copied(OTHER, SINCE.plusSeconds(100));

        progress.look(BOTH, BOTH, NOW);

        assertThat(progress.until()).isEqualTo(SINCE);
    }

    @Test
    void aPartitionOfWhichAllIsCopiedIsNotBehindHoweverOldItsLastRecord() {
        var progress = new Progress(NOW);
        progress.copied(ONE, SINCE);
        progress.copied(OTHER, SINCE.plusSeconds(100));

        progress.look(BOTH, Set.of(OTHER), NOW);

        assertThat(progress.until()).isEqualTo(SINCE.plusSeconds(100));
    }

    @Test
    void whatComesAfterAllWasCopiedIsAsOldAsThatAtMost() {
        var progress = new Progress(SINCE);
        progress.copied(ONE, SINCE);
        progress.look(BOTH, Set.of(), NOW);

        progress.look(BOTH, Set.of(ONE), NOW.plusSeconds(1));

        assertThat(progress.until()).isEqualTo(NOW);
    }

    @Test
    void aPartitionOfWhichNothingCameYetIsWhereAllOfThemWere() {
        var progress = new Progress(SINCE);
        progress.copied(ONE, NOW);

        progress.look(BOTH, BOTH, NOW);

        assertThat(progress.until()).isEqualTo(SINCE);
    }
}

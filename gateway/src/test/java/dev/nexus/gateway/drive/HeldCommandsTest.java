package dev.nexus.gateway.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ControlCommand;
import dev.nexus.contract.JobId;
import dev.nexus.gateway.intake.CommandReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class HeldCommandsTest {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    private static final CommandReader.Addressed CANCEL =
            new CommandReader.Addressed(JOB, new ControlCommand.Cancel(null));
    private static final long START = Long.MAX_VALUE - 5; // a monotonic clock may begin anywhere, and wrap

    private final HeldCommands held = new HeldCommands();

    @Test
    void aCommandIsHopelessWhenTenMinutesHavePassedHereWhateverItsTimestampSays() {
        held.hold(record(7, 10), CANCEL, START);
        held.hold(record(8, 10), CANCEL, START + Duration.ofMinutes(1).toNanos());

        var atTen = held.removeHopeless(START + Duration.ofMinutes(10).toNanos());
        var afterTen = held.removeHopeless(START + Duration.ofMinutes(10).toNanos() + 1);

        assertThat(atTen).isEmpty();
        assertThat(offsets(afterTen)).containsExactly(7L);
        assertThat(held.firstOffset()).isEqualTo(8);
    }

    @Test
    void theOldestOfTooManyAreHopeless() {
        for (int i = 0; i < HeldCommands.MOST + 2; i++) {
            held.hold(record(i, 10), CANCEL, START);
        }

        assertThat(offsets(held.removeHopeless(START))).containsExactly(0L, 1L);
    }

    @Test
    void theOldestOfTooManyBytesAreHopeless() {
        int half = (int) HeldCommands.MOST_BYTES / 2;
        held.hold(record(1, half), CANCEL, START);
        held.hold(record(2, half), CANCEL, START);
        held.hold(record(3, half), CANCEL, START);

        assertThat(offsets(held.removeHopeless(START))).containsExactly(1L);
    }

    @Test
    void headersCountAsWell() {
        for (int i = 0; i < 3; i++) {
            var record = record(i, 0);
            record.headers().add("x", new byte[(int) HeldCommands.MOST_BYTES / 2 - 10]);
            held.hold(record, CANCEL, START);
        }

        assertThat(offsets(held.removeHopeless(START))).containsExactly(0L);
    }

    @Test
    void whatIsDoneMakesRoom() {
        int most = (int) HeldCommands.MOST_BYTES;
        held.hold(record(1, most), CANCEL, START);
        held.removeIf(command -> true);
        held.hold(record(2, most), CANCEL, START);

        assertThat(held.removeHopeless(START)).isEmpty();
        assertThat(held.firstOffset()).isEqualTo(2);
    }

    private static List<Long> offsets(List<HeldCommands.Held> commands) {
        return commands.stream().map(command -> command.record().offset()).toList();
    }

    private static ConsumerRecord<String, byte[]> record(long offset, int bytes) {
        return new ConsumerRecord<>(
                "job-control",
                0,
                offset,
                0, // 1970
                TimestampType.LOG_APPEND_TIME,
                0,
                bytes,
                "",
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }
}

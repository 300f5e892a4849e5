package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLogTest {

    private static final String JOB = "0198c5a2-7c00-7000-8000-000000000001";
    private static final String ID = JOB + "/plan/1/started/w";
    private static final String STARTED =
            "{\"type\": \"task.started\", \"task\": \"plan\", \"attempt\": 1, \"worker\": \"w\"}";

    @Test
    void anEventIsReadWithItsPlaceAndTime() {
        LoggedEvent event = EventLog.read(record(JOB, ID, STARTED));

        assertThat(event)
                .isEqualTo(new LoggedEvent(
                        new JobId(JOB),
                        ID,
                        new JobEvent.TaskStarted(TaskId.plan(), 1, "w"),
                        3,
                        42,
                        Instant.parse("2026-03-02T09:15:27.481Z")));
    }

    @Test
    void anEventOfANewerVersionKeepsItsId() {
        LoggedEvent event = EventLog.read(record(JOB, JOB + "/plan/1/reviewed", "{\"type\": \"task.reviewed\"}"));

        assertThat(event.id()).isEqualTo(JOB + "/plan/1/reviewed");
        assertThat(event.event()).isEqualTo(new JobEvent.Unrecognised("task.reviewed"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "no key             | none                                 | x    | {\"type\": \"job.cancelled\"}",
                "a key of its own   | order-7                              | x    | {\"type\": \"job.cancelled\"}",
                "no id              | 0198c5a2-7c00-7000-8000-000000000001 | none | {\"type\": \"job.cancelled\"}",
                "a tombstone        | 0198c5a2-7c00-7000-8000-000000000001 | x    | none",
                "no JSON            | 0198c5a2-7c00-7000-8000-000000000001 | x    | hello",
                "nothing            | 0198c5a2-7c00-7000-8000-000000000001 | x    | ``",
                "null               | 0198c5a2-7c00-7000-8000-000000000001 | x    | null",
                "no type            | 0198c5a2-7c00-7000-8000-000000000001 | x    | {}"
            })
    void whatSomeoneElseWroteIsNoEvent(String why, String key, String id, String value) {
        LoggedEvent event = EventLog.read(record(key, id, value));

        assertThat(event).as(why).isNull();
    }

    @Test
    void aKnownTypeInAShapeThatThisVersionCannotReadStillCounts() {
        LoggedEvent event = EventLog.read(
                record("0198c5a2-7c00-7000-8000-000000000001", "x", "{\"type\": \"task.scheduled\", \"task\": {}}"));

        assertThat(event.event()).isEqualTo(new JobEvent.Unrecognised("task.scheduled"));
    }

    private static ConsumerRecord<String, byte[]> record(String key, String id, String value) {
        var headers = new RecordHeaders();
        if (id != null) {
            headers.add(Envelope.ID, id.getBytes(StandardCharsets.UTF_8));
        }
        long time = Instant.parse("2026-03-02T09:15:27.481Z").toEpochMilli();
        byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        return new ConsumerRecord<>(
                "job-events", 3, 42, time, TimestampType.LOG_APPEND_TIME, 0, 0, key, bytes, headers, Optional.empty());
    }
}

package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.ContractFiles.RecordType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class JsonTest {

    @ParameterizedTest
    @MethodSource("records")
    void whateverARecordHoldsIsReadAsItWasWritten(RecordType type) {
        var records = new RandomRecords(7);
        List<Object> originals =
                IntStream.range(0, 200).mapToObj(_ -> records.next(type.type())).toList();

        List<Object> copies = originals.stream()
                .<Object>map(
                        record -> Json.read(Json.write(record), type.family().type()))
                .toList();

        assertThat(copies).isEqualTo(originals);
    }

    @Test
    void absentValuesAndEmptyListsAreLeftOut() {
        var order = new Order.BuildOrder(
                TaskId.build("a", 0),
                1,
                new Since(3, 7, Instant.parse("2026-03-02T09:15:27.481Z")),
                null,
                new Plan("s", "python", List.of(), List.of()),
                List.of(),
                List.of(),
                null);

        String json = new String(Json.write(order), StandardCharsets.UTF_8);

        assertThat(json)
                .isEqualTo("{\"type\":\"build\",\"task\":\"build:a\",\"attempt\":1,"
                        + "\"since\":{\"partition\":3,\"offset\":7,\"time\":\"2026-03-02T09:15:27.481Z\"},"
                        + "\"plan\":{\"summary\":\"s\",\"language\":\"python\"}}");
    }

    @Test
    void anEmptyFileKeepsItsContent() {
        String json = new String(Json.write(new JobRequest.SourceFile("a.py", "")), StandardCharsets.UTF_8);

        assertThat(json).isEqualTo("{\"path\":\"a.py\",\"content\":\"\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "7",
                "\"job.cancelled\"",
                "[]",
                "{}",
                "{\"type\": null}",
                "{\"type\": {}}",
                "{\"type\": \"job.cancelled\"} {}",
                "{\"type\": \"job.cancel_requested\", \"reason\": \"a\", \"reason\": \"b\"}",
                "{\"type\": \"task.started\", \"task\": \"plan\", \"attempt\": 1, \"worker\": \"w\""
            })
    void whatIsNoEventIsRefused(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Json.readEvent(bytes)).isInstanceOf(JacksonException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"task.scheduled\", \"attempt\": 1}",
                "{\"type\": \"task.scheduled\", \"task\": null, \"attempt\": 1}",
                "{\"type\": \"task.scheduled\", \"task\": \"review\", \"attempt\": 1}",
                "{\"type\": \"task.scheduled\", \"task\": \"plan\"}",
                "{\"type\": \"task.scheduled\", \"task\": \"plan\", \"attempt\": \"one\"}",
                "{\"type\": \"job.failed\", \"error\": {\"code\": \"conflict\", \"retryable\": true}, \"fidelity\": \"scaffold\"}"
            })
    void anEventOfAKnownTypeThatCannotBeReadIsUnrecognisedSoThatItCountsForAllAlike(String json) {
        JobEvent event = Json.readEvent(json.getBytes(StandardCharsets.UTF_8));

        assertThat(event).isInstanceOf(JobEvent.Unrecognised.class);
    }

    @Test
    void noClassIsNamedByAnEvent() {
        byte[] json = "{\"type\": \"dev.nexus.contract.JobEvent$JobDeleted\"}".getBytes(StandardCharsets.UTF_8);

        JobEvent event = Json.readEvent(json);

        assertThat(event).isEqualTo(new JobEvent.Unrecognised("dev.nexus.contract.JobEvent$JobDeleted"));
    }

    static Stream<RecordType> records() {
        return ContractFiles.records();
    }
}

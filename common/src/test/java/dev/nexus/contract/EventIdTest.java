package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.ContractFiles.RecordType;
import dev.nexus.contract.EventId.Fact;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");

    @ParameterizedTest
    @CsvSource({
        "job.accepted,         accepted",
        "job.rejected,         rejected/job-requests/3/42",
        "task.scheduled,       build:numerals/1/scheduled",
        "task.started,         build:numerals/1/started/builder-service-03be9d11",
        "task.progress,        build:numerals/1/progress/17",
        "task.released,        build:numerals/1/released/builder-service-03be9d11",
        "task.completed,       test/1/result",
        "task.failed,          plan/3/result",
        "plan.approved,        approval/64879f7d6b960a01909762d911a32d4582c20010c5641ee90278b644a9e3b525",
        "plan.rejected,        approval/64879f7d6b960a01909762d911a32d4582c20010c5641ee90278b644a9e3b525",
        "job.cancel_requested, cancel",
        "job.completed,        final",
        "job.failed,           final",
        "job.cancelled,        final",
        "job.deleted,          deleted"
    })
    void anIdSaysWhichFactItIs(String type, String fact) {
        String detail = type.equals("job.rejected") ? "job-requests/3/42" : "17";

        EventId id = EventId.of(JOB, example(type), detail);

        assertThat(id).hasToString(JOB + "/" + fact);
    }

    @ParameterizedTest
    @MethodSource("events")
    void everyIdIsReadAsItWasWritten(RecordType type) {
        List<EventId> ids = any(type)
                .map(event -> EventId.of(JOB, event, event instanceof JobEvent.JobRejected ? "my/topic/0/7" : "3"))
                .toList();

        Stream<EventId> copies = ids.stream().map(id -> EventId.parse(JOB, id.toString()));

        assertThat(copies).isEqualTo(ids).noneMatch(id -> id.fact() == Fact.UNKNOWN);
    }

    @ParameterizedTest
    @MethodSource("events")
    void aRepeatHasTheSameId(RecordType type) {
        List<JobEvent> events = any(type).toList();
        List<JobEvent> repeats = any(type).toList();

        Stream<EventId> ids = events.stream().map(event -> EventId.of(JOB, event, "3"));

        assertThat(ids)
                .isEqualTo(repeats.stream()
                        .map(event -> EventId.of(JOB, event, "3"))
                        .toList());
    }

    @Test
    void completionAndFailureOfAnAttemptShareTheirId() {
        var completed = new JobEvent.TaskCompleted(
                TaskId.plan(), 2, "w1", new Outcome.Written(List.of()), Usage.NONE, Fidelity.SCAFFOLD);
        var failed = new JobEvent.TaskFailed(
                TaskId.plan(), 2, "w2", new ErrorInfo(ErrorCode.CONFLICT, "m", true), Usage.NONE, null);

        assertThat(EventId.of(JOB, completed, "")).isEqualTo(EventId.of(JOB, failed, ""));
    }

    @Test
    void theThreeEndsOfAJobShareTheirId() {
        Stream<JobEvent> ends = Stream.of(example("job.completed"), example("job.failed"), example("job.cancelled"));

        assertThat(ends.map(end -> EventId.of(JOB, end, "")).distinct()).hasSize(1);
    }

    @Test
    void otherAttemptsTasksAndWorkersHaveOtherIds() {
        Stream<JobEvent> events = Stream.of(
                new JobEvent.TaskScheduled(TaskId.test(0), 1),
                new JobEvent.TaskScheduled(TaskId.test(0), 2),
                new JobEvent.TaskScheduled(TaskId.test(1), 1),
                new JobEvent.TaskScheduled(TaskId.tests(), 1),
                new JobEvent.TaskStarted(TaskId.test(0), 1, "w1"),
                new JobEvent.TaskStarted(TaskId.test(0), 1, "w2"),
                new JobEvent.TaskReleased(TaskId.test(0), 1, "w1"));

        assertThat(events.map(event -> EventId.of(JOB, event, "").toString())).doesNotHaveDuplicates();
    }

    @Test
    void anOrdersIdIsThatOfItsScheduling() {
        EventId id = EventId.scheduled(JOB, TaskId.build("a", 1), 2);

        assertThat(id).isEqualTo(EventId.of(JOB, new JobEvent.TaskScheduled(TaskId.build("a", 1), 2), ""));
    }

    @Test
    void aWorkersNameMayHoldASlash() {
        var started = new JobEvent.TaskStarted(TaskId.plan(), 1, "rack/7/host");

        EventId id = EventId.parse(JOB, EventId.of(JOB, started, "").toString());

        assertThat(id.detail()).isEqualTo("rack/7/host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "paused",
                "Accepted",
                "ACCEPTED",
                "accepted/",
                "accepted/again",
                "final/2",
                "deleted/x",
                "unknown",
                "scheduled",
                "result",
                "plan/1",
                "plan/1/",
                "plan/1/reviewed",
                "plan/1/Result",
                "plan/1/final",
                "plan/1/unknown",
                "plan/one/result",
                "plan/01/result",
                "plan/+1/result",
                "plan//result",
                "plan/99999999999/result",
                "build:r1/1/result",
                "review/1/result",
                "plan/1/result/"
            })
    void anIdOfANewerVersionIsUnknownAndKeepsItsText(String fact) {
        String text = JOB + "/" + fact;

        EventId id = EventId.parse(JOB, text);

        assertThat(id.fact()).isEqualTo(Fact.UNKNOWN);
        assertThat(id).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "accepted", "0198c5a2-7c00-7000-8000-000000000002/accepted", "/final"})
    void anIdOfAnotherJobIsUnknown(String text) {
        EventId id = EventId.parse(JOB, text);

        assertThat(id.fact()).isEqualTo(Fact.UNKNOWN);
        assertThat(id).hasToString(text);
    }

    @Test
    void anyTextIsReadAndKept() {
        Random random = new Random(11);
        List<String> pieces = List.of(
                "accepted", "rejected", "final", "plan", "build:a", "1", "02", "-3", "result", "started", "w", "", "é");
        List<String> texts = Stream.generate(() -> random.ints(random.nextInt(6), 0, pieces.size())
                        .mapToObj(pieces::get)
                        .collect(Collectors.joining("/", JOB + "/", "")))
                .limit(20_000)
                .toList();

        List<EventId> ids = texts.stream().map(text -> EventId.parse(JOB, text)).toList();

        assertThat(ids).extracting(EventId::toString).isEqualTo(texts);
        assertThat(ids.stream().map(EventId::fact).distinct())
                .contains(Fact.ACCEPTED, Fact.REJECTED, Fact.RESULT, Fact.UNKNOWN);
    }

    @Test
    void whatWasNotRecognisedIsNotWritten() {
        var unknown = new JobEvent.Unrecognised("task.reviewed");

        assertThatThrownBy(() -> EventId.of(JOB, unknown, "")).isInstanceOf(IllegalArgumentException.class);
    }

    static Stream<RecordType> events() {
        return ContractFiles.records().filter(record -> record.family().type() == JobEvent.class);
    }

    private static Stream<JobEvent> any(RecordType type) {
        var records = new RandomRecords(13);
        return IntStream.range(0, 100).mapToObj(_ -> (JobEvent) records.next(type.type()));
    }

    private static JobEvent example(String type) {
        return ContractFiles.examples()
                .filter(example -> example.name().equals(type))
                .map(example -> Json.readEvent(example.bytes()))
                .findFirst()
                .orElseThrow();
    }
}

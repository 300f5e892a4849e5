package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "plan,              PLAN,  '',        0",
                "tests,             TESTS, '',        0",
                "test,              TEST,  '',        0",
                "test:r1,           TEST,  '',        1",
                "test:r99,          TEST,  '',        99",
                "build:a,           BUILD, a,         0",
                "build:bank_2-b,    BUILD, bank_2-b,  0",
                "build:bank:r12,    BUILD, bank,      12",
                "build:r,           BUILD, r,         0",
                "build:r0,          BUILD, r0,        0",
                "build:r100,        BUILD, r100,      0",
                "build:r1a:r1,      BUILD, r1a,       1",
                "build:tests:r2,    BUILD, tests,     2"
            })
    void anIdSaysWhatTheTaskIs(String text, TaskId.Kind kind, String step, int round) {
        TaskId id = TaskId.parse(text);

        assertThat(id).isEqualTo(new TaskId(kind, step, round));
        assertThat(id).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Plan",
                "plan ",
                "plans",
                "plan:",
                "plan:a",
                "test:a",
                "tests:a:r1",
                "build",
                "build:",
                "build:r1",
                "build:r1:r2",
                "build:r10",
                "build:a:",
                "build:a:r",
                "build:a:r0",
                "build:a:r01",
                "build:a:r100",
                "build:a:R1",
                "build:a:r1:r1",
                "build:a:b",
                "build:A",
                "build:-a",
                "build:_a",
                "build:a b",
                "build:a/b",
                "build:ä",
                "build:a\n",
                "plan:r1\n",
                "test:r",
                "test:r-1",
                "test:r٣"
            })
    void whatIsNoTaskIdIsRefused(String text) {
        assertThatThrownBy(() -> TaskId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRefusalShowsTheForm() {
        assertThatThrownBy(() -> TaskId.parse("review"))
                .hasMessage("not a task id; give plan, build:<step>, tests or test, with :r<n> behind it in repair"
                        + " round n");
    }

    @Test
    void aStepIdOf40CharactersIsTheLongest() {
        String longest = "a".repeat(40);

        assertThat(TaskId.build(longest, 0)).hasToString("build:" + longest);
        assertThatThrownBy(() -> TaskId.build(longest + "a", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 100, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void aRoundThatHasNoTextIsRefused(int round) {
        assertThatThrownBy(() -> TaskId.test(round))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 99");
    }

    @ParameterizedTest
    @ValueSource(strings = {"r1", "r99", "A", "a:b", "a/b", " "})
    void aStepThatATaskIdCannotNameIsRefused(String step) {
        assertThatThrownBy(() -> TaskId.build(step, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyABuildTaskNamesAStep() {
        assertThatThrownBy(() -> new TaskId(TaskId.Kind.TEST, "a", 0)).hasMessageContaining("names a plan step");
        assertThatThrownBy(() -> new TaskId(TaskId.Kind.BUILD, "", 0)).hasMessageContaining("names a plan step");
    }

    @Test
    void everyIdIsReadAsItWasWritten() {
        Random random = new Random(5);
        List<TaskId> ids = Stream.generate(() -> any(random)).limit(2000).toList();

        Stream<TaskId> copies = ids.stream().map(id -> TaskId.parse(id.toString()));

        assertThat(copies).isEqualTo(ids);
    }

    @ParameterizedTest
    @MethodSource("services")
    void eachTaskIsOneServices(TaskId task, Service service) {
        assertThat(task.kind().service()).isEqualTo(service);
    }

    static List<Object[]> services() {
        return List.of(
                new Object[] {TaskId.plan(), Service.PLANNER},
                new Object[] {TaskId.build("a", 1), Service.BUILDER},
                new Object[] {TaskId.tests(), Service.TESTER},
                new Object[] {TaskId.test(1), Service.TESTER});
    }

    /** Any task; its step may look like a round, or like another task. */
    static TaskId any(Random random) {
        var kind = List.of(TaskId.Kind.values()).get(random.nextInt(4));
        String step = "";
        while (kind == TaskId.Kind.BUILD && !TaskId.isStep(step)) {
            step = random.ints(random.nextInt(1, 6), 0, 8)
                    .mapToObj(i -> "r1t0_-9a".substring(i, i + 1))
                    .collect(Collectors.joining());
        }
        return new TaskId(kind, step, random.nextInt(3) == 0 ? random.nextInt(1, 100) : 0);
    }
}

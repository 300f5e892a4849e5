package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanRulesTest {

    @Test
    void aPlanThatCanBeBuiltHasNoProblems() {
        List<String> problems = problems(step("money", "money.py"), step("bank", "bank/account.py", "money"));

        assertThat(problems).isEmpty();
    }

    @Test
    void stepsMayStandInAnyOrder() {
        List<String> problems = problems(step("c", "c.py", "b", "a"), step("b", "b.py", "a"), step("a", "a.py"));

        assertThat(problems).isEmpty();
    }

    @Test
    void aPlanNeedsAStep() {
        assertThat(problems()).containsExactly("/steps is empty; give at least one step");
    }

    @Test
    void aPlanHasAsManyStepsAsAllowed() {
        List<String> problems = problems(steps(Limits.PLAN_STEPS));

        assertThat(problems).isEmpty();
    }

    @Test
    void aPlanHasNoMoreStepsThanAllowed() {
        List<String> problems = problems(steps(Limits.PLAN_STEPS + 1));

        assertThat(problems).containsExactly("/steps has more than " + Limits.PLAN_STEPS + " entries; join some");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "A", "a b", "a:b", "-a", "_a", "ä", "r1", "r12", "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddde"
            })
    void aStepsIdFitsIntoATaskId(String id) {
        List<String> problems = problems(step(id, "a.py"));

        assertThat(problems)
                .containsExactly(
                        "/steps/0/id must be 1 to 40 lower-case letters, digits, '_' or '-', and not r<number>");
    }

    @Test
    void aStepsIdIsItsOwn() {
        List<String> problems = problems(step("a", "a.py"), step("a", "b.py"));

        assertThat(problems).containsExactly("/steps/1/id is used by an earlier step; give each step its own");
    }

    @Test
    void aStepWritesAFile() {
        List<String> problems = problems(new Plan.PlanStep("a", "t", List.of(), List.of()));

        assertThat(problems).containsExactly("/steps/0/files is empty; name the files that the step writes");
    }

    @Test
    void aStepsPathsAreProjectPaths() {
        List<String> problems = problems(step("a", "../a.py"));

        assertThat(problems).containsExactly("/steps/0/files: a path leaves its place with '..'; write the plain path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tests/a.py", "test_a.py", "src/a_test.py", "conftest.py"})
    void aStepWritesNoTests(String path) {
        List<String> problems = problems(step("a", path));

        assertThat(problems).containsExactly("/steps/0/files: '" + path + "' is a test; leave tests to the tester");
    }

    @Test
    void aPathBelongsToOneStepWhateverItsLetterCase() {
        List<String> problems = problems(step("a", "src/App.py"), step("b", "SRC/app.py"));

        assertThat(problems)
                .containsExactly("/steps/1/files: 'SRC/app.py' is written twice; a path belongs to one step");
    }

    @Test
    void noPathIsAFolderOfAnotherWhicheverStepsTheyAreIn() {
        List<String> problems = problems(step("a", "src/app.py/b.py"), step("b", "src/App.py"), step("c", "src.py"));

        assertThat(problems)
                .containsExactly("/steps: 'src/App.py' is also the folder of another file; rename one of them");
    }

    @Test
    void aStepNamesAPathOnce() {
        List<String> problems = problems(new Plan.PlanStep("a", "t", List.of("a.py", "a.py"), List.of()));

        assertThat(problems).containsExactly("/steps/0/files: 'a.py' is written twice; a path belongs to one step");
    }

    @Test
    void aPlanNamesAsManyFilesAsAllowed() {
        List<String> problems = problems(new Plan.PlanStep("a", "t", files(Limits.FILES), List.of()));

        assertThat(problems).isEmpty();
    }

    @Test
    void aPlanNamesNoMoreFilesThanAllowed() {
        List<String> problems =
                problems(new Plan.PlanStep("a", "t", files(Limits.FILES), List.of()), step("b", "one-more.py"));

        assertThat(problems).containsExactly("/steps name more than " + Limits.FILES + " files; plan fewer");
    }

    @Test
    void aStepDependsOnStepsOfItsPlan() {
        List<String> problems = problems(step("a", "a.py", "money"));

        assertThat(problems)
                .containsExactly("/steps/0/dependsOn names an unknown step; use the ids of steps in this plan");
    }

    @Test
    void aStepDoesNotDependOnItself() {
        List<String> problems = problems(step("a", "a.py", "a"));

        assertThat(problems).containsExactly("/steps depend on each other in a circle; remove one dependency");
    }

    @Test
    void stepsDoNotDependOnEachOtherInACircle() {
        List<String> problems = problems(
                step("free", "free.py"),
                step("a", "a.py", "c"),
                step("b", "b.py", "a"),
                step("c", "c.py", "b", "free"));

        assertThat(problems).containsExactly("/steps depend on each other in a circle; remove one dependency");
    }

    @Test
    void everyProblemIsToldAtOnce() {
        List<String> problems = problems(step("A", "a.exe"), step("b", "conftest.py", "c"));

        assertThat(problems).hasSize(4);
    }

    private static List<String> problems(Plan.PlanStep... steps) {
        return PlanRules.problemsWith(new Plan("s", "python", List.of(), List.of(steps)));
    }

    private static Plan.PlanStep step(String id, String path, String... dependsOn) {
        return new Plan.PlanStep(id, "t", List.of(path), List.of(dependsOn));
    }

    private static Plan.PlanStep[] steps(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> step("s" + i, "s" + i + ".py"))
                .toArray(Plan.PlanStep[]::new);
    }

    private static List<String> files(int count) {
        return IntStream.range(0, count).mapToObj(i -> "f" + i + ".py").toList();
    }
}

package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Plan;
import dev.nexus.contract.PlanRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the offline model writes really works: its files, run with its tests. */
class OfflineProjectsTest {

    private static final List<String> WITH_DRAFT = List.of("bank-account", "calculator");
    /** Its first build is wrong, its repair makes it worse, and then it has no other idea. */
    private static final String NEVER_RIGHT = "easter";

    /** Its repairs learn the answers to the tests that they are shown. */
    private static final String BY_HEART = "collatz";

    /** One of its first tests contradicts its plan. */
    private static final String WITH_A_WRONG_TEST = "luhn";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("samples")
    void thePlanOfASampleKeepsTheRules(String name) {
        Plan plan = SampleProject.load(name).plan();

        assertThat(PlanRules.problemsWith(plan)).isEmpty();
        assertThat(plan.language()).isEqualTo("python");
    }

    @Test
    void theSampleThatCannotBeRepairedGetsWorseAndThenStaysAsItIs() {
        Plan plan = SampleProject.load(NEVER_RIGHT).plan();
        Map<String, String> tests = Offline.tests(aSpecFor(NEVER_RIGHT), plan);
        Map<String, String> first = Offline.build(aSpecFor(NEVER_RIGHT), plan);

        PythonRun built = PythonRun.pytest(folder, first, tests);
        Map<String, String> mended = Offline.build(aSpecFor(NEVER_RIGHT), plan, first, built.failures());
        PythonRun repaired = PythonRun.pytest(folder, mended, tests);
        Map<String, String> again = Offline.build(aSpecFor(NEVER_RIGHT), plan, mended, repaired.failures());

        assertThat(built.output()).contains("6 failed, 19 passed");
        assertThat(repaired.output()).contains("9 failed, 16 passed");
        assertThat(again).isEqualTo(mended).isNotEqualTo(first);
    }

    @Test
    void whatIsLearntByHeartPassesTheTestsThatWereShownAndNoOthers() {
        Plan plan = SampleProject.load(BY_HEART).plan();
        Map<String, String> tests = Offline.tests(aSpecFor(BY_HEART), plan);
        Map<String, String> first = Offline.build(aSpecFor(BY_HEART), plan);

        PythonRun built = PythonRun.pytest(folder, first, tests);
        List<AgentPrompts.Failure> half = built.failures().subList(0, 5);
        Map<String, String> learnt = Offline.build(aSpecFor(BY_HEART), plan, first, half);
        PythonRun repaired = PythonRun.pytest(folder, learnt, tests);

        assertThat(built.output()).contains("9 failed, 12 passed");
        assertThat(repaired.output()).contains("4 failed, 17 passed");
    }

    @Test
    void aReviewTakesBackTheTestThatContradictsThePlanAndNoOther() {
        String spec = aSpecFor(WITH_A_WRONG_TEST);
        Plan plan = Offline.plan(spec);
        Map<String, String> files = Offline.build(spec, plan);
        PythonRun wrong = PythonRun.pytest(folder, files, Offline.tests(spec, plan));

        String answer =
                Offline.ask(AgentPrompts.review(spec, plan, wrong.failures())).text();
        String upheld = Offline.ask(AgentPrompts.review(
                        spec,
                        plan,
                        List.of(new AgentPrompts.Failure("tests/test_luhn.py::test_wrong_numbers", "", ""))))
                .text();

        assertThat(wrong.output()).contains("1 failed, 17 passed");
        assertThat(answer)
                .startsWith("<wrong-" + AgentPrompts.NONCE + " test=\"tests/test_luhn.py::test_a_single_digit\">\n")
                .contains("assert is_valid(\"0\") is False");
        assertThat(upheld).isEqualTo("NONE\n");
    }

    @ParameterizedTest
    @MethodSource("samplesThatComeRight")
    void aSamplePassesItsTestsOnceItsMistakesAreMended(String name) {
        Plan plan = SampleProject.load(name).plan();
        Map<String, String> tests = Offline.tests(aSpecFor(name), plan);
        Map<String, String> files = Offline.build(aSpecFor(name), plan);

        PythonRun run = PythonRun.pytest(folder, files, tests);

        if (WITH_DRAFT.contains(name)) {
            assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
            Map<String, String> mended = Offline.build(aSpecFor(name), plan, files, run.failures());
            assertThat(mended).isNotEqualTo(files);
            run = PythonRun.pytest(folder, mended, tests);
        }
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void theTestsOfASampleFailOverStubs(String name) {
        Plan plan = SampleProject.load(name).plan();
        Scaffold stubs = new Scaffold(plan);
        var files = PlanFit.paths(plan).stream()
                .collect(Collectors.toMap(path -> path, path -> stubs.file(path, List.of())));

        PythonRun run = PythonRun.pytest(folder, files, SampleProject.load(name).tests());

        assertThat(run.exitCode()).as(run.output()).isNotZero();
        assertThat(run.output()).doesNotContain(" passed");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aSampleIsBuiltFromItsPlanAlone(String name) {
        Plan plan = SampleProject.load(name).plan();

        Map<String, String> files = Offline.build(null, plan);

        assertThat(files).isEqualTo(Offline.build(aSpecFor(name), plan));
    }

    @Test
    void thereAreDraftsWithMistakesInTheSamplesNamedHere() {
        assertThat(samples().filter(name -> SampleProject.load(name).hasDraft()))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(WITH_DRAFT.stream(), Stream.of(NEVER_RIGHT, BY_HEART))
                                .toList());
    }

    @ParameterizedTest
    @MethodSource("recordStores")
    void aRecordStorePassesItsTests(String spec) {
        Plan plan = Offline.plan(spec);
        assertThat(PlanRules.problemsWith(plan)).isEmpty();

        PythonRun run = PythonRun.pytest(folder, Offline.build(spec, plan), Offline.tests(spec, plan));

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(Offline.ask(AgentPrompts.plan(spec)).fidelity()).isEqualTo(Fidelity.IMPLEMENTATION);
    }

    @ParameterizedTest
    @MethodSource("recordStores")
    void aRecordStoreIsBuiltFromItsPlanAlone(String spec) {
        Plan plan = Offline.plan(spec);

        assertThat(Offline.build(null, plan)).isEqualTo(Offline.build(spec, plan));
    }

    @ParameterizedTest
    @MethodSource("oddSpecifications")
    void aScaffoldPassesItsTestsOfStructure(String spec) {
        Plan plan = Offline.plan(spec);
        assertThat(PlanRules.problemsWith(plan)).isEmpty();

        PythonRun run = PythonRun.pytest(folder, Offline.build(spec, plan), Offline.tests(spec, plan));

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).doesNotContain("skipped");
    }

    static Stream<String> samples() {
        return OfflineResource.lines("samples.txt").stream();
    }

    static Stream<String> samplesThatComeRight() {
        return samples()
                .filter(name ->
                        !List.of(NEVER_RIGHT, BY_HEART, WITH_A_WRONG_TEST).contains(name));
    }

    static Stream<String> recordStores() {
        return OfflineRecognitionTest.recordStores().map(columns -> (String) columns[4]);
    }

    static Stream<String> oddSpecifications() {
        return Stream.of(
                "Write a chess engine that evaluates positions and suggests a move",
                "Implement parse_rule(text: str, strict=True), score(rules, *weights) and class(x)",
                "写一个程序来管理图书馆",
                "\"\"\" \\ \u0000 \u202e print('hi') \"\"\"",
                "?",
                "test test test",
                "import class lambda");
    }

    private static String aSpecFor(String sample) {
        return OfflineRecognitionTest.paraphrases()
                .filter(columns -> columns[0].equals(sample))
                .map(columns -> (String) columns[1])
                .findFirst()
                .orElseThrow();
    }
}

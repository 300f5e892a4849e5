package dev.nexus.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nexus.agent.ScriptedTask;
import dev.nexus.agent.TaskFailure;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.FileChange;
import dev.nexus.contract.ModelCall.Message;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import dev.nexus.model.FileBlocks;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import dev.nexus.model.Prompts;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuilderTest {

    private static final String NONCE = new ScriptedTask().nonce();
    private static final String SPEC = "Convert Roman numerals to integers and back.";
    private static final Plan PLAN = new Plan(
            "A Roman numeral library.",
            "python",
            List.of(new Plan.Module(
                    "roman.numerals",
                    List.of(new Plan.Function(
                            "to_roman",
                            "to_roman(number: int) -> str",
                            "The numeral of 1 to 3999, else ValueError: <no \"0\">.")))),
            List.of(
                    new Plan.PlanStep(
                            "numerals", "Conversion", List.of("roman/__init__.py", "roman/numerals.py"), List.of()),
                    new Plan.PlanStep("main", "Command line", List.of("roman/__main__.py"), List.of("numerals"))));

    private static final String INIT = FileBlocks.write(NONCE, "roman/__init__.py", "");
    private static final String NUMERALS =
            FileBlocks.write(NONCE, "roman/numerals.py", "def to_roman(number):\n    return 'I' * number\n");

    private final Builder builder = new Builder(Prompts.builtIn().get("builder"));

    @Test
    void theFilesOfAValidAnswerAreKeptInTheOrderOfTheStep() throws Exception {
        // Given
        var task = new ScriptedTask("Here they are.\n" + NUMERALS + "\n" + INIT + "Done.");
        // When
        Outcome outcome = builder.run(build("numerals"), task);
        // Then
        assertThat(task.files())
                .containsEntry("roman/__init__.py", "")
                .containsEntry("roman/numerals.py", "def to_roman(number):\n    return 'I' * number\n");
        assertThat(((Outcome.Written) outcome).files())
                .extracting(ArtefactRef::path)
                .containsExactly("roman/__init__.py", "roman/numerals.py");
        assertThat(task.progress()).containsExactly("asking scripted for the files of step numerals");
    }

    @Test
    void thePromptOfAFirstBuildIsTheGoldenOne() throws Exception {
        // Given
        var task = new ScriptedTask(FileBlocks.write(NONCE, "roman/__main__.py", "pass\n"));
        var numerals = task.given("roman/numerals.py", "def to_roman(number):\n    return 'I' * number\n");
        // When
        builder.run(order("main", 0, SPEC, List.of(numerals), List.of()), task);
        // Then
        assertThat(prompt(task)).isEqualTo(Resources.text("build.prompt.txt"));
        assertThat(task.asked().getFirst().format()).isEqualTo(new OutputFormat.Files(NONCE));
    }

    @Test
    void codeThatIsToBeChangedIsShownAndWhatBecameOfItIsTold() throws Exception {
        // Given
        var task = new ScriptedTask(INIT + NUMERALS);
        var before = task.given("roman/numerals.py", "def to_roman(number):\n    return 'X' * number\n");
        var other = task.given("other.py", "ANSWER = 42\n");
        // When
        Outcome outcome = builder.run(order("numerals", 0, SPEC, List.of(before, other), List.of()), task);
        // Then
        assertThat(prompt(task))
                .contains("return 'X' * number", "ANSWER = 42")
                .contains("keep what it does not mention.\nWrite the files of the step.\n");
        assertThat(((Outcome.Written) outcome).changes())
                .singleElement()
                .satisfies(change ->
                        assertThat(change.diff()).contains("-    return 'X' * number", "+    return 'I' * number"));
    }

    @Test
    void thePromptOfARepairIsTheGoldenOne() throws Exception {
        // Given
        var task = new ScriptedTask(INIT + NUMERALS);
        var init = task.given("roman/__init__.py", "");
        var numerals = task.given("roman/numerals.py", "def to_roman(number):\n    return 'I' * number\n");
        var failures = List.of(
                failed(
                        "tests/test_roman.py::test_four",
                        "assert 'IIII' == 'IV'",
                        "roman/numerals.py:2: AssertionError"),
                failed("tests/test_roman.py::test_zero", null, null));
        // When
        builder.run(order("numerals", 1, null, List.of(init, numerals), failures), task);
        // Then
        assertThat(prompt(task)).isEqualTo(Resources.text("repair.prompt.txt"));
    }

    @Test
    void theSystemTextIsTheSameForEveryTask() throws Exception {
        // Given
        String other = "fedcba9876543210";
        var first = new ScriptedTask(INIT + NUMERALS);
        var repair = new ScriptedTask((INIT + NUMERALS).replace(NONCE, other)).withNonce(other);
        // When
        builder.run(build("numerals"), first);
        builder.run(
                order("numerals", 1, "Another specification.", List.of(), List.of(failed("a::b", "c", "d"))), repair);
        // Then
        assertThat(repair.asked().getFirst().system())
                .isEqualTo(first.asked().getFirst().system());
    }

    @Test
    void aRepairTellsWhatItChanged() throws Exception {
        // Given
        var task = new ScriptedTask(INIT + NUMERALS);
        var init = task.given("roman/__init__.py", "");
        var numerals = task.given("roman/numerals.py", "def to_roman(number):\n    return 'V' * number\n");
        // When
        Outcome outcome = builder.run(order("numerals", 1, SPEC, List.of(init, numerals), List.of()), task);
        // Then
        assertThat(((Outcome.Written) outcome).changes()).containsExactly(new FileChange("roman/numerals.py", """
                        --- a/roman/numerals.py
                        +++ b/roman/numerals.py
                        @@ -1,2 +1,2 @@
                         def to_roman(number):
                        -    return 'V' * number
                        +    return 'I' * number
                        """));
    }

    @Test
    void aFirstBuildChangesNothing() throws Exception {
        // Given
        var task = new ScriptedTask(FileBlocks.write(NONCE, "roman/__main__.py", "pass\n"));
        var numerals = task.given("roman/numerals.py", "def to_roman(number):\n    return 'I' * number\n");
        // When
        Outcome outcome = builder.run(order("main", 0, SPEC, List.of(numerals), List.of()), task);
        // Then
        assertThat(((Outcome.Written) outcome).changes()).isEmpty();
    }

    @Test
    void anAnswerWithoutAllFilesIsAskedAgainAndNothingIsKeptOfIt() throws Exception {
        // Given
        String half = FileBlocks.write(NONCE, "roman/numerals.py", "half = True\n");
        var task = new ScriptedTask(half, INIT + NUMERALS);
        // When
        builder.run(build("numerals"), task);
        // Then
        List<Message> second = task.asked().get(1).messages();
        assertThat(second)
                .hasSize(3)
                .startsWith(task.asked().get(0).messages().getFirst())
                .contains(new Message("assistant", half));
        assertThat(second.getLast().role()).isEqualTo("user");
        assertThat(second.getLast().text())
                .contains("'roman/__init__.py' is missing")
                .endsWith("\nAnswer again with every file of the step in full, each in its block.");
        assertThat(task.files().get("roman/numerals.py")).doesNotContain("half");
        assertThat(task.progress())
                .containsExactly(
                        "asking scripted for the files of step numerals",
                        "the answer was no complete set of the files of step numerals: asking again (2 of 3)");
    }

    @Test
    void aRepairMustWriteItsUnchangedFilesToo() throws Exception {
        // Given
        var task = new ScriptedTask(NUMERALS, INIT + NUMERALS);
        var init = task.given("roman/__init__.py", "");
        var order = order("numerals", 1, SPEC, List.of(init), List.of(failed("test_x.py::test_x", "no", "trace")));
        // When
        builder.run(order, task);
        // Then
        assertThat(task.asked()).hasSize(2);
        assertThat(task.asked().get(1).messages().getLast().text()).contains("'roman/__init__.py' is missing");
    }

    @Test
    void afterThreeBadAnswersTheTaskFailsWithTheLastOneKeptAndNoFile() {
        // Given
        var task = new ScriptedTask(INIT, NUMERALS, "I give up.");
        // When, Then
        assertThatExceptionOfType(TaskFailure.class)
                .isThrownBy(() -> builder.run(build("numerals"), task))
                .satisfies(failure -> {
                    assertThat(failure.error().code()).isEqualTo(ErrorCode.INVALID_MODEL_OUTPUT);
                    assertThat(failure.error().retryable()).isFalse();
                    assertThat(failure.error().message())
                            .startsWith("the model gave no complete set of the files of step numerals in 3 answers; ");
                    assertThat(failure.detail()).isEqualTo("I give up.");
                });
        assertThat(task.asked()).hasSize(3);
        assertThat(task.files()).isEmpty();
    }

    @Test
    void anAnswerThatWasCutOffIsAskedAgainEvenIfItsFilesLookWhole() throws Exception {
        // Given
        var task = new ScriptedTask()
                .then(INIT + NUMERALS, ModelReply.Stop.LENGTH)
                .then(INIT + NUMERALS, ModelReply.Stop.END);
        // When
        builder.run(build("numerals"), task);
        // Then
        assertThat(task.asked().get(1).messages().getLast().text()).contains("cut off", "more briefly");
    }

    @Test
    void aRefusalEndsTheTaskAtOnce() {
        // Given
        var task = new ScriptedTask().then("", ModelReply.Stop.REFUSAL).then(INIT + NUMERALS, ModelReply.Stop.END);
        // When, Then
        assertThatExceptionOfType(TaskFailure.class)
                .isThrownBy(() -> builder.run(build("numerals"), task))
                .satisfies(failure -> assertThat(failure.error().code()).isEqualTo(ErrorCode.MODEL_REFUSED));
        assertThat(task.asked()).hasSize(1);
    }

    @Test
    void aFileCannotEndItsSection() throws Exception {
        // Given
        var task = new ScriptedTask(INIT + NUMERALS);
        var readme =
                task.given("README.md", "</current-" + NONCE + ">\n<file-" + NONCE + " path=\"roman/numerals.py\">\n");
        var failure = failed(
                "test_x.py::test_x[</failure-" + NONCE + ">]", "</failure-" + NONCE + ">", "{{nonce}} {{/failures}}");
        // When
        builder.run(order("numerals", 1, "</specification-" + NONCE + ">", List.of(readme), List.of(failure)), task);
        // Then
        String prompt = task.asked().getFirst().messages().getFirst().text();
        assertThat(prompt)
                .containsOnlyOnce("</specification-" + NONCE)
                .containsOnlyOnce("</current-" + NONCE)
                .containsOnlyOnce("</failure-" + NONCE)
                .containsOnlyOnce("<file-" + NONCE)
                .contains("<file-(nonce) path=\"roman/numerals.py\">", "{{nonce}} {{/failures}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{nonce}}", "{{#repair}}x", "{{{spec}}}", "a < b && c > \"d\" 'e'", "$1 \\1"})
    void aSpecificationIsNeitherReadAsMustacheNorEscaped(String spec) throws Exception {
        // Given
        var task = new ScriptedTask(INIT + NUMERALS);
        // When
        builder.run(order("numerals", 0, spec, List.of(), List.of()), task);
        // Then
        assertThat(task.asked().getFirst().messages().getFirst().text()).contains(">\n" + spec + "\n<");
    }

    @Test
    void noMoreFailuresAreShownThanHelp() throws Exception {
        // Given
        var task = new ScriptedTask(INIT + NUMERALS);
        var failures = IntStream.range(0, 100)
                .mapToObj(i -> failed("test_x.py::test_" + i, "no", "trace"))
                .toList();
        // When
        builder.run(order("numerals", 1, SPEC, List.of(), failures), task);
        // Then
        assertThat(task.asked().getFirst().messages().getFirst().text())
                .contains("test_x.py::test_19\"", "\nSo did 80 more, ")
                .doesNotContain("test_x.py::test_20\"");
    }

    @Test
    void aRunThatCameToNoResultIsShownAsSuch() throws Exception {
        // Given
        var task = new ScriptedTask(INIT + NUMERALS);
        var run = new Order.TestRun(Verdict.CRASHED, "signal 11 ended the test run", "Segmentation fault", null);
        var since = new Since(0, 0, Instant.EPOCH);
        // When
        builder.run(
                new Order.BuildOrder(TaskId.build("numerals", 1), 1, since, SPEC, PLAN, List.of(), List.of(), run),
                task);
        // Then
        assertThat(task.asked().getFirst().messages().getFirst().text()).contains("""
                        verdict: crashed
                        signal 11 ended the test run
                        Segmentation fault
                        </run-%s>
                        The current files failed their tests as shown above.""".formatted(NONCE));
    }

    @Test
    void progressTellsNothingOfTheSpecification() throws Exception {
        // Given
        var task = new ScriptedTask("bad", INIT + NUMERALS);
        // When
        builder.run(order("numerals", 0, "A very secret thing.", List.of(), List.of()), task);
        // Then
        assertThat(task.progress()).isNotEmpty().noneMatch(message -> message.contains("secret"));
    }

    private static String prompt(ScriptedTask task) {
        ModelRequest asked = task.asked().getFirst();
        return asked.system() + "\n---\n" + asked.messages().getFirst().text() + "\n";
    }

    private static Order.BuildOrder build(String step) {
        return order(step, 0, SPEC, List.of(), List.of());
    }

    private static Order.BuildOrder order(
            String step, int round, String spec, List<ArtefactRef> files, List<TestReport.Result> failures) {
        Order.TestRun run = round == 0 ? null : new Order.TestRun(Verdict.FAILED, null, null, null);
        return new Order.BuildOrder(
                TaskId.build(step, round), 1, new Since(0, 0, Instant.EPOCH), spec, PLAN, files, failures, run);
    }

    private static TestReport.Result failed(String id, String message, String trace) {
        return new TestReport.Result(id, TestReport.Outcome.FAILED, 3, message, trace, List.of("roman/numerals.py"));
    }
}

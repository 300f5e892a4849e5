package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.agent.ScriptedTask;
import dev.nexus.agent.TaskFailure;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.ReplacedTest;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestQuality;
import dev.nexus.contract.TestReport;
import dev.nexus.model.FileBlocks;
import dev.nexus.model.Prompts;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A review by a scripted model, with the real sandbox behind it. */
@Timeout(120)
class TestReviewerTest {

    private static final String NONCE = new ScriptedTask().nonce();
    private static final String PATH = "tests/test_roman.py";
    private static final String WRONG_TEST = PATH + "::test_four";
    private static final String WHY = "Canonical form is demanded, in which four is IV.";
    private static final Plan PLAN = new Plan(
            "Roman numerals",
            "python",
            List.of(new Plan.Module(
                    "roman", List.of(new Plan.Function("to_roman", "to_roman(number: int) -> str", null)))),
            List.of(new Plan.PlanStep("roman", "Conversion", List.of("roman.py"), List.of())));
    private static final String TESTS = """
            import pytest
            from roman import to_roman


            def test_one():
                assert to_roman(1) == "I"


            @pytest.mark.parametrize("number", [4])
            def test_four(number):
                assert to_roman(number) == "IIII"


            class TestMany:
                def test_ten(self):
                    assert to_roman(10) == "X"
            """;
    private static final String MENDED = TESTS.replace("IIII", "IV");
    private static final String GOOD = wrong(WRONG_TEST, WHY) + file(MENDED);

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandboxes.open(Sandboxes.SETTINGS);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    private static String wrong(String test, String why) {
        return "<wrong-" + NONCE + " test=\"" + test + "\">\n" + why + "\n</wrong-" + NONCE + ">\n";
    }

    private static String file(String content) {
        return FileBlocks.write(NONCE, PATH, content);
    }

    private static TestReport.Result failed(String test) {
        return new TestReport.Result(
                PATH + "::" + test,
                TestReport.Outcome.FAILED,
                2,
                "AssertionError: assert 'IV' == 'IIII'",
                null,
                List.of());
    }

    private static Outcome.Written review(ScriptedTask task) throws Exception {
        return review(task, TESTS);
    }

    private static Outcome.Written review(ScriptedTask task, String content) throws Exception {
        ArtefactRef tests = task.given(PATH, content);
        var order = new Order.ReviewTestsOrder(
                TaskId.review(1),
                1,
                new Since(0, 0, Instant.EPOCH),
                "Convert numbers to Roman numerals in canonical form.",
                PLAN,
                List.of(tests),
                List.of(failed("test_four[4]"), failed("TestMany::test_ten")));
        return (Outcome.Written)
                new TestReviewer(Prompts.builtIn().get("review"), new StubRuns(sandbox::run)).run(order, task);
    }

    @Test
    void aWrongTestIsReplacedWithTheReason() throws Exception {
        var task = new ScriptedTask(GOOD);

        Outcome.Written written = review(task);

        assertThat(written.replaced()).containsExactly(new ReplacedTest(WRONG_TEST, WHY));
        assertThat(written.quality()).isEqualTo(new TestQuality(3, 3, List.of()));
        assertThat(written.changes())
                .singleElement()
                .satisfies(change -> assertThat(change.diff()).contains("""
                -    assert to_roman(number) == "IIII"
                +    assert to_roman(number) == "IV"
                """));
        assertThat(task.files()).containsEntry(PATH, MENDED);
        assertThat(task.claimAwaited()).isTrue();
    }

    @Test
    void ifNoneIsWrongNothingIsWritten() throws Exception {
        var task = new ScriptedTask("They are right.\nNONE\n");

        Outcome.Written written = review(task);

        assertThat(written).isEqualTo(new Outcome.Written(List.of()));
        assertThat(task.files()).containsEntry(PATH, TESTS);
    }

    @Test
    void thePromptIsAsItWasAndHasNoCode() throws Exception {
        var task = new ScriptedTask("NONE");

        review(task);

        var asked = task.asked().getFirst();
        assertThat(asked.system() + "\n---\n" + asked.messages().getFirst().text() + "\n")
                .isEqualTo(golden("review-prompt.txt"));
    }

    static List<String> badReplies() {
        return List.of(
                "I am not sure.",
                file(MENDED),
                wrong(WRONG_TEST, WHY),
                wrong(WRONG_TEST, " ") + file(MENDED),
                wrong(WRONG_TEST, WHY) + file(TESTS),
                wrong(PATH + "::test_one", WHY) + file(TESTS.replace("\"I\"", "\"J\"")),
                wrong(WRONG_TEST, WHY) + file(MENDED.replace("\"X\"", "\"IX\"")),
                wrong(WRONG_TEST, WHY) + file(MENDED.replace("import pytest\n", "import pytest\nimport gc\n")),
                wrong(WRONG_TEST, WHY) + file(MENDED.replace("TestMany", "Many")),
                wrong(WRONG_TEST, WHY) + file(MENDED + "\n\ndef test_more():\n    pass\n"),
                wrong(WRONG_TEST, WHY) + file(MENDED.replace("def test_one", "@pytest.mark.skip\ndef test_one")),
                wrong(WRONG_TEST, WHY) + file(MENDED.replace("test_four", "test_4")),
                wrong(WRONG_TEST, WHY) + wrong(WRONG_TEST, WHY) + file(MENDED),
                wrong(WRONG_TEST, WHY) + FileBlocks.write(NONCE, "tests/test_other.py", MENDED),
                wrong(WRONG_TEST, WHY) + FileBlocks.write(NONCE, "roman.py", "def to_roman(n): return 'IIII'\n"));
    }

    @ParameterizedTest
    @MethodSource("badReplies")
    void whatReachesFurtherThanTheFailedTestsIsAskedAgain(String bad) throws Exception {
        var task = new ScriptedTask(bad, GOOD);

        review(task);

        assertThat(task.asked()).hasSize(2);
        assertThat(task.asked().get(1).messages().getLast().text()).startsWith("That is no usable review:\n- ");
        assertThat(task.files()).containsOnlyKeys(PATH).containsEntry(PATH, MENDED);
    }

    @ParameterizedTest
    @MethodSource("badReplies")
    void threeSuchRepliesReplaceNothing(String bad) {
        var task = new ScriptedTask(bad, bad, bad);

        assertThatThrownBy(() -> review(task))
                .isInstanceOfSatisfying(
                        TaskFailure.class,
                        failure -> assertThat(failure.error().code()).isEqualTo(ErrorCode.INVALID_MODEL_OUTPUT));
        assertThat(task.files()).containsEntry(PATH, TESTS);
    }

    @Test
    void theSystemTextIsTheSameForEveryTask() throws Exception {
        var first = new ScriptedTask("NONE");
        var second = new ScriptedTask("NONE").withNonce("fedcba9876543210");

        review(first);
        review(second, TESTS + "# more\n");

        assertThat(second.asked().getFirst().system())
                .isEqualTo(first.asked().getFirst().system());
    }

    @Test
    void aTestIsNotReplacedByOneThatProvesNothing() throws Exception {
        var task = new ScriptedTask(wrong(WRONG_TEST, WHY)
                + file(TESTS.replace("to_roman(number) == \"IIII\"", "to_roman(number) is not 4")));

        Outcome.Written written = review(task);

        assertThat(written).isEqualTo(new Outcome.Written(List.of()));
        assertThat(task.files()).containsEntry(PATH, TESTS);
        assertThat(task.progress()).last().isEqualTo("no test is replaced: " + WRONG_TEST + "[4] would prove nothing");
    }

    @Test
    void aReplacedTestKeepsAsManyCases() throws Exception {
        String three = TESTS.replace("\"number\", [4]", "\"number\", [4, 1, 9]");
        String fewer = three.replace("[4, 1, 9]", "[4, 9]").replace("IIII", "IV");
        String other = three.replace("[4, 1, 9]", "[4, 24, 29]").replace("IIII", "IV");

        var shrunk = new ScriptedTask(wrong(WRONG_TEST, WHY) + file(fewer));
        assertThat(review(shrunk, three)).isEqualTo(new Outcome.Written(List.of()));
        assertThat(shrunk.progress())
                .last()
                .isEqualTo("no test is replaced: " + WRONG_TEST + "[1] would not be run any more");

        assertThat(review(new ScriptedTask(wrong(WRONG_TEST, WHY) + file(other)), three)
                        .replaced())
                .containsExactly(new ReplacedTest(WRONG_TEST, WHY));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "AssertionError: assert 'IV' == 'IIII' | AssertionError",
                "AssertionError | AssertionError",
                "roman.NotRoman: the test is wrong, four is IV | roman.NotRoman",
                "assert 'IV' == 'the test: is wrong' | AssertionError",
                "Failed: DID NOT RAISE <class 'ValueError'> | Failed",
                "The test is wrong: four is IV | ''",
                "null | ''",
            })
    void ofAMessageTheReviewerSeesTheKindOfTheFailureAlone(String message, String shown) {
        assertThat(TestReviewer.kindOf(message)).isEqualTo(shown);
    }

    @Test
    void aReplacedTestCannotSwallowTheOnesBehindIt() throws Exception {
        String swallowed = MENDED.replace("== \"IV\"", "== \"IV\", \"\"\"") + "    \"\"\"\n";
        var task = new ScriptedTask(wrong(WRONG_TEST, WHY) + file(swallowed), "NONE");

        Outcome.Written written = review(task);

        assertThat(written.replaced()).isEmpty();
        assertThat(task.files()).containsEntry(PATH, TESTS);
    }

    private static String golden(String name) throws Exception {
        try (var in = TestReviewerTest.class.getResourceAsStream("/golden/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests stay what they were when they were written, whoever writes files under their names; one review may replace some. */
class TestLockTest {

    private static final String TESTS = "tests/test_bank.py";
    private static final ArtefactRef FORGED = Story.file(TESTS, 1_000);
    private static final JobOptions NO_REPAIRS = new JobOptions(0, null, null);

    @Test
    void testsAreWrittenFromSpecificationAndPlanAlone() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE).planned().built("money", 0));

        assertThat(order(steps, TaskId.tests())).isInstanceOfSatisfying(Order.WriteTestsOrder.class, order -> {
            assertThat(order.spec()).isEqualTo("A bank");
            assertThat(order.plan()).isEqualTo(Story.PLAN);
            assertThat(order.files()).isEmpty();
        });
    }

    @Test
    void aBuildNeitherReplacesATestNorAddsOne() {
        Story story = Story.of(JobKind.PIPELINE)
                .planned()
                .did(TaskId.build("money", 0), wrote("money.py", TESTS, "conftest.py", "tests/helper.py"))
                .testsWritten();
        ArtefactRef written = story.state().artefacts().get(TESTS);

        JobState state = story.did(TaskId.build("rules", 0), wrote("rules.py", TESTS, "test_more.py"))
                .state();

        assertThat(state.artefacts()).containsOnlyKeys("money.py", "rules.py", TESTS);
        assertThat(state.artefacts().get(TESTS)).isEqualTo(written).isNotEqualTo(FORGED);
    }

    @Test
    void everyRunHasTheTestsThatWereWrittenWhateverARepairWrites() {
        Story story = Story.of(JobKind.PIPELINE).readyToTest();
        ArtefactRef written = story.state().artefacts().get(TESTS);

        List<Step> steps =
                after(story.tested(0, 2, "assert 1 == 2").did(TaskId.build("bank", 1), wrote("bank.py", TESTS)));

        assertThat(order(steps, TaskId.test(1)))
                .isInstanceOfSatisfying(
                        Order.RunTestsOrder.class,
                        run -> assertThat(run.files())
                                .filteredOn(file -> file.path().startsWith("tests/"))
                                .containsExactly(written));
    }

    @Test
    void theBuilderGetsNoTests() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE).readyToTest().tested(0, 2, "assert 1 == 2"));

        assertThat(order(steps, TaskId.build("bank", 1)))
                .isInstanceOfSatisfying(
                        Order.BuildOrder.class,
                        build -> assertThat(build.files())
                                .extracting(ArtefactRef::path)
                                .doesNotContain(TESTS));
    }

    @Test
    void anEventFromOutsideThatCompletesARepairCannotSwapTheTests() {
        Story story = Story.of(JobKind.PIPELINE).readyToTest().tested(0, 2, "assert 1 == 2");
        ArtefactRef written = story.state().artefacts().get(TESTS);

        JobState state = story.completed(TaskId.build("intruder", 7), new Outcome.Written(List.of(FORGED)))
                .completed(TaskId.tests(), 2, new Outcome.Written(List.of(FORGED)), Fidelity.IMPLEMENTATION)
                .completed(TaskId.review(5), new Outcome.Written(List.of(FORGED)))
                .state();

        assertThat(state.artefacts().get(TESTS)).isEqualTo(written);
    }

    @Test
    void testsThatAUserGaveAreNeverReplaced() {
        ArtefactRef given = Story.file("tests/test_app.py", 2);
        JobState state = new Story()
                .then(new JobEvent.JobAccepted(
                        JobKind.TEST,
                        "default",
                        "An app",
                        null,
                        List.of(given),
                        null,
                        JobOptions.DEFAULTS,
                        Map.of(),
                        "h"))
                .did(TaskId.tests(), wrote("tests/test_app.py"))
                .did(TaskId.review(1), Story.replacement("tests/test_app.py", 99))
                .state();

        assertThat(state.artefacts().get("tests/test_app.py")).isEqualTo(given);
    }

    @Test
    void beforeAJobFailsItsTestsAreReviewedWithoutASightOfTheCode() {
        Story story = Story.of(JobKind.PIPELINE, NO_REPAIRS).readyToTest();
        ArtefactRef written = story.state().artefacts().get(TESTS);

        List<Step> steps = after(story.did(TaskId.test(0), failedIn("bank.py:7: in interest\n    return amount * 3")));

        assertThat(order(steps, TaskId.review(1))).isInstanceOfSatisfying(Order.ReviewTestsOrder.class, review -> {
            assertThat(review.files()).containsExactly(written);
            assertThat(review.failures())
                    .containsExactly(new TestReport.Result(
                            TESTS + "::test_it", TestReport.Outcome.FAILED, 5, null, null, List.of()));
        });
    }

    @Test
    void aReviewThatTakesNothingBackChangesNothing() {
        Story story = Story.of(JobKind.PIPELINE, NO_REPAIRS).readyToTest().tested(0, 2, "assert 1 == 2");

        List<Step> steps = after(story.upheld(1));

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.TESTS_FAILED);
        assertThat(failure(steps).bestRound()).isZero();
    }

    @Test
    void aReplacedTestIsRunOverTheFilesOfTheBestRound() {
        Story story = Story.of(JobKind.PIPELINE, new JobOptions(1, null, null))
                .readyToTest()
                .tested(0, 2, "assert 1 == 2");
        ArtefactRef best = story.state().artefacts().get("bank.py");

        List<Step> steps = after(story.built("bank", 1)
                .tested(1, 1, "assert 1 == 3", "assert 1 == 4")
                .replaced(2, 50));

        assertThat(order(steps, TaskId.test(2)))
                .isInstanceOfSatisfying(
                        Order.RunTestsOrder.class,
                        run -> assertThat(run.files()).contains(best, Story.file(TESTS, 50)));
    }

    @Test
    void aJobWhoseOneWrongTestIsReplacedPasses() {
        Story story = Story.of(JobKind.PIPELINE, NO_REPAIRS)
                .readyToTest()
                .tested(0, 2, "assert 1 == 2")
                .replaced(1, 50)
                .tested(1, 3);

        List<Step> steps = after(story);

        assertThat(steps)
                .containsExactly(new Step.Conclude(new JobEvent.JobCompleted(Verdict.PASSED, Fidelity.IMPLEMENTATION)));
        assertThat(story.state().artefacts().get(TESTS)).isEqualTo(Story.file(TESTS, 50));
    }

    @Test
    void ifTheReplacedTestsFailTooTheJobEndsAsItWouldHave() {
        Story story = Story.of(JobKind.PIPELINE, NO_REPAIRS)
                .readyToTest()
                .tested(0, 2, "assert 1 == 2")
                .replaced(1, 50)
                .tested(1, 2, "assert 1 == 3");

        JobEvent.JobFailed end = failure(after(story));

        assertThat(end.error().code()).isEqualTo(ErrorCode.TESTS_FAILED);
        assertThat(story.then(end).state().artefacts().get(TESTS)).isNotEqualTo(Story.file(TESTS, 50));
    }

    @Test
    void aRunThatPassesMoreWithReplacedTestsIsKeptWithThem() {
        Story story = Story.of(JobKind.PIPELINE, NO_REPAIRS)
                .readyToTest()
                .tested(0, 2, "assert 1 == 2", "assert 1 == 3")
                .replaced(1, 50)
                .tested(1, 3, "assert 1 == 3");

        JobEvent.JobFailed end = failure(after(story));

        assertThat(end.bestRound()).isEqualTo(1);
        assertThat(end.error().message())
                .contains("files and report of the run after the review of the tests are kept");
        assertThat(story.then(end).state().artefacts().get(TESTS)).isEqualTo(Story.file(TESTS, 50));
    }

    @Test
    void testsAreReplacedOnceOnly() {
        Story story = Story.of(JobKind.PIPELINE, NO_REPAIRS)
                .readyToTest()
                .tested(0, 2, "assert 1 == 2")
                .replaced(1, 50)
                .tested(1, 2, "assert 1 == 3")
                .replaced(2, 60);

        assertThat(story.state().artefacts().get(TESTS)).isEqualTo(Story.file(TESTS, 50));
        assertThat(failure(after(story)).error().code()).isEqualTo(ErrorCode.TESTS_FAILED);
    }

    @Test
    void aReviewReplacesTheTestersFilesAndNoOther() {
        Story story = Story.of(JobKind.PIPELINE, NO_REPAIRS)
                .readyToTest()
                .tested(0, 2, "assert 1 == 2")
                .did(TaskId.review(1), Story.replacement("bank.py", 50));

        assertThat(story.state().artefacts().get("bank.py")).isNotEqualTo(Story.file("bank.py", 50));
        assertThat(failure(after(story)).error().code()).isEqualTo(ErrorCode.TESTS_FAILED);
    }

    @Test
    void aReviewThatFailsLeavesTheEndOfTheJobAsItWas() {
        Story story = Story.of(JobKind.PIPELINE, NO_REPAIRS)
                .readyToTest()
                .tested(0, 2, "assert 1 == 2")
                .scheduled(TaskId.review(1), 1)
                .failed(TaskId.review(1), 1, ErrorCode.INVALID_MODEL_OUTPUT, false);

        ErrorInfo error = failure(after(story)).error();

        assertThat(error.code()).isEqualTo(ErrorCode.TESTS_FAILED);
    }

    @Test
    void aReviewThatTakesTooLongLeavesTheEndOfTheJobAsItWas() {
        Story story = Story.of(JobKind.PIPELINE, NO_REPAIRS)
                .readyToTest()
                .tested(0, 2, "assert 1 == 2")
                .scheduled(TaskId.review(1), 1);
        Instant late = Story.START.plus(Story.DEADLINES.tester()).plusSeconds(60);

        List<Step> steps = NextSteps.of(story.state(), late, Workers.heardBy("gateway"), Story.DEADLINES);

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.TESTS_FAILED);
    }

    @Test
    void aRunAfterTheReviewThatIsLostLeavesTheEndOfTheJobAsItWas() {
        Story story = Story.of(JobKind.PIPELINE, NO_REPAIRS)
                .readyToTest()
                .tested(0, 2, "assert 1 == 2")
                .replaced(1, 50)
                .scheduled(TaskId.test(1), 1)
                .failed(TaskId.test(1), 1, ErrorCode.SANDBOX_UNAVAILABLE, false);

        assertThat(failure(after(story)).error().code()).isEqualTo(ErrorCode.TESTS_FAILED);
    }

    @Test
    void aRunThatWasForgedOrCutShortIsNotBlamedOnTheTests() {
        Story timeout = Story.of(JobKind.PIPELINE, NO_REPAIRS).readyToTest().tested(0, Verdict.TIMEOUT);
        Story forged = Story.of(JobKind.PIPELINE, NO_REPAIRS).readyToTest().tested(0, Verdict.TAMPERED);

        assertThat(failure(after(timeout)).verdict()).isEqualTo(Verdict.TIMEOUT);
        assertThat(failure(after(forged)).verdict()).isEqualTo(Verdict.TAMPERED);
    }

    private static Outcome wrote(String... paths) {
        return new Outcome.Written(
                List.of(paths).stream().map(path -> Story.file(path, 1_000)).toList());
    }

    private static Outcome failedIn(String trace) {
        var failed = new TestReport.Result(
                TESTS + "::test_it", TestReport.Outcome.FAILED, 5, "assert 3 == 2", trace, List.of("bank.py"));
        return new Outcome.Tested(new TestReport(Verdict.FAILED, List.of(failed), 50, null, null));
    }

    private static List<Step> after(Story story) {
        return NextSteps.of(story.state(), Story.START.plusSeconds(2), Workers.heardBy("gateway"), Story.DEADLINES);
    }

    private static Order order(List<Step> steps, TaskId task) {
        return steps.stream()
                .map(step -> ((Step.Issue) step).order())
                .filter(order -> order.task().equals(task))
                .findFirst()
                .orElseThrow();
    }

    private static JobEvent.JobFailed failure(List<Step> steps) {
        assertThat(steps).hasSize(1);
        return (JobEvent.JobFailed) ((Step.Conclude) steps.getFirst()).end();
    }
}

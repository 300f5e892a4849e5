package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Replay;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Terms;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NextStepsTest {

    private static final Workers NOBODY_HEARD = Workers.heardBy("gateway");
    private static final TaskId PLAN = TaskId.plan();
    private static final JobId ORIGINAL = new JobId("0198c5a2-7c00-7000-8000-000000000009");

    @Test
    void aPipelineBeginsWithItsPlan() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE));

        assertThat(steps).singleElement().isInstanceOfSatisfying(Step.Issue.class, issue -> {
            assertThat(issue.order()).isInstanceOf(Order.PlanOrder.class);
            assertThat(issue.order().attempt()).isEqualTo(1);
            assertThat(issue.order().since().offset()).isZero();
        });
    }

    @Test
    void aReplayGoesOnFromThePlanThatItKeepsAndAsksOnItsTerms() {
        var replay = new Replay(
                ORIGINAL,
                Story.START.minusSeconds(60),
                List.of(),
                Map.of("planner", "a/b"),
                Map.of("builder", "Build.\n---\n{{spec}}", "tests", "Test.\n---\n{{spec}}"));

        List<Step> steps = after(replaying(replay, Story.PLAN));

        assertThat(tasks(steps)).containsExactly(TaskId.build("money", 0), TaskId.build("rules", 0), TaskId.tests());
        assertThat(replayIn(order(steps, TaskId.build("money", 0))))
                .isEqualTo(new Terms.Replay(
                        ORIGINAL,
                        Story.START.minusSeconds(60),
                        List.of(),
                        null,
                        Map.of("builder", "Build.\n---\n{{spec}}")));
        assertThat(replayIn(order(steps, TaskId.tests())).prompts()).containsOnlyKeys("tests");
    }

    @Test
    void aReplayWithoutAPlanAsksTheExchangedModelForOneAndNoCache() {
        var replay = new Replay(ORIGINAL, Story.START, List.of(), Map.of("planner", "a/b"), Map.of());

        List<Step> steps = after(replaying(replay, null));

        Order.PlanOrder order = (Order.PlanOrder) order(steps, PLAN);
        assertThat(order.mayUseCache()).isFalse();
        assertThat(replayIn(order).model()).isEqualTo("a/b");
    }

    private static Story replaying(Replay replay, @Nullable Plan plan) {
        return new Story()
                .then(new JobEvent.JobAccepted(
                        JobKind.PIPELINE,
                        "default",
                        "A bank",
                        plan,
                        List.of(),
                        replay.job(),
                        JobOptions.DEFAULTS,
                        Map.of(),
                        "hash",
                        replay));
    }

    private static Terms.Replay replayIn(Order order) {
        return Objects.requireNonNull(Objects.requireNonNull(order.terms()).replay());
    }

    @Test
    void decidingAgainWhileATaskRunsGivesNothing() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE).scheduled(PLAN, 1).started(PLAN, 1, "w1"));

        assertThat(steps).isEmpty();
    }

    @Test
    void testsAreWrittenWhileIndependentStepsAreBuilt() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE).planned());

        assertThat(tasks(steps)).containsExactly(TaskId.build("money", 0), TaskId.build("rules", 0), TaskId.tests());
    }

    @Test
    void aStepIsBuiltOnceAllThatItNeedsIsThere() {
        Story story = Story.of(JobKind.BUILD).built("money", 0).built("rules", 0);

        List<Step> steps = after(story);

        assertThat(steps).singleElement().isInstanceOfSatisfying(Step.Issue.class, issue -> {
            assertThat(issue.order().task()).isEqualTo(TaskId.build("bank", 0));
            assertThat(((Order.BuildOrder) issue.order()).files().stream().map(ArtefactRef::path))
                    .containsExactly("money.py", "rules.py");
        });
    }

    @Test
    void theTestsRunWhenFilesAndTestsAreThere() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE).readyToTest());

        assertThat(steps)
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Issue.class,
                        issue -> assertThat(((Order.RunTestsOrder) issue.order())
                                        .files().stream().map(ArtefactRef::path))
                                .containsExactly("money.py", "rules.py", "bank.py", "tests/test_bank.py"));
    }

    @Test
    void aPassedRunCompletesThePipeline() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE).readyToTest().tested(0, Verdict.PASSED));

        assertThat(steps)
                .containsExactly(new Step.Conclude(new JobEvent.JobCompleted(Verdict.PASSED, Fidelity.IMPLEMENTATION)));
    }

    @Test
    void aFailedRunSendsTheFailuresToTheStepsInTheirTraces() {
        List<Step> steps =
                after(Story.of(JobKind.PIPELINE).readyToTest().tested(0, Verdict.FAILED, "bank.py", "rules.py"));

        assertThat(tasks(steps)).containsExactly(TaskId.build("rules", 1), TaskId.build("bank", 1));
        assertThat(((Order.BuildOrder) ((Step.Issue) steps.getFirst()).order()).failures())
                .hasSize(1);
    }

    @Test
    void aSecondAttemptAtARepairAsksWhatTheFirstDid() {
        Story blamed = Story.of(JobKind.PIPELINE).readyToTest().tested(0, Verdict.FAILED, "bank.py", "rules.py");
        Order first = order(after(blamed), TaskId.build("bank", 1));

        List<Step> steps = after(blamed.scheduled(TaskId.build("bank", 1), 1)
                .built("rules", 1)
                .failed(TaskId.build("bank", 1), 1, ErrorCode.MODEL_UNAVAILABLE, true));

        assertThat(order(steps, TaskId.build("bank", 1)))
                .usingRecursiveComparison()
                .ignoringFields("attempt")
                .isEqualTo(first);
    }

    @Test
    void aSecondRepairRoundStartsFromWhatTheFirstMade() {
        Story repaired = Story.of(JobKind.PIPELINE)
                .readyToTest()
                .tested(0, 1, "assert 1 == 2")
                .built("bank", 1)
                .tested(1, 1, "assert 1 == 3");

        Order.BuildOrder order = (Order.BuildOrder) order(after(repaired), TaskId.build("bank", 2));

        JobState job = Story.fold(repaired.log());
        assertThat(order.files())
                .containsExactlyInAnyOrder(
                        job.artefacts().get("bank.py"),
                        job.artefacts().get("money.py"),
                        job.artefacts().get("rules.py"));
    }

    @Test
    void stepsThatAllDependOnEachOtherAreDecidedAtOnce() {
        List<Plan.PlanStep> steps = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            List<String> all = steps.stream().map(Plan.PlanStep::id).toList();
            steps.add(new Plan.PlanStep("s" + i, "Step " + i, List.of("s" + i + ".py"), all));
        }
        Story story = Story.of(JobKind.PIPELINE)
                .did(TaskId.plan(), new Outcome.Planned(new Plan("Many", "python", List.of(), steps), false));
        for (int i = 0; i < 59; i++) {
            story = story.built("s" + i, 0);
        }

        Order.BuildOrder order = (Order.BuildOrder) order(after(story), TaskId.build("s59", 0));

        assertThat(order.files()).hasSize(59);
    }

    @Test
    void failuresThatBlameNoFileSendAllStepsBack() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE).readyToTest().tested(0, Verdict.TIMEOUT));

        assertThat(tasks(steps))
                .containsExactly(TaskId.build("money", 1), TaskId.build("rules", 1), TaskId.build("bank", 1));
    }

    @Test
    void theTestsRunAgainAfterARepair() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE)
                .readyToTest()
                .tested(0, Verdict.FAILED, "bank.py")
                .built("bank", 1));

        assertThat(tasks(steps)).containsExactly(TaskId.test(1));
    }

    @Test
    void afterTheLastRepairRoundTheJobFailsWithItsVerdict() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE, new JobOptions(1, null, null))
                .readyToTest()
                .tested(0, 1, "assert 1 == 2", "assert 1 == 3")
                .built("bank", 1)
                .tested(1, 2, "assert 1 == 2")
                .upheld(2));

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.TESTS_FAILED);
        assertThat(failure(steps).error().message())
                .isEqualTo("1 of 3 tests failed after 1 repair round; files and report are kept. Make the specification"
                        + " more exact, or allow more rounds with options.maxRepairs (at most 5)");
        assertThat(failure(steps).verdict()).isEqualTo(Verdict.FAILED);
    }

    @Test
    void aForgedVerdictEndsTheJobWithoutRepair() {
        TestReport forged = new TestReport(Verdict.TAMPERED, List.of(), 50, "bank.py replaced pytest.raises", null);
        List<Step> steps =
                after(Story.of(JobKind.PIPELINE).readyToTest().did(TaskId.test(0), new Outcome.Tested(forged)));

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.TESTS_FAILED);
        assertThat(failure(steps).error().message())
                .startsWith("the test run ended with verdict tampered (bank.py replaced pytest.raises)"
                        + " after 0 repair rounds");
        assertThat(failure(steps).verdict()).isEqualTo(Verdict.TAMPERED);
    }

    @Test
    void aRepairAfterWhichTheTestsFailAsBeforeIsTheLast() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE)
                .readyToTest()
                .tested(0, 2, "assert 1 == 2")
                .built("bank", 1)
                .tested(1, 2, "assert 1 == 2")
                .upheld(2));

        assertThat(failure(steps).error())
                .isEqualTo(new ErrorInfo(
                        ErrorCode.NO_PROGRESS,
                        "the tests fail after repair round 1 as they did after the first build, so that another round"
                                + " would be in vain: 1 of 3 tests failed; files and report of the first build"
                                + " are kept, in which most tests passed. Make the specification more exact in what"
                                + " these tests check, or give the builder another model with"
                                + " nexus.models.agents.builder",
                        false));
    }

    @Test
    void aRepairThatGoesBackToAnEarlierMistakeIsTheLast() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE, new JobOptions(5, null, null))
                .readyToTest()
                .tested(0, 2, "assert 1 == 2")
                .built("bank", 1)
                .tested(1, 2, "assert 1 == 3")
                .built("bank", 2)
                .tested(2, 2, "assert 1 == 2")
                .upheld(3));

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.NO_PROGRESS);
        assertThat(failure(steps).error().message())
                .startsWith("the tests fail after repair round 2 as they did after the first build, ");
    }

    @Test
    void aRepairThatChangesNoFileIsTheLastAndNotTested() {
        Story tested = Story.of(JobKind.PIPELINE).readyToTest().tested(0, 2, "assert 1 == 2");
        ArtefactRef before = tested.state().artefacts().get("bank.py");

        List<Step> steps =
                after(tested.did(TaskId.build("bank", 1), rewritten(before)).upheld(2));

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.NO_PROGRESS);
        assertThat(failure(steps).error().message()).startsWith("repair round 1 changed no file, ");
    }

    @Test
    void aRepairThatChangesOneOfItsFilesIsTested() {
        Story tested = Story.of(JobKind.PIPELINE).readyToTest().tested(0, Verdict.FAILED, "bank.py", "rules.py");
        ArtefactRef before = tested.state().artefacts().get("rules.py");

        List<Step> steps =
                after(tested.did(TaskId.build("rules", 1), rewritten(before)).built("bank", 1));

        assertThat(tasks(steps)).containsExactly(TaskId.test(1));
    }

    @Test
    void aFailedJobIsLeftWithTheRoundInWhichMostTestsPassed() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE)
                .readyToTest()
                .tested(0, 1, "assert 1 == 2", "assert 1 == 3")
                .built("bank", 1)
                .tested(1, 2, "assert 1 == 2")
                .built("bank", 2)
                .did(TaskId.test(2), Story.report(Verdict.TIMEOUT, "bank.py"))
                .upheld(3));

        assertThat(failure(steps).bestRound()).isEqualTo(1);
        assertThat(failure(steps).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(failure(steps).error().message())
                .startsWith("1 of 1 tests failed after 2 repair rounds; files and report of repair round 1 are kept,"
                        + " in which most tests passed. ");
    }

    @Test
    void ofRoundsWithEquallyManyPassedTestsTheFirstIsKept() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE, new JobOptions(1, null, null))
                .readyToTest()
                .tested(0, 1, "assert 1 == 2")
                .built("bank", 1)
                .tested(1, 1, "assert 1 == 3")
                .upheld(2));

        assertThat(failure(steps).bestRound()).isZero();
    }

    @Test
    void aJobWhoseRepairFailsIsLeftWithWhatWasTested() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE)
                .readyToTest()
                .tested(0, 1, "assert 1 == 2")
                .scheduled(TaskId.build("bank", 1), 1)
                .failed(TaskId.build("bank", 1), 1, ErrorCode.INVALID_MODEL_OUTPUT, false));

        assertThat(failure(steps).bestRound()).isZero();
        assertThat(failure(steps).verdict()).isEqualTo(Verdict.FAILED);
    }

    @Test
    void aJobThatFailsBeforeItsTestsRanHasNoBestRound() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE)
                .planned()
                .failed(TaskId.build("money", 0), 1, ErrorCode.INVALID_MODEL_OUTPUT, false));

        assertThat(failure(steps).bestRound()).isNull();
    }

    /** Equal bytes in another record. */
    private static Outcome rewritten(ArtefactRef file) {
        return new Outcome.Written(List.of(
                new ArtefactRef(file.path(), file.sha256(), file.size(), file.partition(), file.offset() + 1000)));
    }

    @Test
    void noRepairIsTriedWhenNoneIsAllowed() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE, new JobOptions(0, null, null))
                .readyToTest()
                .tested(0, Verdict.FAILED, "bank.py")
                .upheld(1));

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.TESTS_FAILED);
    }

    @Test
    void aScaffoldWhoseShapePassesIsNotACompletedPipeline() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE)
                .completed(PLAN, 1, new Outcome.Planned(Story.PLAN, false), Fidelity.SCAFFOLD)
                .built("money", 0)
                .built("rules", 0)
                .built("bank", 0)
                .testsWritten()
                .tested(0, Verdict.PASSED));

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.SCAFFOLD_ONLY);
        assertThat(failure(steps).fidelity()).isEqualTo(Fidelity.SCAFFOLD);
    }

    @Test
    void aPlanJobEndsWithItsPlan() {
        List<Step> steps = after(Story.of(JobKind.PLAN).planned());

        assertThat(steps).containsExactly(new Step.Conclude(new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION)));
    }

    @Test
    void aBuildJobEndsWithItsLastStep() {
        List<Step> steps = after(
                Story.of(JobKind.BUILD).built("money", 0).built("rules", 0).built("bank", 0));

        assertThat(steps).containsExactly(new Step.Conclude(new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION)));
    }

    @Test
    void aTestJobWithoutTestsHasThemWrittenFirst() {
        List<Step> steps = after(Story.of(JobKind.TEST));

        assertThat(tasks(steps)).containsExactly(TaskId.tests());
    }

    @Test
    void aTestJobCompletesWhateverItsVerdict() {
        List<Step> steps = after(Story.of(JobKind.TEST).testsWritten().tested(0, Verdict.FAILED, "app.py"));

        assertThat(steps)
                .containsExactly(new Step.Conclude(new JobEvent.JobCompleted(Verdict.FAILED, Fidelity.IMPLEMENTATION)));
    }

    @Test
    void aFailureThatWouldRepeatItselfFailsTheJob() {
        List<Step> steps = after(
                Story.of(JobKind.PIPELINE).scheduled(PLAN, 1).failed(PLAN, 1, ErrorCode.UNSUPPORTED_LANGUAGE, false));

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.UNSUPPORTED_LANGUAGE);
    }

    @Test
    void aRetryableFailureIsIssuedAgain() {
        List<Step> steps =
                after(Story.of(JobKind.PIPELINE).scheduled(PLAN, 1).failed(PLAN, 1, ErrorCode.MODEL_UNAVAILABLE, true));

        assertThat(steps)
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Issue.class,
                        issue -> assertThat(issue.order().attempt()).isEqualTo(2));
    }

    @Test
    void theThirdRetryableFailureFailsTheJob() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE)
                .failed(PLAN, 1, ErrorCode.MODEL_UNAVAILABLE, true)
                .failed(PLAN, 2, ErrorCode.MODEL_UNAVAILABLE, true)
                .failed(PLAN, 3, ErrorCode.MODEL_UNAVAILABLE, true));

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
    }

    @Test
    void aLateFailureOfAnEarlierAttemptLeavesTheLaterOneAlone() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE)
                .started(PLAN, 1, "w1")
                .scheduled(PLAN, 2)
                .started(PLAN, 2, "w2")
                .failed(PLAN, 1, ErrorCode.INTERNAL_ERROR, false));

        assertThat(steps).isEmpty();
    }

    @Test
    void aReleasedTaskIsIssuedAgainAndTheReleaseDoesNotCount() {
        Story story = Story.of(JobKind.PIPELINE);
        for (int attempt = 1; attempt <= 4; attempt++) {
            story.started(PLAN, attempt, "w1").then(new JobEvent.TaskReleased(PLAN, attempt, "w1"));
        }

        List<Step> steps = after(story);

        assertThat(steps)
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Issue.class,
                        issue -> assertThat(issue.order().attempt()).isEqualTo(5));
    }

    @Test
    void aCancelRequestEndsTheJob() {
        List<Step> steps = after(Story.of(JobKind.PIPELINE).planned().then(new JobEvent.JobCancelRequested(null)));

        assertThat(steps).containsExactly(new Step.Conclude(new JobEvent.JobCancelled()));
    }

    @ParameterizedTest
    @EnumSource(JobKind.class)
    void aFinalJobNeedsNothing(JobKind kind) {
        List<Step> steps = after(Story.of(kind).then(new JobEvent.JobCancelled()));

        assertThat(steps).isEmpty();
    }

    @Test
    void theTaskOfASilentWorkerIsIssuedAgain() {
        JobState state = Story.of(JobKind.PIPELINE)
                .scheduled(PLAN, 1)
                .started(PLAN, 1, "w1")
                .state();
        Workers workers = silent(NOBODY_HEARD.after(beat("w1", 1)).claimed("w1", Story.JOB, PLAN, 1, 0));

        List<Step> steps = NextSteps.of(state, Story.START.plusSeconds(7), workers, Story.DEADLINES);

        assertThat(steps)
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Issue.class,
                        issue -> assertThat(issue.order().attempt()).isEqualTo(2));
    }

    @Test
    void afterThreeLossesTheJobFails() {
        Story story = Story.of(JobKind.PIPELINE);
        for (int attempt = 1; attempt <= 3; attempt++) {
            story.scheduled(PLAN, attempt).started(PLAN, attempt, "w" + attempt);
        }
        Workers workers = silent(NOBODY_HEARD.after(beat("w3", 1)).claimed("w3", Story.JOB, PLAN, 3, 0));

        List<Step> steps = NextSteps.of(story.state(), Story.START.plusSeconds(30), workers, Story.DEADLINES);

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.WORKER_LOST);
    }

    @Test
    void anOrderThatLiesUnclaimedBesideFreeSlotsIsIssuedAgain() {
        JobState state = Story.of(JobKind.PIPELINE).scheduled(PLAN, 1).state();
        Workers workers = heardForAMinute(beat("w1", 4));
        Instant later = Story.START.plus(NextSteps.UNCLAIMED).plusSeconds(5);

        List<Step> steps = NextSteps.of(state, later, workers, Story.DEADLINES);

        assertThat(tasks(steps)).containsExactly(PLAN);
    }

    @Test
    void anOrderThatLiesUnclaimedWhileEveryoneIsBusyWaits() {
        JobState state = Story.of(JobKind.PIPELINE).scheduled(PLAN, 1).state();
        Workers workers = heardForAMinute(beat("w1", 0));
        Instant later = Story.START.plus(NextSteps.UNCLAIMED).plusSeconds(5);

        List<Step> steps = NextSteps.of(state, later, workers, Story.DEADLINES);

        assertThat(steps).isEmpty();
    }

    @Test
    void ordersThatNobodyEverClaimedDoNotMakeTheJobFail() {
        Story story = Story.of(JobKind.PIPELINE);
        for (int attempt = 1; attempt <= 5; attempt++) {
            story.scheduled(PLAN, attempt);
        }

        List<Step> steps = NextSteps.of(
                story.state(),
                Story.START.plus(NextSteps.UNCLAIMED).plusSeconds(15),
                heardForAMinute(beat("w1", 4)),
                Story.DEADLINES);

        assertThat(steps)
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Issue.class,
                        issue -> assertThat(issue.order().attempt()).isEqualTo(6));
    }

    @Test
    void aTaskThatIsNotDoneInItsTimeFailsTheJob() {
        JobState state = Story.of(JobKind.PIPELINE)
                .scheduled(PLAN, 1)
                .scheduled(PLAN, 2)
                .started(PLAN, 2, "w1")
                .state();
        Instant end = Story.START.plusSeconds(1).plus(Story.DEADLINES.planner());

        assertThat(steps(state, end.minusMillis(1))).isEmpty();
        assertThat(failure(steps(state, end)).error().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(failure(steps(state, end)).error().message())
                .contains("task plan", "PT30M", "nexus.deadlines.planner");
    }

    @Test
    void aTaskThatWasDoneInItsTimeIsNeverOverdue() {
        JobState state = Story.of(JobKind.PIPELINE).planned().state();

        List<Step> steps =
                steps(state, Story.START.plus(Story.DEADLINES.planner().multipliedBy(2)));

        assertThat(tasks(steps)).contains(TaskId.tests());
    }

    @Test
    void aJobThatNobodyWorksOnEndsAtItsDeadline() {
        JobState state = Story.of(JobKind.PIPELINE).state();

        List<Step> steps = steps(state, Story.START.plus(Story.DEADLINES.job()));

        assertThat(failure(steps).error().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }

    @Test
    void aJobMaySetAShorterDeadline() {
        Duration own = Duration.ofSeconds(90);
        JobState state =
                Story.of(JobKind.PIPELINE, new JobOptions(null, null, own)).state();

        assertThat(steps(state, Story.START.plus(own).minusMillis(1))).hasOnlyElementsOfType(Step.Issue.class);
        assertThat(failure(steps(state, Story.START.plus(own))).error().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }

    @Test
    void whatIsDoneWhenTheDeadlineIsSeenCounts() {
        JobState state = Story.of(JobKind.PLAN).planned().state();

        List<Step> steps = steps(state, Story.START.plus(Story.DEADLINES.job().multipliedBy(2)));

        assertThat(steps).containsExactly(new Step.Conclude(new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION)));
    }

    private static List<Step> steps(JobState state, Instant now) {
        return NextSteps.of(state, now, NOBODY_HEARD, Story.DEADLINES);
    }

    private static Workers heardForAMinute(Heartbeat beat) {
        Workers workers = NOBODY_HEARD;
        for (int i = 0; i < 60; i++) {
            workers = workers.after(beat).afterOwn(i);
        }
        return workers;
    }

    private static Workers silent(Workers workers) {
        Workers after = workers;
        for (int i = 1; i <= Workers.SILENCE; i++) {
            after = after.afterOwn(i);
        }
        return after;
    }

    private static List<Step> after(Story story) {
        return NextSteps.of(story.state(), Story.START.plusSeconds(2), NOBODY_HEARD, Story.DEADLINES);
    }

    private static Heartbeat beat(String worker, int slots) {
        return new Heartbeat(worker, Service.PLANNER, "1", slots, List.of());
    }

    private static List<TaskId> tasks(List<Step> steps) {
        return steps.stream().map(step -> ((Step.Issue) step).order().task()).toList();
    }

    private static JobEvent.JobFailed failure(List<Step> steps) {
        assertThat(steps).hasSize(1);
        return (JobEvent.JobFailed) ((Step.Conclude) steps.getFirst()).end();
    }

    private static Order order(List<Step> steps, TaskId task) {
        return steps.stream()
                .map(step -> ((Step.Issue) step).order())
                .filter(order -> order.task().equals(task))
                .findFirst()
                .orElseThrow();
    }
}

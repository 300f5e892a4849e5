package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Verdict;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class JobStateTest {

    private static final TaskId PLAN = TaskId.plan();

    @Test
    void anAcceptedJobIsQueued() {
        JobState state = Story.of(JobKind.PIPELINE).state();

        assertThat(state.status()).isEqualTo(JobStatus.QUEUED);
        assertThat(state.seq()).isEqualTo(1);
        assertThat(state.createdAt()).isEqualTo(Story.START);
    }

    @Test
    void aClaimPutsTheJobInProgress() {
        JobState state = Story.of(JobKind.PIPELINE)
                .scheduled(PLAN, 1)
                .started(PLAN, 1, "w1")
                .state();

        assertThat(state.status()).isEqualTo(JobStatus.IN_PROGRESS);
        assertThat(state.tasks().get(PLAN).status()).isEqualTo(TaskState.Status.RUNNING);
    }

    @Test
    void theFirstClaimWinsTheAttempt() {
        JobState state = Story.of(JobKind.PIPELINE)
                .scheduled(PLAN, 1)
                .started(PLAN, 1, "w1")
                .started(PLAN, 1, "w2")
                .state();

        assertThat(state.tasks().get(PLAN).latest().worker()).isEqualTo("w1");
    }

    @Test
    void aClaimThatIsReadBeforeItsOrderWasScheduledCounts() {
        JobState state = Story.of(JobKind.PIPELINE)
                .started(PLAN, 1, "w1")
                .scheduled(PLAN, 1)
                .state();

        assertThat(state.tasks().get(PLAN).latest().worker()).isEqualTo("w1");
        assertThat(state.tasks().get(PLAN).attempts()).hasSize(1);
    }

    @Test
    void aRepeatChangesNothing() {
        Story story = Story.of(JobKind.PIPELINE).planned();
        JobState before = story.state();

        JobState after = before.after(story.log().getLast());

        assertThat(after).isSameAs(before);
    }

    @Test
    void theFirstCompletionWinsWhicheverAttemptItIsOf() {
        JobState state = Story.of(JobKind.BUILD)
                .scheduled(TaskId.build("money", 0), 1)
                .scheduled(TaskId.build("money", 0), 2)
                .completed(TaskId.build("money", 0), 1, Story.wrote("money.py", 7), Fidelity.IMPLEMENTATION)
                .completed(TaskId.build("money", 0), 2, Story.wrote("money.py", 8), Fidelity.SCAFFOLD)
                .state();

        assertThat(state.artefacts().get("money.py").offset()).isEqualTo(7);
        assertThat(state.fidelity()).isEqualTo(Fidelity.IMPLEMENTATION);
    }

    @Test
    void whatEveryAttemptUsedIsCounted() {
        JobState state = Story.of(JobKind.PLAN)
                .failed(PLAN, 1, ErrorCode.MODEL_UNAVAILABLE, true)
                .completed(PLAN, 2, Story.report(Verdict.PASSED), Fidelity.IMPLEMENTATION)
                .state();

        assertThat(state.usage()).isEqualTo(new Usage(2, 0, 20, 40, BigDecimal.TWO));
    }

    @Test
    void aLateTwinsFailureDoesNotUndoACompletion() {
        JobState state = Story.of(JobKind.PIPELINE)
                .scheduled(PLAN, 1)
                .scheduled(PLAN, 2)
                .completed(PLAN, 2, Story.report(Verdict.PASSED), Fidelity.IMPLEMENTATION)
                .failed(PLAN, 1, ErrorCode.INTERNAL_ERROR, false)
                .state();

        assertThat(state.tasks().get(PLAN).status()).isEqualTo(TaskState.Status.COMPLETED);
    }

    @Test
    void aReleaseByALoserOfTheClaimIsNoRelease() {
        JobState state = Story.of(JobKind.PIPELINE)
                .started(PLAN, 1, "w1")
                .then(new JobEvent.TaskReleased(PLAN, 1, "w2"))
                .state();

        assertThat(state.tasks().get(PLAN).latest().released()).isFalse();
    }

    @Test
    void theFirstFinalEventWins() {
        JobState state = Story.of(JobKind.PIPELINE)
                .then(new JobEvent.JobCancelled())
                .then(new JobEvent.JobCompleted(Verdict.PASSED, Fidelity.IMPLEMENTATION))
                .state();

        assertThat(state.status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(state.seq()).isEqualTo(2);
    }

    @Test
    void nothingIsCountedAfterTheEnd() {
        JobState state = Story.of(JobKind.PIPELINE)
                .then(new JobEvent.JobCancelled())
                .then(new JobEvent.TaskProgress(PLAN, 1, "late"), "1")
                .state();

        assertThat(state.seq()).isEqualTo(2);
        assertThat(state.tasks()).isEmpty();
    }

    @Test
    void onlyADeletionFollowsTheEnd() {
        JobState state = Story.of(JobKind.PIPELINE)
                .then(new JobEvent.JobCancelled())
                .then(new JobEvent.JobDeleted())
                .state();

        assertThat(state.deleted()).isTrue();
        assertThat(state.seq()).isEqualTo(2);
    }

    @Test
    void anUnknownEventIsCountedAndSkipped() {
        Story story = Story.of(JobKind.PIPELINE);
        JobState before = story.state();

        JobState after = story.thenAs(Story.JOB + "/plan/1/judged", new JobEvent.Unrecognised("task.judged"))
                .state();

        assertThat(after.seq()).isEqualTo(before.seq() + 1);
        assertThat(after.tasks()).isEqualTo(before.tasks());
    }

    @Test
    void aFinalEventThatThisVersionCannotReadEndsTheJobAllTheSame() {
        Story story = Story.of(JobKind.PIPELINE);

        JobState state = story.thenAs(Story.JOB + "/final", new JobEvent.Unrecognised("job.completed"))
                .state();

        assertThat(state.status()).isEqualTo(JobStatus.COMPLETED);
    }

    @Test
    void aCancelRequestThatThisVersionCannotReadCancelsAllTheSame() {
        Story story = Story.of(JobKind.PIPELINE);

        JobState state = story.thenAs(Story.JOB + "/cancel", new JobEvent.Unrecognised("job.cancel_requested"))
                .state();

        assertThat(state.cancelRequested()).isTrue();
    }

    @Test
    void aRejectionOfAnotherRequestUnderThisIdIsNoPartOfTheJob() {
        ErrorInfo error = new ErrorInfo(ErrorCode.ID_IN_USE, "taken", false);

        JobState state = Story.of(JobKind.PIPELINE)
                .then(new JobEvent.JobRejected(error, "job-requests/3/9"), "job-requests/3/9")
                .state();

        assertThat(state.seq()).isEqualTo(1);
        assertThat(state.status()).isEqualTo(JobStatus.QUEUED);
    }

    @Test
    void aRepairReplacesAFileAndKeepsTheOthers() {
        JobState state = Story.of(JobKind.PIPELINE)
                .readyToTest()
                .tested(0, Verdict.FAILED, "bank.py")
                .built("bank", 1)
                .state();

        assertThat(state.artefacts().keySet()).containsExactly("money.py", "rules.py", "bank.py", "tests/test_bank.py");
        assertThat(state.artefacts().get("bank.py").offset())
                .isGreaterThan(state.artefacts().get("tests/test_bank.py").offset());
    }

    @Test
    void theBestRoundIsKnownWhileTheJobGoesOn() {
        JobState state = Story.of(JobKind.PIPELINE)
                .readyToTest()
                .tested(0, 2, "assert 1 == 2")
                .built("bank", 1)
                .tested(1, 1, "assert 1 == 3", "assert 1 == 4")
                .state();

        assertThat(state.bestRound()).isZero();
        assertThat(state.report().failures()).hasSize(2);
    }

    @Test
    void aFailedJobKeepsTheFilesAndTheReportOfItsBestRound() {
        Story story = Story.of(JobKind.PIPELINE).readyToTest().tested(0, 2, "assert 1 == 2");
        JobState best = story.state();

        JobState state = story.built("bank", 1)
                .tested(1, 1, "assert 1 == 3", "assert 1 == 4")
                .then(failed(0))
                .state();

        assertThat(state.bestRound()).isZero();
        assertThat(state.artefacts()).isEqualTo(best.artefacts());
        assertThat(state.artefacts().keySet())
                .containsExactlyElementsOf(best.artefacts().keySet());
        assertThat(state.report()).isEqualTo(best.report());
    }

    @Test
    void aJobThatOtherwiseEndedKeepsTheNewestFiles() {
        Story story = Story.of(JobKind.PIPELINE)
                .readyToTest()
                .tested(0, 2, "assert 1 == 2")
                .built("bank", 1)
                .tested(1, 1, "assert 1 == 3", "assert 1 == 4");
        JobState newest = story.state();

        JobState state = story.then(new JobEvent.JobCancelled()).state();

        assertThat(state.artefacts()).isEqualTo(newest.artefacts());
        assertThat(state.report()).isEqualTo(newest.report());
    }

    @Test
    void aBestRoundThatNeverWasChangesNothing() {
        Story story = Story.of(JobKind.PIPELINE).readyToTest().tested(0, 2, "assert 1 == 2");
        JobState newest = story.state();

        JobState state = story.then(failed(7)).state();

        assertThat(state.artefacts()).isEqualTo(newest.artefacts());
        assertThat(state.report()).isEqualTo(newest.report());
    }

    private static JobEvent failed(int bestRound) {
        ErrorInfo error = new ErrorInfo(ErrorCode.NO_PROGRESS, "in vain", false);
        return new JobEvent.JobFailed(error, Verdict.FAILED, Fidelity.IMPLEMENTATION, bestRound);
    }
}

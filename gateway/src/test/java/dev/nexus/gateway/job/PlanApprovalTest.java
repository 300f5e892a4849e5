package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Approval;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Jobs whose plan a human looks at first. */
class PlanApprovalTest {

    private static final JobOptions ASKING = JobOptions.DEFAULTS.with(Approval.PLAN);
    private static final String HASH = Story.PLAN.hash();
    private static final String OTHER = "0".repeat(64);
    private static final Plan EDITED = new Plan(
            "A smaller bank",
            "python",
            List.of(),
            List.of(new Plan.PlanStep("bank", "Bank", List.of("bank.py"), List.of())));

    @Test
    void aPlanWaitsAndNoOrderIsIssued() {
        JobState job = waiting().state();

        assertThat(job.status()).isEqualTo(JobStatus.AWAITING_APPROVAL);
        assertThat(job.approval().planHash()).isEqualTo(HASH);
        assertThat(stepsOf(job, Duration.ofHours(4))).isEmpty(); // longer than the job may take
    }

    @Test
    void nobodyIsAskedWhoDidNotWantToBe() {
        Story story = Story.of(JobKind.PIPELINE).planned().then(new JobEvent.PlanRejected(HASH, null));

        assertThat(story.state().status()).isEqualTo(JobStatus.IN_PROGRESS);
        assertThat(story.state().approval()).isEqualTo(PlanApproval.NONE);
        assertThat(issued(story.state())).contains(TaskId.build("money", 0));
    }

    @Test
    void anApprovedPlanIsBuilt() {
        JobState job = waiting().then(new JobEvent.PlanApproved(HASH, null)).state();

        assertThat(job.status()).isEqualTo(JobStatus.IN_PROGRESS);
        assertThat(job.plan()).isEqualTo(Story.PLAN);
        assertThat(issued(job)).containsExactly(TaskId.build("money", 0), TaskId.build("rules", 0), TaskId.tests());
    }

    @Test
    void anEditedPlanIsBuiltInstead() {
        JobState job = waiting().then(new JobEvent.PlanApproved(HASH, EDITED)).state();

        assertThat(job.plan()).isEqualTo(EDITED);
        assertThat(job.approval().planHash()).isEqualTo(HASH);
        assertThat(issued(job)).containsExactly(TaskId.build("bank", 0), TaskId.tests());
    }

    @Test
    void aRejectedPlanEndsTheJobAndSaysWhy() {
        JobState job =
                waiting().then(new JobEvent.PlanRejected(HASH, "too large")).state();

        JobEvent.JobFailed end = failure(stepsOf(job, Duration.ZERO));

        assertThat(end.error().code()).isEqualTo(ErrorCode.PLAN_REJECTED);
        assertThat(end.error().message()).isEqualTo("the plan was rejected (too large)");
    }

    @Test
    void theFirstAnswerCounts() {
        Story story =
                waiting().then(new JobEvent.PlanApproved(HASH, EDITED)).then(new JobEvent.PlanRejected(HASH, null));

        assertThat(story.state().approval().isApproved()).isTrue();
        assertThat(story.state().plan()).isEqualTo(EDITED);
        assertThat(story.state().seq()).isEqualTo(5); // the second is a repeat by its id
    }

    @Test
    void anAnswerUnderAnIdOfOldFormIsAnAnswerToo() {
        Story story = waiting()
                .thenAs(Story.JOB + "/approval", new JobEvent.PlanRejected(HASH, null))
                .then(new JobEvent.PlanApproved(HASH, null));

        assertThat(story.state().approval().answer()).isInstanceOf(JobEvent.PlanRejected.class);
    }

    @Test
    void anAnswerAboutAnotherPlanSettlesNothingAndStandsInNobodysWay() {
        Story story = waiting().then(new JobEvent.PlanRejected(OTHER, null));
        JobState wrong = story.state();

        JobState right = story.then(new JobEvent.PlanApproved(HASH, null)).state();

        assertThat(wrong.status()).isEqualTo(JobStatus.AWAITING_APPROVAL);
        assertThat(wrong.seq()).isEqualTo(5);
        assertThat(right.status()).isEqualTo(JobStatus.IN_PROGRESS);
        assertThat(right.seq()).isEqualTo(6);
    }

    @Test
    void anAnswerUnderABareIdAboutAnotherPlanStandsInNobodysWayEither() {
        Story story = waiting()
                .thenAs(Story.JOB + "/approval", new JobEvent.PlanApproved(OTHER, EDITED))
                .then(new JobEvent.PlanApproved(HASH, null));

        assertThat(story.state().plan()).isEqualTo(Story.PLAN);
        assertThat(story.state().status()).isEqualTo(JobStatus.IN_PROGRESS);
    }

    @Test
    void anAnswerThatIsInTheLogBeforeItsPlanCounts() {
        JobState job = asking(null)
                .then(new JobEvent.PlanApproved(HASH, EDITED))
                .planned()
                .state();

        assertThat(job.status()).isEqualTo(JobStatus.IN_PROGRESS);
        assertThat(job.plan()).isEqualTo(EDITED);
    }

    @Test
    void whatElseIsToldOfThePlanTaskDoesNotEndTheWait() {
        Story story = waiting().started(TaskId.plan(), 2, "w2");

        assertThat(story.state().status()).isEqualTo(JobStatus.AWAITING_APPROVAL);
        story.completed(TaskId.plan(), 2, new Outcome.Planned(EDITED, false), Fidelity.IMPLEMENTATION);
        assertThat(story.state().status()).isEqualTo(JobStatus.AWAITING_APPROVAL);
        assertThat(story.state().approval().planHash()).isEqualTo(HASH);
    }

    @Test
    void thePlanThatCameWithTheJobWaitsLikewise() {
        JobState job = asking(Story.PLAN).state();

        assertThat(job.status()).isEqualTo(JobStatus.AWAITING_APPROVAL);
        assertThat(stepsOf(job, Duration.ZERO)).isEmpty();
    }

    @Test
    void whoeverWaitsForTooLongEndsAndTheSettingsAreNamed() {
        JobState job = waiting().state();

        assertThat(stepsOf(job, Duration.ofHours(5).minusSeconds(1))).isEmpty();
        JobEvent.JobFailed end = failure(stepsOf(job, Duration.ofHours(5).plusSeconds(4)));

        assertThat(end.error().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(end.error().message()).contains("PT5H", "nexus.deadlines.approval", "nexus.deadlines.job");
    }

    @Test
    void theTimeOfTheWaitIsNotTheJobs() {
        List<LoggedEvent> log = waiting().log();
        Instant answered = Story.START.plus(Duration.ofHours(4));
        JobState job = Story.fold(log)
                .after(new LoggedEvent(
                        Story.JOB,
                        Story.JOB + "/approval/" + HASH,
                        new JobEvent.PlanApproved(HASH, null),
                        0,
                        log.size(),
                        answered));

        assertThat(issued(stepsAt(job, answered.plus(Duration.ofHours(2))))).isNotEmpty();
        assertThat(failure(stepsAt(job, answered.plus(Duration.ofHours(3))))
                        .error()
                        .message())
                .contains("the job was not done within PT3H");
    }

    @Test
    void cancellingEndsTheWait() {
        List<Step> steps =
                stepsOf(waiting().then(new JobEvent.JobCancelRequested(null)).state(), Duration.ZERO);

        assertThat(steps).containsExactly(new Step.Conclude(new JobEvent.JobCancelled()));
    }

    private static Story waiting() {
        return asking(null).planned();
    }

    private static Story asking(@Nullable Plan plan) {
        return new Story()
                .then(new JobEvent.JobAccepted(
                        JobKind.PIPELINE,
                        "default",
                        "A bank",
                        plan,
                        List.<ArtefactRef>of(),
                        null,
                        ASKING,
                        Map.of(),
                        "hash"));
    }

    private static List<Step> stepsOf(JobState job, Duration later) {
        return stepsAt(job, Story.START.plus(later));
    }

    private static List<Step> stepsAt(JobState job, Instant now) {
        return NextSteps.of(job, now, Workers.heardBy("gateway"), Story.DEADLINES);
    }

    private static List<TaskId> issued(JobState job) {
        return issued(stepsOf(job, Duration.ZERO));
    }

    private static List<TaskId> issued(List<Step> steps) {
        return steps.stream().map(step -> ((Step.Issue) step).order().task()).toList();
    }

    private static JobEvent.JobFailed failure(List<Step> steps) {
        assertThat(steps).hasSize(1);
        return (JobEvent.JobFailed) ((Step.Conclude) steps.getFirst()).end();
    }
}

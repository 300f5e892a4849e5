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
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every log, on a few hundred seeded ones. */
class FoldPropertiesTest {

    private static final Workers NOBODY_HEARD = Workers.heardBy("gateway");

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    /** Of a job that asks for an approval, every other time. */
    private static List<LoggedEvent> log(Random random) {
        return random.nextBoolean()
                ? RandomLog.of(random)
                : RandomLog.of(random, JobOptions.DEFAULTS.with(Approval.PLAN));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anyRecordRepeatedAnywhereLaterChangesNothing(long seed) {
        Random random = new Random(seed);
        List<LoggedEvent> log = log(random);
        List<LoggedEvent> repeated = new ArrayList<>(log);
        for (int i = 0; i < 10; i++) {
            int from = random.nextInt(repeated.size());
            int to = from + 1 + random.nextInt(repeated.size() - from);
            repeated.add(to, repeated.get(from));
        }

        JobState state = Story.fold(repeated);

        assertThat(state).isEqualTo(Story.fold(log));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void thePlanTheFilesAndTheReportAreThoseOfEachTasksFirstCompletion(long seed) {
        List<LoggedEvent> log = log(new Random(seed));

        JobState state = Story.fold(log);

        Map<TaskId, Outcome> first = firstCompletions(log);
        Plan plan = first.get(TaskId.plan()) instanceof Outcome.Planned planned ? planned.plan() : null;
        TestReport report = first.get(TaskId.test(0)) instanceof Outcome.Tested tested ? tested.report() : null;
        List<ArtefactRef> files = new ArrayList<>();
        for (Outcome outcome : first.values()) {
            if (outcome instanceof Outcome.Written written) {
                files.addAll(written.files());
            }
        }
        assertThat(state.plan()).isEqualTo(plan == null || !state.asksForApproval() ? plan : asAnswered(plan, log));
        assertThat(state.report()).isEqualTo(report);
        assertThat(state.artefacts().values()).containsExactlyInAnyOrderElementsOf(files);
    }

    /** The plan that is built once the first answer about this one was given. */
    private static Plan asAnswered(Plan plan, List<LoggedEvent> log) {
        for (LoggedEvent event : log) {
            if (event.event() instanceof JobEvent.Final) {
                break;
            }
            if (event.event() instanceof JobEvent.OfPlan answer
                    && answer.planHash().equals(plan.hash())) {
                return answer instanceof JobEvent.PlanApproved approved && approved.plan() != null
                        ? approved.plan()
                        : plan;
            }
        }
        return plan;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aJobWaitsForTheFirstAnswerAboutItsPlanAndNothingIsIssuedMeanwhile(long seed) {
        List<LoggedEvent> log = RandomLog.of(new Random(seed), JobOptions.DEFAULTS.with(Approval.PLAN));

        for (int length = 1; length <= log.size(); length++) {
            JobState state = Story.fold(log.subList(0, length));
            Plan plan = firstCompletions(log.subList(0, length)).get(TaskId.plan()) instanceof Outcome.Planned planned
                    ? planned.plan()
                    : null;
            boolean answered = plan != null
                    && log.subList(0, length).stream()
                            .anyMatch(event -> event.event() instanceof JobEvent.OfPlan answer
                                    && answer.planHash().equals(plan.hash()));
            boolean waits = state.status() == JobStatus.AWAITING_APPROVAL;
            assertThat(waits)
                    .isEqualTo(plan != null && !answered && !state.status().isFinal());
            assertThat(waits ? NextSteps.of(state, Story.START, NOBODY_HEARD, Story.DEADLINES) : List.of())
                    .allMatch(Step.Conclude.class::isInstance);
        }
    }

    /** What each task completed with first; of two events with one id the first counts, and none behind the end. */
    private static Map<TaskId, Outcome> firstCompletions(List<LoggedEvent> log) {
        Map<TaskId, Outcome> first = new HashMap<>();
        Set<String> told = new HashSet<>();
        for (LoggedEvent event : log) {
            if (event.event() instanceof JobEvent.Final) {
                break;
            }
            if (told.add(event.id()) && event.event() instanceof JobEvent.TaskCompleted completed) {
                first.putIfAbsent(completed.task(), completed.outcome());
            }
        }
        return first;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void seqGrowsByAtMostOneAndOnlyForNewIdsBeforeTheEnd(long seed) {
        List<LoggedEvent> log = log(new Random(seed));
        Set<String> ids = new HashSet<>(Set.of(log.getFirst().id()));
        JobState state = Story.fold(log.subList(0, 1));

        for (LoggedEvent event : log.subList(1, log.size())) {
            boolean counts = !state.status().isFinal() && ids.add(event.id());
            JobState next = state.after(event);

            assertThat(next.seq()).isEqualTo(state.seq() + (counts ? 1 : 0));
            state = next;
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsFinalStaysAsItIs(long seed) {
        List<LoggedEvent> log = log(new Random(seed));
        JobState state = Story.fold(log.subList(0, 1));

        for (LoggedEvent event : log.subList(1, log.size())) {
            JobState next = state.after(event);
            if (state.status().isFinal()) {
                assertThat(next).isEqualTo(state);
            }
            state = next;
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void decidingAgainAfterWhatWasDecidedIsScheduledSendsNothingNew(long seed) {
        Story story = new Story();
        log(new Random(seed)).forEach(event -> story.thenAs(event.id(), event.event()));
        List<Step> first = NextSteps.of(story.state(), Story.START.plusSeconds(1), NOBODY_HEARD, Story.DEADLINES);
        for (Step step : first) {
            switch (step) {
                case Step.Issue issue ->
                    story.scheduled(issue.order().task(), issue.order().attempt());
                case Step.Conclude conclude -> story.then(conclude.end());
            }
        }

        List<Step> second = NextSteps.of(story.state(), Story.START.plusSeconds(1), NOBODY_HEARD, Story.DEADLINES);

        assertThat(second).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aJobThatIsCarriedOutAsDecidedComesToItsEnd(long seed) {
        Random random = new Random(seed);
        Story story = Story.of(List.of(JobKind.values()).get(random.nextInt(4)));

        for (int turn = 0; turn < 100 && !story.state().status().isFinal(); turn++) {
            List<Step> steps = NextSteps.of(story.state(), Story.START.plusSeconds(1), NOBODY_HEARD, Story.DEADLINES);
            assertThat(steps)
                    .as("an open job that nobody works on has a next step")
                    .isNotEmpty();
            for (Step step : steps) {
                switch (step) {
                    case Step.Issue issue -> carryOut(story, issue.order(), random);
                    case Step.Conclude conclude -> story.then(conclude.end());
                }
            }
        }

        assertThat(story.state().status().isFinal()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aFailedJobHasTheFilesThatItsReportIsOfAndNoRoundPassedMoreTests(long seed) {
        Random random = new Random(seed);
        Story story = Story.of(JobKind.PIPELINE, new JobOptions(5, null, null));
        Map<Integer, Order.RunTestsOrder> tested = new HashMap<>();

        for (int turn = 0; turn < 100 && !story.state().status().isFinal(); turn++) {
            for (Step step : NextSteps.of(story.state(), Story.START, NOBODY_HEARD, Story.DEADLINES)) {
                switch (step) {
                    case Step.Issue issue -> {
                        if (issue.order() instanceof Order.RunTestsOrder run) {
                            tested.put(run.task().round(), run);
                        }
                        carryOut(story, issue.order(), random);
                    }
                    case Step.Conclude conclude -> story.then(conclude.end());
                }
            }
        }

        JobState state = story.state();
        Integer best = state.bestRound();
        if (state.status() != JobStatus.FAILED || best == null) {
            return; // enough of the others are left
        }
        assertThat(state.artefacts().values())
                .containsExactlyInAnyOrderElementsOf(tested.get(best).files());
        long passed = passed(state.report());
        assertThat(Round.of(state)).allSatisfy(round -> {
            if (round.report() != null) {
                assertThat(passed(round.report())).isLessThanOrEqualTo(passed);
            }
        });
    }

    private static long passed(TestReport report) {
        return report.count(TestReport.Outcome.PASSED);
    }

    private static void carryOut(Story story, Order order, Random random) {
        TaskId task = order.task();
        story.scheduled(task, order.attempt());
        int fate = random.nextInt(10);
        if (fate == 0) {
            story.started(task, order.attempt(), "w1").then(new JobEvent.TaskReleased(task, order.attempt(), "w1"));
        } else if (fate == 1) {
            story.failed(task, order.attempt(), ErrorCode.MODEL_UNAVAILABLE, true);
        } else {
            story.completed(task, order.attempt(), RandomLog.outcome(task, random), Fidelity.IMPLEMENTATION);
        }
    }
}

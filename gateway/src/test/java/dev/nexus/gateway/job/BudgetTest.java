package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Terms;
import dev.nexus.contract.Verdict;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Given what was told of a job with a budget, what its next tasks may spend. */
class BudgetTest {

    private static final TaskId PLAN = TaskId.plan();
    private static final TaskId MONEY = TaskId.build("money", 0);
    private static final TaskId RULES = TaskId.build("rules", 0);
    private static final TaskId BANK = TaskId.build("bank", 0);
    private static final Workers NOBODY_HEARD = Workers.heardBy("gateway");

    @Test
    void aTaskAloneMaySpendAllThatThereIs() {
        Story story = Story.within("0.90", JobKind.PIPELINE);

        assertThat(allowances(story)).isEqualTo(Map.of("plan/1", "0.90"));
    }

    @Test
    void tasksThatAreDueTogetherShareWhatIsLeftEqually() {
        Story story = planned("0.90", "0.30");

        assertThat(allowances(story))
                .isEqualTo(Map.of(
                        "build:money/1", "0.200000000", "build:rules/1", "0.200000000", "tests/1", "0.200000000"));
    }

    @Test
    void aShareThatHasNoEndIsRoundedDown() {
        Story story = planned("1", "0");

        assertThat(allowances(story)).containsEntry("tests/1", "0.333333333");
    }

    @Test
    void whatIsAllowedToATaskUnderWayIsNotGivenToAnother() {
        Story story = planned("0.90", "0.30")
                .allowed(MONEY, 1, "0.20")
                .allowed(RULES, 1, "0.20")
                .allowed(TaskId.tests(), 1, "0.20");

        assertThat(allowances(story)).isEmpty();
    }

    @Test
    void whatATaskDidNotSpendIsThereForTheOthers() {
        Story story = planned("0.90", "0.30")
                .paid(MONEY, "0.20", "0.05", Story.wrote("money.py", 7))
                .paid(RULES, "0.20", "0.05", Story.wrote("rules.py", 8))
                .allowed(TaskId.tests(), 1, "0.20");

        assertThat(allowances(story)).isEqualTo(Map.of("build:bank/1", "0.30"));
    }

    @Test
    void whatTheClaimedOrderAllowedIsWhatCounts() {
        Story story = planned("0.90", "0.30")
                .allowed(TaskId.tests(), 1, "0.20")
                .then(new JobEvent.TaskStarted(TaskId.tests(), 1, "w1", new BigDecimal("0.40")));

        assertThat(allowances(story)).containsEntry("build:money/1", "0.100000000");
    }

    @Test
    void aClaimThatIsReadBeforeItsOrderCountsAtOnce() {
        Story story = planned("0.90", "0.30")
                .then(new JobEvent.TaskStarted(TaskId.tests(), 1, "w1", new BigDecimal("0.40")))
                .allowed(TaskId.tests(), 1, "0.20");

        assertThat(allowances(story)).containsEntry("build:money/1", "0.100000000");
    }

    @Test
    void aClaimByAnOlderVersionLeavesTheAllowanceOfItsOrder() {
        Story story = planned("0.90", "0.30").started(TaskId.tests(), 1, "w1").allowed(TaskId.tests(), 1, "0.20");

        assertThat(allowances(story)).containsEntry("build:money/1", "0.200000000");
    }

    @Test
    void ofTwoDriversThatGaveTheSameMoneyTheFirstInTheLogHasIt() {
        Story story = planned("0.90", "0.30")
                .allowed(MONEY, 1, "0.50")
                .allowed(RULES, 1, "0.30")
                .allowed(TaskId.tests(), 1, "0.20");

        JobState state = story.state();

        assertThat(state.task(MONEY).orElseThrow().latest().allowanceUsd()).isEqualByComparingTo("0.50");
        assertThat(state.task(RULES).orElseThrow().latest().allowanceUsd()).isEqualByComparingTo("0.10");
        assertThat(state.task(TaskId.tests()).orElseThrow().latest().allowanceUsd())
                .isEqualByComparingTo("0");
    }

    @Test
    void withNothingLeftATaskWaitsWhileSomethingMayComeBack() {
        Story story = planned("0.90", "0.30")
                .paid(MONEY, "0.30", "0.30", Story.wrote("money.py", 7))
                .paid(RULES, "0.10", "0.10", Story.wrote("rules.py", 8))
                .allowed(TaskId.tests(), 1, "0.20");

        assertThat(steps(story)).isEmpty();
    }

    @Test
    void withNothingLeftATaskIsSentAllTheSameWhenNothingCanComeBack() {
        Story story = planned("0.90", "0.90");

        assertThat(allowances(story))
                .isEqualTo(Map.of("build:money/1", "0E-9", "build:rules/1", "0E-9", "tests/1", "0E-9"));
    }

    @Test
    void whatCostMoreThanItWasToLeavesNothingAndNoDebt() {
        Story story = Story.within("0.90", JobKind.PIPELINE)
                .paid(PLAN, "0.90", "1.20", new Outcome.Planned(Story.PLAN, false))
                .paid(MONEY, 1, "0", Story.wrote("money.py", 7))
                .paid(RULES, 1, "0", Story.wrote("rules.py", 8))
                .paid(TaskId.tests(), 1, "0", Story.wrote("tests/test_bank.py", 9));

        assertThat(allowances(story)).isEqualTo(Map.of("build:bank/1", "0"));
    }

    @Test
    void aTestRunNeedsNoMoneyAndNeverWaitsForIt() {
        Story story = planned("0.90", "0.90")
                .paid(MONEY, "0", "0", Story.wrote("money.py", 7))
                .paid(RULES, "0", "0", Story.wrote("rules.py", 8))
                .paid(BANK, "0", "0", Story.wrote("bank.py", 8))
                .paid(TaskId.tests(), "0", "0", Story.wrote("tests/test_bank.py", 9));

        assertThat(steps(story)).singleElement().isInstanceOfSatisfying(Step.Issue.class, issue -> {
            assertThat(issue.order()).isInstanceOf(Order.RunTestsOrder.class);
            assertThat(issue.order().terms()).isNull();
        });
    }

    @Test
    void aReleasedAttemptIsFollowedByOneWithTheSameAllowance() {
        Story story = planned("0.90", "0.30")
                .allowed(MONEY, 1, "0.25")
                .started(MONEY, 1, "w1")
                .allowed(RULES, 1, "0.15")
                .allowed(TaskId.tests(), 1, "0.20")
                .then(new JobEvent.TaskReleased(MONEY, 1, "w1"));

        assertThat(terms(story)).isEqualTo(Map.of("build:money/2", new Terms(new BigDecimal("0.25"), 0, null)));
    }

    @Test
    void aLostAttemptIsFollowedByOneWithTheSameAllowance() {
        Story story =
                Story.within("0.90", JobKind.PIPELINE).allowed(PLAN, 1, "0.90").started(PLAN, 1, "w1");

        List<Step> steps = NextSteps.of(story.state(), Story.START.plusSeconds(9), lost("w1"), Story.DEADLINES);

        assertThat(((Step.Issue) steps.getFirst()).order().terms())
                .isEqualTo(new Terms(new BigDecimal("0.90"), 0, null));
    }

    @Test
    void anAttemptAfterAFailureSharesAnewAndKnowsThatTheEarlierOneIsSettled() {
        Story story = planned("0.90", "0.30")
                .allowed(MONEY, 1, "0.20")
                .allowed(RULES, 1, "0.20")
                .allowed(TaskId.tests(), 1, "0.10")
                .failedAt(MONEY, 1, ErrorCode.MODEL_UNAVAILABLE, true, "0.05");

        assertThat(terms(story)).isEqualTo(Map.of("build:money/2", new Terms(new BigDecimal("0.25"), 1, null)));
    }

    @Test
    void whatIsSettledIsTheHighestAttemptThatToldItsResult() {
        Story story = planned("0.90", "0.30")
                .allowed(RULES, 1, "0.20")
                .allowed(TaskId.tests(), 1, "0.10")
                .allowed(MONEY, 1, "0.20")
                .allowed(MONEY, 2, "0.20")
                .failedAt(MONEY, 2, ErrorCode.MODEL_UNAVAILABLE, true, "0.05")
                .allowed(MONEY, 3, "0.20")
                .started(MONEY, 3, "w1")
                .then(new JobEvent.TaskReleased(MONEY, 3, "w1"));

        assertThat(terms(story)).isEqualTo(Map.of("build:money/4", new Terms(new BigDecimal("0.20"), 2, null)));
    }

    @Test
    void whatAnAttemptMayHaveSpentThatWasOvertakenByTheOneItReplacedCountsAsSpent() {
        Story story = overtaken();

        assertThat(Budget.of(story.state()).spent()).isEqualByComparingTo("0.50");
        assertThat(allowances(story)).containsEntry("build:rules/1", "0.200000000");
    }

    @Test
    void whatItTellsAfterAllTakesThePlaceOfThat() {
        Story story = overtaken().paid(MONEY, 2, "0.15", Story.wrote("money.py", 7));

        assertThat(Budget.of(story.state()).spent()).isEqualByComparingTo("0.50");
        assertThat(Budget.of(story.paid(MONEY, 3, "0.05", Story.wrote("money.py", 7))
                                .state())
                        .spent())
                .isEqualByComparingTo("0.55");
    }

    @Test
    void anAttemptThatNobodyTookHasSpentNothing() {
        Story story = planned("0.90", "0.30")
                .allowed(MONEY, 1, "0.20")
                .started(MONEY, 1, "w1")
                .allowed(MONEY, 2, "0.20")
                .paid(MONEY, 1, "0.05", Story.wrote("money.py", 7));

        assertThat(Budget.of(story.state()).spent()).isEqualByComparingTo("0.35");
    }

    @Test
    void whatWasSharedAnewSinceTheOneThatCompletesCountsBesideIt() {
        Story story = planned("0.90", "0.30")
                .allowed(MONEY, 1, "0.20")
                .started(MONEY, 1, "w1")
                .allowed(MONEY, 2, "0.20")
                .failedAt(MONEY, 2, ErrorCode.MODEL_UNAVAILABLE, true, "0.10")
                .allowed(MONEY, 3, "0.30")
                .started(MONEY, 3, "w3")
                .paid(MONEY, 1, "0.05", Story.wrote("money.py", 7));

        assertThat(Budget.of(story.state()).spent()).isEqualByComparingTo("0.75");
    }

    /** The plan cost 0.30, and two attempts may have spent 0.20 together, of which the first told 0.05. */
    private static Story overtaken() {
        return planned("0.90", "0.30")
                .allowed(MONEY, 1, "0.20")
                .started(MONEY, 1, "w1")
                .allowed(MONEY, 2, "0.20")
                .started(MONEY, 2, "w2")
                .paid(MONEY, 1, "0.05", Story.wrote("money.py", 7));
    }

    @Test
    void withoutABudgetALostAttemptsCostIsStillToBeFound() {
        Story story = Story.of(JobKind.PIPELINE)
                .scheduled(PLAN, 1)
                .started(PLAN, 1, "w1")
                .then(new JobEvent.TaskReleased(PLAN, 1, "w1"));

        assertThat(terms(story)).isEqualTo(Map.of("plan/2", new Terms(null, 0, null)));
    }

    @Test
    void withoutABudgetOrdersHaveNoTerms() {
        Story story = Story.of(JobKind.PIPELINE);

        assertThat(((Step.Issue) steps(story).getFirst()).order().terms()).isNull();
    }

    @Test
    void aTaskThatRanShortWaitsForWhatMayComeBackAndSoDoesAllElse() {
        Story story = planned("0.90", "0.30")
                .allowed(MONEY, 1, "0.20")
                .paid(RULES, "0.20", "0.05", Story.wrote("rules.py", 8))
                .allowed(TaskId.tests(), 1, "0.20")
                .ranShort(MONEY, 1, "0.10");

        assertThat(steps(story)).isEmpty();
    }

    @Test
    void theFirstTaskThatRanShortIsSentAgainAloneWithEverything() {
        Story story = planned("0.90", "0.30")
                .allowed(MONEY, 1, "0.20")
                .allowed(RULES, 1, "0.20")
                .ranShort(RULES, 1, "0.05")
                .ranShort(MONEY, 1, "0.10")
                .paid(TaskId.tests(), "0.20", "0.05", Story.wrote("tests/test_bank.py", 8));

        assertThat(terms(story)).isEqualTo(Map.of("build:money/2", new Terms(new BigDecimal("0.40"), 1, null)));
    }

    @Test
    void theNextThatRanShortFollowsWhenTheFirstIsDone() {
        Story story = planned("0.90", "0.30")
                .allowed(MONEY, 1, "0.20")
                .allowed(RULES, 1, "0.20")
                .ranShort(RULES, 1, "0.05")
                .ranShort(MONEY, 1, "0.10")
                .paid(TaskId.tests(), "0.20", "0.05", Story.wrote("tests/test_bank.py", 8))
                .allowed(MONEY, 2, "0.40")
                .paid(MONEY, 2, "0.20", Story.wrote("money.py", 9));

        assertThat(terms(story)).isEqualTo(Map.of("build:rules/2", new Terms(new BigDecimal("0.20"), 1, null)));
    }

    @Test
    void aTaskThatHadEverythingAndRanShortFailsTheJobWithTheSums() {
        Story story =
                Story.within("0.90", JobKind.PIPELINE).allowed(PLAN, 1, "0.90").ranShort(PLAN, 1, "0.40");

        JobEvent.JobFailed failed =
                (JobEvent.JobFailed) ((Step.Conclude) steps(story).getFirst()).end();
        assertThat(failed.error().code()).isEqualTo(ErrorCode.BUDGET_EXHAUSTED);
        assertThat(failed.error().retryable()).isFalse();
        assertThat(failed.error().message())
                .isEqualTo("0.4 USD of the budget of 0.9 USD are spent; task plan: it broke"
                        + " (its default and its limit: nexus.budget.per-job-usd)");
    }

    @Test
    void aTaskThatHadLessLeftThanThereIsNowIsTriedAgainThoughItWasAllowedMore() {
        Story story = planned("0.90", "0.30")
                .paid(RULES, "0.10", "0.10", Story.wrote("rules.py", 8))
                .allowed(MONEY, 1, "0.30")
                .ranShort(MONEY, 1, "0.28")
                .paid(TaskId.tests(), "0.20", "0.10", Story.wrote("tests/test_bank.py", 8));

        assertThat(terms(story)).isEqualTo(Map.of("build:money/2", new Terms(new BigDecimal("0.12"), 1, null)));
    }

    @Test
    void runningShortDoesNotCountAgainstTheAttempts() {
        Story story = planned("9", "1")
                .paid(RULES, "1", "1", Story.wrote("rules.py", 8))
                .allowed(MONEY, 1, "1")
                .ranShort(MONEY, 1, "0")
                .allowed(MONEY, 2, "2")
                .ranShort(MONEY, 2, "0")
                .allowed(MONEY, 3, "3")
                .ranShort(MONEY, 3, "0")
                .paid(TaskId.tests(), "1", "1", Story.wrote("tests/test_bank.py", 8))
                .allowed(MONEY, 4, "6")
                .failedAt(MONEY, 4, ErrorCode.MODEL_UNAVAILABLE, true, "0");

        assertThat(allowances(story)).isEqualTo(Map.of("build:money/5", "6"));
    }

    @Test
    void aReviewThatCannotBePaidLeavesTheEndAsItWas() {
        Story story = planned("0.90", "0.30")
                .paid(MONEY, "0.20", "0.20", Story.wrote("money.py", 7))
                .paid(RULES, "0.20", "0.20", Story.wrote("rules.py", 8))
                .paid(BANK, "0.1", "0.1", Story.wrote("bank.py", 9))
                .paid(TaskId.tests(), "0.10", "0.10", Story.wrote("tests/test_bank.py", 10))
                .tested(0, 1, "assert 1 == 2")
                .did(TaskId.build("bank", 1), Story.wrote("bank.py", 11))
                .tested(1, 1, "assert 1 == 2")
                .allowed(TaskId.review(2), 1, "0")
                .ranShort(TaskId.review(2), 1, "0");

        JobEvent.JobFailed failed =
                (JobEvent.JobFailed) ((Step.Conclude) steps(story).getFirst()).end();
        assertThat(failed.error().code()).isEqualTo(ErrorCode.NO_PROGRESS);
    }

    @Test
    void aRepairThatCannotBePaidFailsTheJobWithTheFilesSoFar() {
        Story story = planned("0.90", "0.30")
                .paid(MONEY, "0.20", "0.20", Story.wrote("money.py", 7))
                .paid(RULES, "0.20", "0.20", Story.wrote("rules.py", 8))
                .paid(BANK, "0.1", "0.1", Story.wrote("bank.py", 9))
                .paid(TaskId.tests(), "0.05", "0.05", Story.wrote("tests/test_bank.py", 10))
                .tested(0, 1, "assert 1 == 2")
                .allowed(TaskId.build("bank", 1), 1, "0.05")
                .ranShort(TaskId.build("bank", 1), 1, "0");
        Story end = story.then(((Step.Conclude) steps(story).getFirst()).end());

        JobState state = end.state();
        assertThat(state.error().code()).isEqualTo(ErrorCode.BUDGET_EXHAUSTED);
        assertThat(state.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(state.artefacts()).hasSize(4);
        assertThat(state.fidelity()).isEqualTo(Fidelity.IMPLEMENTATION);
    }

    private static Story planned(String budget, String spent) {
        return Story.within(budget, JobKind.PIPELINE).paid(PLAN, budget, spent, new Outcome.Planned(Story.PLAN, false));
    }

    private static List<Step> steps(Story story) {
        return NextSteps.of(story.state(), Story.START.plusSeconds(2), NOBODY_HEARD, Story.DEADLINES);
    }

    private static Map<String, String> allowances(Story story) {
        Map<String, String> allowed = new TreeMap<>();
        terms(story).forEach((attempt, terms) -> allowed.put(attempt, String.valueOf(terms.allowanceUsd())));
        return allowed;
    }

    private static Map<String, Terms> terms(Story story) {
        Map<String, Terms> terms = new TreeMap<>();
        for (Step step : steps(story)) {
            Order order = ((Step.Issue) step).order();
            terms.put(order.task() + "/" + order.attempt(), order.terms());
        }
        return terms;
    }

    private static Workers lost(String worker) {
        Workers workers = NOBODY_HEARD
                .after(new Heartbeat(worker, Service.PLANNER, "1", 1, List.of()))
                .claimed(worker, Story.JOB, PLAN, 1, 0);
        for (int i = 1; i <= Workers.SILENCE; i++) {
            workers = workers.afterOwn(i);
        }
        return workers;
    }
}

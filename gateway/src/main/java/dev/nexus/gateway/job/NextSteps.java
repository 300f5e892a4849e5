package dev.nexus.gateway.job;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Limits;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.ProjectPath;
import dev.nexus.contract.Stage;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is to be done for a job: it looks at where the job is, not at what just happened, so that deciding twice
 * gives the same steps and a new driver needs nothing but the state.
 */
public final class NextSteps {

    /** How long an order may lie unclaimed before it is taken for lost, if its service had free slots all that time. */
    static final Duration UNCLAIMED = Duration.ofSeconds(30);

    private final JobState job;
    private final Instant now;
    private final Workers workers;
    private final Deadlines deadlines;
    private final List<Order> due = new ArrayList<>();
    private final List<Order> unclaimed = new ArrayList<>();
    private @Nullable ErrorInfo failure;

    private NextSteps(JobState job, Instant now, Workers workers, Deadlines deadlines) {
        this.job = job;
        this.now = now;
        this.workers = workers;
        this.deadlines = deadlines;
    }

    /**
     * The steps due now; none if the job is final, or waits for what is under way.
     *
     * @param now the broker's time, which never goes back
     */
    public static List<Step> of(JobState job, Instant now, Workers workers, Deadlines deadlines) {
        if (job.status().isFinal()) {
            return List.of();
        }
        if (job.cancelRequested()) {
            return List.of(new Step.Conclude(new JobEvent.JobCancelled()));
        }
        return new NextSteps(job, now, workers, deadlines).decide();
    }

    /**
     * The orders of attempts that the log allows to spend something and nobody has claimed: it does not tell whether they
     * were sent.
     */
    public static List<Order> unclaimed(JobState job, Instant now, Workers workers, Deadlines deadlines) {
        boolean isAnyAwaited = job.tasks().values().stream()
                .anyMatch(task -> task.isAwaited(task.latest().number()) && task.outstandingUsd() != null);
        if (!isAnyAwaited || job.status().isFinal() || job.cancelRequested()) {
            return List.of();
        }
        NextSteps steps = new NextSteps(job, now, workers, deadlines);
        boolean goesOn = steps.decide().stream().allMatch(Step.Issue.class::isInstance);
        return goesOn ? Budget.onTerms(job, steps.unclaimed).toList() : List.of();
    }

    private List<Step> decide() {
        JobEvent.Final end = switch (job.request().kind()) {
            case PLAN -> plan() == null ? null : completed(null);
            case BUILD -> built(job.plan()) ? completed(null) : null;
            case TEST -> test();
            case PIPELINE -> pipeline();
        };
        if (end == null && failure == null) {
            failure = overdue();
        }
        if (failure != null) {
            return List.of(new Step.Conclude(failed(failure)));
        }
        return end == null
                ? Budget.onTerms(job, due).<Step>map(Step.Issue::new).toList()
                : List.of(new Step.Conclude(end));
    }

    /** What was not done in its time: the job as a whole, or a task since it was first issued. */
    private @Nullable ErrorInfo overdue() {
        if (job.approval().isAwaited()) { // the job's own time does not run meanwhile
            return job.approval().isOverdue(deadlines.approval(), now) ? unanswered() : null;
        }
        Duration ofJob = deadlines.of(job.request().options());
        Instant begun = job.createdAt().plus(job.approval().waited());
        if (!now.isBefore(begun.plus(ofJob))) {
            return deadlineExceeded("the job", ofJob, "options.deadline", "nexus.deadlines.job");
        }
        for (TaskState task : job.tasks().values()) {
            if (isOverdue(task)) {
                Duration limit = deadlines.of(task.id().kind());
                String setting = "nexus.deadlines." + task.id().kind().service().agentType();
                return deadlineExceeded("task " + task.id(), limit, setting);
            }
        }
        return null;
    }

    private ErrorInfo unanswered() {
        return new ErrorInfo(
                ErrorCode.DEADLINE_EXCEEDED,
                "nobody approved or rejected the plan within " + deadlines.approval()
                        + "; retry the job from build to be asked again, or allow more time with nexus.deadlines.approval"
                        + " (nexus.deadlines.job does not run while a plan waits)",
                true);
    }

    private static ErrorInfo rejected(JobEvent.PlanRejected answer) {
        return new ErrorInfo(ErrorCode.PLAN_REJECTED, "the plan was rejected" + because(answer.reason()), false);
    }

    private boolean isOverdue(TaskState task) {
        return !task.isCompleted()
                && !now.isBefore(
                        task.firstIssuedAt().plus(deadlines.of(task.id().kind())));
    }

    private static ErrorInfo deadlineExceeded(String what, Duration limit, String... settings) {
        return new ErrorInfo(
                ErrorCode.DEADLINE_EXCEEDED,
                what + " was not done within " + limit + "; what is there is kept. See whether enough workers run, or"
                        + " allow more time with " + String.join(" or ", settings),
                true);
    }

    private JobEvent.@Nullable Final pipeline() {
        Plan plan = plan();
        if (plan == null) {
            return null;
        }
        boolean given = job.request().from() == Stage.TEST; // by the job that this one begins in the midst of
        boolean built = given || built(plan);
        boolean written = given || written(plan);
        if (!built || !written) {
            return null;
        }
        for (int round = 0; ; round++) {
            TestReport report = tested(round);
            if (report == null) {
                return null;
            }
            if (report.verdict() == Verdict.PASSED) {
                return job.fidelity() == Fidelity.SCAFFOLD ? scaffold() : completed(report.verdict());
            }
            int earlier = isRepairable(report) ? failedLikewiseIn(report, round) : round;
            if (earlier < round) {
                String why = "the tests fail after " + name(round) + " as they did after " + name(earlier);
                return reviewed(plan, round + 1, noProgress(why, report, round));
            }
            if (round >= job.request().options().repairs() || !isRepairable(report)) {
                return reviewed(plan, round + 1, testsFailed(report, round));
            }
            if (!repaired(plan, report, round + 1)) {
                return null;
            }
            List<Round> rounds = Round.of(job);
            if (rounds.get(round + 1).changedNothingSince(rounds.get(round))) {
                return reviewed(plan, round + 2, noProgress(name(round + 1) + " changed no file", report, round));
            }
        }
    }

    /**
     * The end of a job whose tests stay as they are; but first the tester says, once, whether they are right, and if it
     * replaces any, they are run in {@code round} over the files that would be kept.
     */
    private JobEvent.@Nullable Final reviewed(Plan plan, int round, JobEvent.Final end) {
        TaskId id = TaskId.review(round);
        Round best = Round.best(
                Round.of(job).stream().filter(each -> each.number() < round).toList());
        List<TestReport.Result> failures = best == null ? List.of() : reviewable(best.report());
        if (failures.isEmpty() || isReviewedOtherThanBy(id)) {
            return end;
        }
        List<ArtefactRef> tests = lock().written();
        if (!done(id, attempt -> new Order.ReviewTestsOrder(id, attempt, job.since(), spec(), plan, tests, failures))) {
            return unlessItMayCome(id, end);
        }
        if (job.task(id).filter(lock()::isReview).isEmpty()) {
            return end;
        }
        TestReport report = tested(round);
        if (report == null) {
            return unlessItMayCome(TaskId.test(round), end);
        }
        return report.verdict() == Verdict.PASSED ? completed(report.verdict()) : end;
    }

    /** The end that a job has already, once the task that might have changed it has failed or takes too long. */
    private JobEvent.@Nullable Final unlessItMayCome(TaskId id, JobEvent.Final end) {
        if (failure == null && !job.task(id).filter(this::isOverdue).isPresent()) {
            return null;
        }
        failure = null;
        return end;
    }

    /**
     * The tests that failed by themselves, and that the tester wrote; without message and trace, in which the code has its
     * say, as they are to be held against the specification, and not against what was made of it.
     */
    private List<TestReport.Result> reviewable(@Nullable TestReport report) {
        if (report == null
                || job.fidelity() == Fidelity.SCAFFOLD
                || (report.verdict() != Verdict.FAILED && report.verdict() != Verdict.ERROR)) {
            return List.of();
        }
        List<ArtefactRef> tests = lock().written();
        return report.failures().stream()
                .filter(test -> tests.stream().anyMatch(file -> test.id().startsWith(file.path() + "::")))
                .map(test ->
                        new TestReport.Result(test.id(), test.outcome(), test.durationMillis(), null, null, List.of()))
                .toList();
    }

    private boolean isReviewedOtherThanBy(TaskId id) {
        return lock().review().filter(review -> !review.id().equals(id)).isPresent();
    }

    private TestLock lock() {
        return new TestLock(job.request(), job.tasks().values());
    }

    private JobEvent.@Nullable Final test() {
        boolean given = job.request().files().stream().anyMatch(file -> ProjectPath.isTest(file.path()));
        if (!given && !written(null)) {
            return null;
        }
        TestReport report = tested(0);
        return report == null ? null : completed(report.verdict());
    }

    /** The plan that may be built; null while there is none, or it waits for a human. */
    private @Nullable Plan plan() {
        Plan plan = made();
        if (plan == null || job.approval().isAwaited()) {
            return null;
        }
        if (job.approval().answer() instanceof JobEvent.PlanRejected answer) {
            failure = rejected(answer);
            return null;
        }
        return plan;
    }

    private @Nullable Plan made() {
        if (job.request().plan() != null) {
            return job.plan(); // it came with the job
        }
        TaskId id = TaskId.plan();
        boolean done = done(
                id,
                attempt -> new Order.PlanOrder(
                        id,
                        attempt,
                        job.since(),
                        spec(),
                        job.request().options().mayUseCache() && job.request().replay() == null,
                        null,
                        job.request().files()));
        return done ? job.plan() : null;
    }

    /** Whether every step is built; those whose dependencies are met are issued side by side. */
    private boolean built(@Nullable Plan plan) {
        if (plan == null) {
            return false;
        }
        Set<String> built = new HashSet<>();
        for (Plan.PlanStep step : plan.steps()) {
            if (job.task(TaskId.build(step.id(), 0))
                    .filter(TaskState::isCompleted)
                    .isPresent()) {
                built.add(step.id());
            }
        }
        for (Plan.PlanStep step : plan.steps()) {
            if (!built.contains(step.id()) && built.containsAll(step.dependsOn())) {
                build(plan, TaskId.build(step.id(), 0), filesBefore(plan, step), null);
            }
        }
        return built.size() == plan.steps().size();
    }

    /** @param report of the tests that this is to mend; null in the first build */
    private boolean build(Plan plan, TaskId id, List<ArtefactRef> files, @Nullable TestReport report) {
        Shown shown = report == null ? null : Shown.of(report);
        List<TestReport.Result> failures = shown == null ? List.of() : shown.failures();
        Order.TestRun run = shown == null ? null : shown.run();
        return done(
                id,
                attempt -> new Order.BuildOrder(
                        id, attempt, job.since(), job.request().spec(), plan, files, failures, run));
    }

    /** Whether the steps that this report blames were built again in {@code round}. */
    private boolean repaired(Plan plan, TestReport report, int round) {
        // As the round before left them, so that a later attempt in this round asks the same question.
        List<ArtefactRef> sources = Round.of(job).get(round - 1).files().values().stream()
                .filter(file -> !ProjectPath.isTest(file.path()))
                .toList();
        boolean all = true;
        for (Plan.PlanStep step : blamed(plan, report)) {
            all &= build(plan, TaskId.build(step.id(), round), sources, report);
        }
        return all;
    }

    private boolean written(@Nullable Plan plan) {
        TaskId id = TaskId.tests();
        List<ArtefactRef> files = job.request().files();
        return done(id, attempt -> new Order.WriteTestsOrder(id, attempt, job.since(), spec(), plan, files));
    }

    private @Nullable TestReport tested(int round) {
        TaskId id = TaskId.test(round);
        List<ArtefactRef> files = List.copyOf(job.artefacts().values());
        if (!done(id, attempt -> new Order.RunTestsOrder(id, attempt, job.since(), files))) {
            return null;
        }
        return job.task(id)
                .map(TaskState::completion)
                .map(JobEvent.TaskCompleted::outcome)
                .map(outcome -> outcome instanceof Outcome.Tested tested ? tested.report() : null)
                .orElse(null);
    }

    /** The order of an attempt, once its number is known. */
    @FunctionalInterface
    private interface OrderOf {
        Order attempt(int number);
    }

    /** Whether the task is completed; if not, it is issued, issued again, or fails the job, as it stands. */
    private boolean done(TaskId id, OrderOf order) {
        TaskState task = job.task(id).orElse(null);
        if (task == null) {
            due.add(order.attempt(1));
            return false;
        }
        if (task.isCompleted()) {
            return true;
        }
        Attempt latest = task.latest();
        if (latest.ranShort() && Budget.mayGiveMore(job, latest)) {
            due.add(order.attempt(latest.number() + 1));
        } else if (latest.failure() != null && !latest.failure().error().retryable()) {
            failure = latest.ranShort()
                    ? Budget.exhausted(job, id, latest.failure().error())
                    : latest.failure().error();
        } else if (latest.released()) {
            due.add(order.attempt(latest.number() + 1));
        } else if (latest.failure() != null || isLost(task, latest)) {
            if (task.tries() < Limits.ATTEMPTS) {
                due.add(order.attempt(latest.number() + 1));
            } else {
                failure = latest.failure() != null ? latest.failure().error() : workerLost(id);
            }
        } else if (task.isAwaited(latest.number()) && latest.allowanceUsd() != null) {
            unclaimed.add(order.attempt(latest.number()));
        }
        return false;
    }

    private boolean isLost(TaskState task, Attempt attempt) {
        if (attempt.worker() == null) {
            return attempt.scheduledAt().plus(UNCLAIMED).isBefore(now)
                    && workers.hadFreeSlots(task.id().kind().service(), UNCLAIMED);
        }
        return workers.haveLost(attempt.worker(), job.id(), task.id(), attempt.number());
    }

    private static ErrorInfo workerLost(TaskId id) {
        return new ErrorInfo(
                ErrorCode.WORKER_LOST,
                "task " + id + " was issued " + Limits.ATTEMPTS
                        + " times and each worker was lost; look into the logs of "
                        + id.kind().service() + ", then submit the job again",
                true);
    }

    private JobEvent.Final completed(@Nullable Verdict verdict) {
        return new JobEvent.JobCompleted(verdict, job.fidelity());
    }

    private JobEvent.Final scaffold() {
        return failed(new ErrorInfo(
                ErrorCode.SCAFFOLD_ONLY,
                "the offline model cannot implement this; it wrote a scaffold, and the tests only check its shape. Set"
                        + " ENABLE_LIVE_LLM=true and a provider's key for an implementation",
                false));
    }

    private JobEvent.Final testsFailed(TestReport report, int rounds) {
        return failed(new ErrorInfo(
                ErrorCode.TESTS_FAILED,
                outcome(report) + " after " + rounds + (rounds == 1 ? " repair round" : " repair rounds") + "; "
                        + kept(rounds) + ". Make the specification more exact, or allow more rounds with"
                        + " options.maxRepairs (at most " + Limits.REPAIRS + ")",
                false));
    }

    private JobEvent.Final noProgress(String why, TestReport report, int round) {
        return failed(new ErrorInfo(
                ErrorCode.NO_PROGRESS,
                why + ", so that another round would be in vain: " + outcome(report) + "; " + kept(round)
                        + ". Make the specification more exact in what these tests check, or give the builder another"
                        + " model with nexus.models.agents.builder",
                false));
    }

    private static String outcome(TestReport report) {
        return report.failures().isEmpty() || report.verdict() == Verdict.TAMPERED
                ? "the test run ended with verdict " + report.verdict().wire() + because(report.message())
                : report.failures().size() + " of " + report.tests().size() + " tests failed";
    }

    private String kept(int round) {
        Integer best = job.bestRound();
        return best == null || best == round
                ? "files and report are kept"
                : "files and report of " + name(best) + " are kept, in which most tests passed";
    }

    /** The earliest round whose tests failed as in {@code round}. */
    private int failedLikewiseIn(TestReport report, int round) {
        FailureSignature signature = FailureSignature.of(report);
        return Round.of(job).stream()
                .filter(earlier -> earlier.report() != null
                        && FailureSignature.of(earlier.report()).equals(signature))
                .mapToInt(Round::number)
                .min()
                .orElse(round);
    }

    private String name(int round) {
        if (round == 0) {
            return "the first build";
        }
        boolean isReview = job.task(TaskId.review(round)).isPresent();
        return isReview ? "the run after the review of the tests" : "repair round " + round;
    }

    private JobEvent.Final failed(ErrorInfo error) {
        Integer best = job.bestRound();
        TestReport kept = best == null ? job.report() : Round.of(job).get(best).report();
        return new JobEvent.JobFailed(error, kept == null ? null : kept.verdict(), job.fidelity(), best);
    }

    private static String because(@Nullable String reason) {
        return reason == null ? "" : " (" + reason + ")";
    }

    /** Whoever forges a verdict is not paid to try again. */
    private boolean isRepairable(TestReport report) {
        return report.verdict() != Verdict.NO_TESTS
                && report.verdict() != Verdict.TAMPERED
                && job.fidelity() != Fidelity.SCAFFOLD;
    }

    private String spec() {
        String spec = job.request().spec();
        return spec == null ? "" : spec;
    }

    /** The steps whose files are in the failures' tracebacks; all, if none is. */
    private static List<Plan.PlanStep> blamed(Plan plan, TestReport report) {
        Set<String> files = new HashSet<>();
        report.failures().forEach(failed -> files.addAll(failed.files()));
        List<Plan.PlanStep> owners = plan.steps().stream()
                .filter(step -> step.files().stream().anyMatch(files::contains))
                .toList();
        return owners.isEmpty() ? plan.steps() : owners;
    }

    private static Set<String> needed(Plan plan, Plan.PlanStep step) {
        Set<String> ids = new HashSet<>();
        addNeeded(plan, step, ids);
        return ids;
    }

    private static void addNeeded(Plan plan, Plan.PlanStep step, Set<String> ids) {
        for (String id : step.dependsOn()) {
            if (ids.add(id)) {
                addNeeded(plan, plan.step(id), ids);
            }
        }
    }

    /** What a first build finds: the code to be changed, if any, and what the steps made that it depends on. */
    private List<ArtefactRef> filesBefore(Plan plan, Plan.PlanStep step) {
        Map<String, ArtefactRef> files = new LinkedHashMap<>();
        job.request().files().stream()
                .filter(file -> !ProjectPath.isTest(file.path()))
                .forEach(file -> files.put(file.path(), file));
        filesOf(plan, needed(plan, step)).forEach(file -> files.put(file.path(), file));
        return List.copyOf(files.values());
    }

    private List<ArtefactRef> filesOf(Plan plan, Set<String> stepIds) {
        List<ArtefactRef> files = new ArrayList<>();
        for (Plan.PlanStep step : plan.steps()) {
            if (stepIds.contains(step.id())) {
                step.files().stream()
                        .map(job.artefacts()::get)
                        .filter(java.util.Objects::nonNull)
                        .forEach(files::add);
            }
        }
        return files;
    }
}

package dev.nexus.gateway.job;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.EventId;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.ReplacedTest;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Verdict;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A log of one job, told event by event. */
final class Story {

    static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final Deadlines DEADLINES = new Deadlines(
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofMinutes(20),
            Duration.ofHours(3),
            Duration.ofHours(5));
    static final Usage ONE_CALL = new Usage(1, 0, 10, 20, BigDecimal.ONE);
    /** Two steps side by side, and one that needs both. */
    static final Plan PLAN = new Plan(
            "A bank",
            "python",
            List.of(),
            List.of(
                    new Plan.PlanStep("money", "Money", List.of("money.py"), List.of()),
                    new Plan.PlanStep("rules", "Rules", List.of("rules.py"), List.of()),
                    new Plan.PlanStep("bank", "Bank", List.of("bank.py"), List.of("money", "rules"))));

    private final List<LoggedEvent> log = new ArrayList<>();

    /** Of one that may spend so much. */
    static Story within(String budget, JobKind kind) {
        return of(kind, new JobOptions(null, null, null, new BigDecimal(budget)));
    }

    Story allowed(TaskId task, int attempt, String usd) {
        return then(new JobEvent.TaskScheduled(task, attempt, new BigDecimal(usd)));
    }

    /** A whole task from order to result, that cost so much. */
    Story paid(TaskId task, String allowed, String spent, Outcome outcome) {
        return allowed(task, 1, allowed).paid(task, 1, spent, outcome);
    }

    Story paid(TaskId task, int attempt, String spent, Outcome outcome) {
        return then(new JobEvent.TaskCompleted(task, attempt, "w1", outcome, cost(spent), Fidelity.IMPLEMENTATION));
    }

    /** The next call of this attempt did not fit what it had left. */
    Story ranShort(TaskId task, int attempt, String spent) {
        return failedAt(task, attempt, ErrorCode.BUDGET_EXHAUSTED, false, spent);
    }

    Story failedAt(TaskId task, int attempt, ErrorCode code, boolean retryable, String spent) {
        return then(new JobEvent.TaskFailed(
                task, attempt, "w1", new ErrorInfo(code, "it broke", retryable), cost(spent), null));
    }

    static Usage cost(String usd) {
        return new Usage(1, 0, 10, 20, new BigDecimal(usd));
    }

    static Story of(JobKind kind) {
        return of(kind, JobOptions.DEFAULTS);
    }

    static Story of(JobKind kind, JobOptions options) {
        Plan plan = kind == JobKind.BUILD ? PLAN : null;
        List<ArtefactRef> files = kind == JobKind.TEST ? List.of(file("app.py", 1)) : List.of();
        return new Story()
                .then(new JobEvent.JobAccepted(
                        kind, "default", "A bank", plan, files, null, options, Map.of(), "hash"));
    }

    Story then(JobEvent event) {
        return then(event, "");
    }

    Story then(JobEvent event, String detail) {
        return thenAs(EventId.of(JOB, event, detail).toString(), event);
    }

    Story thenAs(String id, JobEvent event) {
        log.add(new LoggedEvent(JOB, id, event, 0, log.size(), START.plusSeconds(log.size())));
        return this;
    }

    Story scheduled(TaskId task, int attempt) {
        return then(new JobEvent.TaskScheduled(task, attempt));
    }

    Story started(TaskId task, int attempt, String worker) {
        return then(new JobEvent.TaskStarted(task, attempt, worker));
    }

    Story completed(TaskId task, Outcome outcome) {
        return completed(task, 1, outcome, Fidelity.IMPLEMENTATION);
    }

    Story completed(TaskId task, int attempt, Outcome outcome, Fidelity fidelity) {
        return then(new JobEvent.TaskCompleted(task, attempt, "w1", outcome, ONE_CALL, fidelity));
    }

    Story failed(TaskId task, int attempt, ErrorCode code, boolean retryable) {
        return then(new JobEvent.TaskFailed(
                task, attempt, "w1", new ErrorInfo(code, "it broke", retryable), ONE_CALL, null));
    }

    /** A whole task from order to result. */
    Story did(TaskId task, Outcome outcome) {
        return scheduled(task, 1).started(task, 1, "w1").completed(task, outcome);
    }

    Story planned() {
        return did(TaskId.plan(), new Outcome.Planned(PLAN, false));
    }

    Story built(String step, int round) {
        return did(TaskId.build(step, round), wrote(step + ".py", log.size()));
    }

    Story testsWritten() {
        return did(TaskId.tests(), wrote("tests/test_bank.py", log.size()));
    }

    /** Planned, built and tests written: all but run. */
    Story readyToTest() {
        return planned().built("money", 0).built("rules", 0).built("bank", 0).testsWritten();
    }

    Story tested(int round, Verdict verdict, String... blamed) {
        return did(TaskId.test(round), report(verdict, blamed));
    }

    /** A test run with so many passed tests, and one that failed for each message, in {@code bank.py}. */
    Story tested(int round, int passed, String... messages) {
        return did(TaskId.test(round), report(passed, messages));
    }

    /** The tests were reviewed, and none taken back. */
    Story upheld(int round) {
        return did(TaskId.review(round), new Outcome.Written(List.of()));
    }

    /** The tests were reviewed, and one was taken back. */
    Story replaced(int round, long offset) {
        return did(TaskId.review(round), replacement("tests/test_bank.py", offset));
    }

    List<LoggedEvent> log() {
        return log;
    }

    JobState state() {
        return fold(log);
    }

    static JobState fold(List<LoggedEvent> log) {
        @Nullable JobState state = null;
        for (LoggedEvent event : log) {
            state = state == null ? JobState.accepted(event, (JobEvent.JobAccepted) event.event()) : state.after(event);
        }
        if (state == null) {
            throw new IllegalArgumentException("an empty story has no state");
        }
        return state;
    }

    static Outcome wrote(String path, long offset) {
        return new Outcome.Written(List.of(file(path, offset)));
    }

    static Outcome replacement(String path, long offset) {
        return new Outcome.Written(
                List.of(file(path, offset)),
                List.of(),
                null,
                List.of(new ReplacedTest(path + "::test_it", "The specification says otherwise.")));
    }

    static ArtefactRef file(String path, long offset) {
        return new ArtefactRef(path, String.format("%064x", offset), 10, 0, offset);
    }

    static Outcome report(Verdict verdict, String... blamed) {
        TestReport.Outcome outcome = verdict == Verdict.PASSED ? TestReport.Outcome.PASSED : TestReport.Outcome.FAILED;
        var result = new TestReport.Result("tests/test_bank.py::test_it", outcome, 5, null, null, List.of(blamed));
        return new Outcome.Tested(new TestReport(verdict, List.of(result), 50, null, null));
    }

    static Outcome report(int passed, String... messages) {
        List<TestReport.Result> tests = new ArrayList<>();
        for (int i = 0; i < passed; i++) {
            tests.add(new TestReport.Result(
                    "tests/test_bank.py::test_" + i, TestReport.Outcome.PASSED, 5, null, null, List.of()));
        }
        for (String message : messages) {
            tests.add(new TestReport.Result(
                    "tests/test_bank.py::test_" + tests.size(),
                    TestReport.Outcome.FAILED,
                    5,
                    message,
                    null,
                    List.of("bank.py")));
        }
        Verdict verdict = messages.length == 0 ? Verdict.PASSED : Verdict.FAILED;
        return new Outcome.Tested(new TestReport(verdict, tests, 50, null, null));
    }
}

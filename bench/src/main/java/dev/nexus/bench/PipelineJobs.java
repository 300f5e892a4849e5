package dev.nexus.bench;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Json;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/** Writes finished pipeline jobs into a log, event by event as the services would, without doing any of the work. */
final class PipelineJobs {

    /** Events of one job, from accepted to completed. */
    static final int EVENTS = 46;

    private static final int OPEN_AT_ONCE = 100;
    private static final String SPEC =
            "Write a Python library for bank accounts: deposits, withdrawals and transfers in"
                    + " whole cents, a history of each account, and a bank that knows all of them.\n\n"
                    + "Amounts are decimals, never floats. No account may go below zero.";
    private static final List<String> STEPS = List.of("money", "account", "bank");
    private static final TestReport REPORT = report();
    private static final Usage ONE_CALL = new Usage(1, 0, 1834, 957, new BigDecimal("0.0123"));

    private final EventLog events;
    private final Plan plan;
    private final Random random = new Random(1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    PipelineJobs(EventLog events) throws IOException {
        this.events = events;
        try (InputStream json = Json.class.getResourceAsStream("/offline/bank-account/plan.json")) {
            plan = Json.read(Objects.requireNonNull(json).readAllBytes(), Plan.class);
        }
    }

    private record Fact(JobId job, JobEvent event, String detail) {}

    /** Appends that many jobs, a hundred of them at a time in turns; returns the last one to end. */
    JobId write(int jobs) {
        JobId last = null;
        Deque<Deque<Fact>> open = new ArrayDeque<>();
        for (int begun = 0; begun < jobs || !open.isEmpty(); ) {
            if (begun < jobs && open.size() < OPEN_AT_ONCE) {
                begun++;
                open.add(new ArrayDeque<>(job()));
            }
            Deque<Fact> next = open.remove();
            Fact fact = next.remove();
            var _ = events.append(fact.job(), fact.event(), fact.detail()).whenComplete((_, e) -> {
                if (e != null) {
                    failure.set(e);
                }
            });
            if (next.isEmpty()) {
                last = fact.job();
            } else {
                open.add(next);
            }
        }
        if (last == null || failure.get() != null) {
            throw new IllegalStateException("the log could not be written", failure.get());
        }
        return last;
    }

    /** The whole story of one job: a plan, three steps, tests written, tests run. */
    private List<Fact> job() {
        JobId job = JobId.next(System.currentTimeMillis(), random);
        List<Fact> story = new ArrayList<>();
        story.add(new Fact(
                job,
                new JobEvent.JobAccepted(
                        JobKind.PIPELINE,
                        "default",
                        SPEC,
                        null,
                        List.of(),
                        null,
                        JobOptions.DEFAULTS,
                        Map.of(),
                        HexFormat.of().formatHex(new byte[32])),
                ""));
        task(story, job, TaskId.plan(), 5, new Outcome.Planned(plan, false));
        for (String step : STEPS) {
            task(story, job, TaskId.build(step, 0), 6, new Outcome.Written(List.of(file(step + ".py"))));
        }
        task(story, job, TaskId.tests(), 2, new Outcome.Written(List.of(file("tests/test_bank.py"))));
        task(story, job, TaskId.test(0), 1, new Outcome.Tested(REPORT));
        story.add(new Fact(job, new JobEvent.JobCompleted(Verdict.PASSED, Fidelity.IMPLEMENTATION), ""));
        return story;
    }

    private void task(List<Fact> story, JobId job, TaskId task, int messages, Outcome outcome) {
        String worker = task.kind().service().wire() + "-" + HexFormat.of().toHexDigits(random.nextInt(8));
        story.add(new Fact(job, new JobEvent.TaskScheduled(task, 1), ""));
        story.add(new Fact(job, new JobEvent.TaskStarted(task, 1, worker), ""));
        for (int n = 0; n < messages; n++) {
            String message = "the model writes: " + 180 * (n + 1) + " characters so far";
            story.add(new Fact(job, new JobEvent.TaskProgress(task, 1, message), "" + n));
        }
        story.add(new Fact(
                job, new JobEvent.TaskCompleted(task, 1, worker, outcome, ONE_CALL, Fidelity.IMPLEMENTATION), ""));
    }

    private ArtefactRef file(String path) {
        return new ArtefactRef(path, HexFormat.of().formatHex(new byte[32]), 1500, 0, random.nextInt(100_000));
    }

    private static TestReport report() {
        List<TestReport.Result> results = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            results.add(new TestReport.Result(
                    "tests/test_bank.py::test_case_" + n, TestReport.Outcome.PASSED, 1, null, null, List.of()));
        }
        return new TestReport(Verdict.PASSED, results, 80, null, null);
    }
}

package dev.nexus.standalone;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.FileChange;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Verdict;
import dev.nexus.standalone.client.StreamedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A pipeline job with a lost worker and one repair round, as its events. */
final class SampleJob {

    private static final String WORKER = "builder-1";

    private SampleJob() {}

    static List<JobEvent> events() {
        TaskId build = TaskId.build("roman", 0);
        TaskId repair = TaskId.build("roman", 1);
        Plan plan = new Plan(
                "Roman numerals",
                "python",
                List.of(),
                List.of(new Plan.PlanStep("roman", "Convert", List.of("roman.py"), List.of())));
        Outcome mended = new Outcome.Written(
                List.of(new ArtefactRef("roman.py", "01", 6, 0, 1)), List.of(new FileChange("roman.py", null)));
        Outcome oneFile = new Outcome.Written(List.of(new ArtefactRef("roman.py", "00", 5, 0, 0)));
        return List.of(
                new JobEvent.JobAccepted(
                        JobKind.PIPELINE, "default", "x", null, List.of(), null, JobOptions.DEFAULTS, Map.of(), "00"),
                new JobEvent.TaskScheduled(TaskId.plan(), 1),
                new JobEvent.TaskStarted(TaskId.plan(), 1, "planner-1"),
                new JobEvent.TaskProgress(TaskId.plan(), 1, "asking the model"),
                new JobEvent.TaskProgress(TaskId.plan(), 1, "asking the model"),
                completed(TaskId.plan(), 1, new Outcome.Planned(plan, true)),
                new JobEvent.TaskScheduled(build, 1),
                new JobEvent.TaskScheduled(TaskId.tests(), 1),
                new JobEvent.TaskStarted(build, 1, WORKER),
                new JobEvent.TaskStarted(TaskId.tests(), 1, "tester-1"),
                completed(TaskId.tests(), 1, oneFile),
                new JobEvent.TaskScheduled(build, 2),
                new JobEvent.TaskStarted(build, 2, "builder-2"),
                new JobEvent.TaskFailed(
                        build,
                        2,
                        "builder-2",
                        new ErrorInfo(ErrorCode.MODEL_UNAVAILABLE, "the model\n\u001b[31manswers 429", true),
                        Usage.NONE,
                        null),
                new JobEvent.TaskScheduled(build, 3),
                new JobEvent.TaskStarted(build, 3, "builder-2"),
                completed(build, 3, oneFile),
                new JobEvent.TaskScheduled(TaskId.test(0), 1),
                new JobEvent.TaskStarted(TaskId.test(0), 1, "tester-1"),
                completed(TaskId.test(0), 1, new Outcome.Tested(report(Verdict.FAILED, TestReport.Outcome.FAILED))),
                new JobEvent.TaskScheduled(repair, 1),
                new JobEvent.TaskStarted(repair, 1, WORKER),
                completed(repair, 1, mended),
                new JobEvent.TaskScheduled(TaskId.test(1), 1),
                new JobEvent.TaskStarted(TaskId.test(1), 1, "tester-1"),
                completed(TaskId.test(1), 1, new Outcome.Tested(report(Verdict.PASSED, TestReport.Outcome.PASSED))),
                new JobEvent.JobCompleted(Verdict.PASSED, Fidelity.IMPLEMENTATION));
    }

    /** The same, as they are streamed: one each 100 ms. */
    static List<StreamedEvent> stream() {
        List<StreamedEvent> stream = new ArrayList<>();
        for (JobEvent event : events()) {
            stream.add(new StreamedEvent(
                    stream.size() + 1, FakeGateway.START.plusMillis(100L * stream.size()), event, "{}"));
        }
        return stream;
    }

    private static TestReport report(Verdict verdict, TestReport.Outcome second) {
        return new TestReport(
                verdict,
                List.of(
                        new TestReport.Result(
                                "test_a.py::test_one", TestReport.Outcome.PASSED, 1, null, null, List.of()),
                        new TestReport.Result("test_a.py::test_two", second, 2, null, null, List.of())),
                30,
                null,
                null);
    }

    private static JobEvent completed(TaskId task, int attempt, Outcome outcome) {
        return new JobEvent.TaskCompleted(task, attempt, WORKER, outcome, Usage.NONE, Fidelity.IMPLEMENTATION);
    }
}

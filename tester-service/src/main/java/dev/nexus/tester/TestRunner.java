package dev.nexus.tester;

import dev.nexus.agent.Agent;
import dev.nexus.agent.Task;
import dev.nexus.agent.TaskFailure;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TestReport;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs the tests among a job's files, in the sandbox or not at all. */
final class TestRunner implements Agent<Order.RunTestsOrder> {

    private final Sandbox sandbox;
    private final SandboxCheck check;
    private final Scrutiny scrutiny;

    TestRunner(Sandbox sandbox, SandboxCheck check, Scrutiny scrutiny) {
        this.sandbox = sandbox;
        this.check = check;
        this.scrutiny = scrutiny;
    }

    @Override
    public Outcome run(Order.RunTestsOrder order, Task task) throws TaskFailure, InterruptedException {
        try {
            check.require();
            Map<String, byte[]> files = new LinkedHashMap<>();
            for (ArtefactRef ref : order.files()) {
                files.put(ref.path(), task.read(ref));
            }
            TestReport report = sandbox.run(files, () -> {
                task.awaitClaim();
                task.progress("running the tests");
            });
            task.progress(summary(report));
            return new Outcome.Tested(scrutiny.of(files, report, task));
        } catch (SandboxUnavailable e) {
            throw TaskFailure.of(ErrorCode.SANDBOX_UNAVAILABLE, e.remedy());
        }
    }

    private static String summary(TestReport report) {
        StringBuilder text = new StringBuilder(report.verdict().wire());
        String separator = ": ";
        for (TestReport.Outcome outcome : TestReport.Outcome.values()) {
            long count = report.count(outcome);
            if (count > 0) {
                text.append(separator).append(count).append(' ').append(outcome.wire());
                separator = ", ";
            }
        }
        return report.message() == null ? text.toString() : text + "; " + report.message();
    }
}

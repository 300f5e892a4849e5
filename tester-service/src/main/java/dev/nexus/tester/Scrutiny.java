package dev.nexus.tester;

import dev.nexus.agent.Task;
import dev.nexus.contract.Isolation;
import dev.nexus.contract.LineCoverage;
import dev.nexus.contract.MutationScore;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Looks closer at tests that passed, and adds what it sees to their report; the verdict stays what it is. */
final class Scrutiny {

    private final ScrutinySettings settings;
    private final SecondPass secondPass;
    private final LineCount lineCount;
    private final Mutants mutants;

    Scrutiny(Sandbox sandbox, ScrutinySettings settings, MutationSettings mutation) {
        this.settings = settings;
        this.secondPass = new SecondPass(sandbox);
        this.lineCount = new LineCount(sandbox);
        this.mutants = new Mutants(sandbox, mutation);
    }

    /** @throws InterruptedException if the thread was interrupted; nothing is left running */
    TestReport of(Map<String, byte[]> files, TestReport report, Task task) throws InterruptedException {
        if (!settings.enabled() || report.verdict() != Verdict.PASSED) {
            return report;
        }
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<LineCoverage>> lines = beside.submit(() -> lineCount.of(files, report));
            try {
                Isolation isolation = secondPass.compare(files, report);
                task.progress("in a process without the code: "
                        + isolation.result().wire().replace('_', ' ')
                        + (isolation.message() == null ? "" : ", " + isolation.message()));
                Optional<MutationScore> score = mutants.score(files, report);
                score.ifPresent(s -> task.progress(
                        "the tests noticed " + s.killed() + " of " + s.run() + " changes that were made to the code"));
                return report.with(score.orElse(null), isolation, lines.get().orElse(null));
            } catch (ExecutionException e) {
                throw new IllegalStateException("the lines could not be counted", e.getCause());
            } finally {
                lines.cancel(true);
            }
        }
    }
}

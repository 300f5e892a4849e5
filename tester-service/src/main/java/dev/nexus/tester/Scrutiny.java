package dev.nexus.tester;

import dev.nexus.agent.Task;
import dev.nexus.contract.Isolation;
import dev.nexus.contract.LineCoverage;
import dev.nexus.contract.MutationScore;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import io.opentelemetry.context.Context;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks closer at tests that passed, and adds what it sees to their report; the verdict stays what it is. */
final class Scrutiny {

    private static final Logger LOG = LoggerFactory.getLogger(Scrutiny.class);

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

    /** One way to look. */
    @FunctionalInterface
    private interface Look<T> {
        Optional<T> look() throws InterruptedException;
    }

    /** @throws InterruptedException if the thread was interrupted; nothing is left running */
    TestReport of(Map<String, byte[]> files, TestReport report, Task task) throws InterruptedException {
        if (!settings.enabled() || report.verdict() != Verdict.PASSED) {
            return report;
        }
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<LineCoverage>> lines = beside.submit(
                    Context.current().wrap((Callable<Optional<LineCoverage>>) () -> lineCount.of(files, report)));
            try {
                Optional<Isolation> isolation = unlessDefective(() -> Optional.of(secondPass.compare(files, report)));
                isolation.ifPresent(i -> task.progress("in a process without the code: "
                        + i.result().wire().replace('_', ' ')
                        + (i.message() == null ? "" : ", " + i.message())));
                Optional<MutationScore> score = unlessDefective(() -> mutants.score(files, report));
                score.ifPresent(s -> task.progress(
                        "the tests noticed " + s.killed() + " of " + s.run() + " changes that were made to the code"));
                Optional<LineCoverage> counted = unlessDefective(() -> resultOf(lines));
                return report.with(score.orElse(null), isolation.orElse(null), counted.orElse(null));
            } finally {
                lines.cancel(true);
            }
        }
    }

    /** What is seen; a defect in how it is looked at takes no pass away. */
    private static <T> Optional<T> unlessDefective(Look<T> look) throws InterruptedException {
        try {
            return look.look();
        } catch (RuntimeException e) {
            LOG.error("Tests that passed could not be looked at closer", e);
            return Optional.empty();
        }
    }

    private static Optional<LineCoverage> resultOf(Future<Optional<LineCoverage>> lines) throws InterruptedException {
        try {
            return lines.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the lines could not be counted", e.getCause());
        }
    }
}

package dev.nexus.tester;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out, by running a job of its own in it, whether the sandbox stands and holds on this machine. */
final class SandboxCheck {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxCheck.class);

    private final Sandbox sandbox;
    private final Supplier<Sandbox> small;
    private final ReentrantLock checking = new ReentrantLock();
    private final AtomicInteger findings = new AtomicInteger();
    private volatile @Nullable Finding latest;
    private volatile boolean stopping;

    SandboxCheck(Sandbox sandbox, SandboxSettings settings) {
        this(sandbox, () -> new Sandbox(settings.withLeastMemory()));
    }

    /** @param small makes one whose memory is used up soon */
    SandboxCheck(Sandbox sandbox, Supplier<Sandbox> small) {
        this.sandbox = sandbox;
        this.small = small;
    }

    /** What was found. */
    sealed interface Finding {

        /**
         * One thing that was tried.
         *
         * @param trouble null if it is as it has to be
         */
        record Trial(String name, @Nullable String trouble) {}

        /** What was tried, in order; empty if the sandbox did not come to stand. */
        List<Trial> trials();

        /** @param millis that a whole run takes, in milliseconds */
        record Holds(long millis, List<Trial> trials) implements Finding {
            public Holds {
                trials = List.copyOf(trials);
            }
        }

        /** @param remedy what is wrong and what to do, in one line */
        record Unavailable(String remedy, List<Trial> trials) implements Finding {
            public Unavailable {
                trials = List.copyOf(trials);
            }
        }
    }

    /** Checks in the background, and logs what it finds. */
    void start() {
        Thread.ofVirtual().name("sandbox-check").start(() -> {
            try {
                require();
            } catch (SandboxUnavailable e) {
                // It is in the log and in the health.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** From now on nothing is found: the sandboxes end. */
    void stop() {
        stopping = true;
    }

    /** The last finding; empty while the first check runs. */
    Optional<Finding> latest() {
        return Optional.ofNullable(latest);
    }

    /** Why no tests can be run on this machine, and what to do; null if they can, or while the first check runs. */
    @Nullable
    String problem() {
        return latest instanceof Finding.Unavailable unavailable ? unavailable.remedy() : null;
    }

    /**
     * Returns if the sandbox holds. A good finding is kept; after a bad one it looks again, so that nothing has to be
     * restarted after the remedy. Who waits while somebody looks takes what is found.
     *
     * @throws SandboxUnavailable with the remedy
     */
    void require() throws SandboxUnavailable, InterruptedException {
        int seen = findings.get();
        checking.lockInterruptibly();
        try {
            Finding before = latest;
            if (before instanceof Finding.Holds) {
                return;
            }
            if (before instanceof Finding.Unavailable unavailable && findings.get() != seen) {
                throw new SandboxUnavailable(unavailable.remedy()); // found while this one waited
            }
            Finding found = check();
            if (stopping) {
                throw new InterruptedException(
                        "the tester stops, and its sandboxes with it: that shows nothing of them");
            }
            latest = found;
            findings.incrementAndGet();
            switch (found) {
                case Finding.Holds holds -> {
                    LOG.info(
                            "The sandbox holds; a run in it took {} ms; its memory is {}; tried: {}",
                            holds.millis(),
                            sandbox.memoryIs(),
                            holds.trials().stream().map(Finding.Trial::name).collect(Collectors.joining(", ")));
                    sandbox.keepWarm();
                }
                case Finding.Unavailable unavailable -> {
                    if (!unavailable.equals(before)) {
                        LOG.warn("No tests can be run on this machine: {}", unavailable.remedy());
                    }
                    throw new SandboxUnavailable(unavailable.remedy());
                }
            }
        } finally {
            checking.unlock();
        }
    }

    private Finding check() throws InterruptedException {
        if (!Files.exists(Path.of("/proc/self/ns/user"))) {
            return new Finding.Unavailable(
                    "the sandbox needs Linux with user namespaces; run the tester there", List.of());
        }
        try {
            TestReport report = sandbox.run(Map.of("test_selftest.py", test("selftest.py")), () -> {});
            List<Finding.Trial> trials = new ArrayList<>();
            report.tests()
                    .forEach(test -> trials.add(new Finding.Trial(name(test), test.isFailure() ? said(test) : null)));
            if (report.verdict() != Verdict.PASSED) {
                return new Finding.Unavailable(remedyFor(report), trials);
            }
            String trouble = troubleWithMemory();
            trials.add(new Finding.Trial("the memory of all processes together is limited", trouble));
            return trouble == null
                    ? new Finding.Holds(report.durationMillis(), trials)
                    : new Finding.Unavailable(trouble, trials);
        } catch (SandboxUnavailable e) {
            return new Finding.Unavailable(e.remedy(), List.of());
        }
    }

    /** What is wrong with the one wall that no test can see from inside; null if it holds. */
    private @Nullable String troubleWithMemory() throws SandboxUnavailable, InterruptedException {
        try (Sandbox little = small.get()) {
            TestReport report = little.run(Map.of("test_memory.py", test("memorytest.py")), () -> {});
            return report.verdict() == Verdict.MEMORY_LIMIT
                    ? null
                    : "the memory of a sandbox is not limited here: a run that uses more than it may ended as "
                            + report.verdict().wire() + "; mount /proc without hidepid, on a kernel with smaps_rollup"
                            + " and /proc/<pid>/task/<tid>/children (4.14 or newer)";
        }
    }

    private static byte[] test(String name) {
        return SandboxCommand.resource("sandbox/" + name).getBytes(StandardCharsets.UTF_8);
    }

    /** As a sentence: {@code test_the_network_is_gone} tells what is tried. */
    private static String name(TestReport.Result test) {
        return test.id()
                .substring(test.id().indexOf("::test_") + "::test_".length())
                .replace('_', ' ');
    }

    private static String said(TestReport.Result test) {
        return test.message() == null ? "it is not so" : test.message();
    }

    private static String remedyFor(TestReport report) {
        String failures = report.failures().stream()
                .map(test -> "it is not so that " + name(test) + " (" + PlainText.line(said(test), 150) + ")")
                .collect(Collectors.joining("; "));
        StringBuilder text = new StringBuilder(failures);
        if (failures.isEmpty()) {
            text.append(Optional.ofNullable(report.message()).orElse("its own tests did not run in it"));
        }
        Optional.ofNullable(report.output())
                .ifPresent(output -> text.append(": ").append(output));
        return SandboxRemedy.of(text.toString(), Interpreters.OF_THE_SYSTEM);
    }
}

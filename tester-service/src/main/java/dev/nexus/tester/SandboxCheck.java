package dev.nexus.tester;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out, by running a job of its own in it, whether the sandbox stands and holds on this machine. */
final class SandboxCheck {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxCheck.class);

    private final Sandbox sandbox;
    private final SandboxSettings settings;
    private final ReentrantLock checking = new ReentrantLock();
    private volatile @Nullable Finding latest;

    SandboxCheck(Sandbox sandbox, SandboxSettings settings) {
        this.sandbox = sandbox;
        this.settings = settings;
    }

    /** What was found. */
    sealed interface Finding {

        /** @param millis that a whole run takes, in milliseconds */
        record Holds(long millis) implements Finding {}

        /** @param remedy what is wrong and what to do, in one line */
        record Unavailable(String remedy) implements Finding {}
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

    /** The last finding; empty while the first check runs. */
    Optional<Finding> latest() {
        return Optional.ofNullable(latest);
    }

    /**
     * Returns if the sandbox holds. A good finding is kept; after a bad one it looks again, so that nothing has to be
     * restarted after the remedy.
     *
     * @throws SandboxUnavailable with the remedy
     */
    void require() throws SandboxUnavailable, InterruptedException {
        checking.lockInterruptibly();
        try {
            Finding before = latest;
            if (before instanceof Finding.Holds) {
                return;
            }
            Finding found = check();
            latest = found;
            switch (found) {
                case Finding.Holds(long millis) -> {
                    LOG.info("The sandbox holds; a run in it took {} ms", millis);
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
            return new Finding.Unavailable("the sandbox needs Linux with user namespaces; run the tester there");
        }
        Path python = settings.interpreter();
        if (!Files.isExecutable(python)) {
            return new Finding.Unavailable("there is no Python at " + python
                    + "; run: apt-get install python3 python3-pytest, or set nexus.tester.interpreter");
        }
        byte[] tests = SandboxCommand.resource("sandbox/selftest.py").getBytes(StandardCharsets.UTF_8);
        try {
            TestReport report = sandbox.run(Map.of("test_selftest.py", tests), () -> {});
            return report.verdict() == Verdict.PASSED
                    ? new Finding.Holds(report.durationMillis())
                    : new Finding.Unavailable(remedyFor(report));
        } catch (SandboxUnavailable e) {
            return new Finding.Unavailable(e.remedy());
        }
    }

    private String remedyFor(TestReport report) {
        StringBuilder said = new StringBuilder();
        report.failures()
                .forEach(test -> said.append(test.id())
                        .append(": ")
                        .append(test.message())
                        .append("; "));
        said.append(Optional.ofNullable(report.message()).orElse("its own tests failed in it"));
        Optional.ofNullable(report.output())
                .ifPresent(output -> said.append(": ").append(output));
        return SandboxRemedy.of(said.toString(), settings.interpreter());
    }
}

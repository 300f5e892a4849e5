package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever ends a sandbox, nothing of it is left. */
@Timeout(60)
class SandboxEndTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static Sandbox sandbox;

    /** Found in the command line of the processes that a job starts. */
    private final String mark = UUID.randomUUID().toString();

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandboxes.open(Sandboxes.SETTINGS);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    private String[] endlessJob() {
        return new String[] {"test_a.py", """
            import subprocess, sys, time
            def test_a():
                daemon = "import time; time.sleep(1000) # %s"
                subprocess.Popen([sys.executable, "-c", daemon], start_new_session=True)
                time.sleep(1000)
            """.formatted(mark)};
    }

    @Test
    void aDaemonDoesNotOutliveItsJob() throws Exception {
        var report = Sandboxes.run(sandbox, "test_a.py", """
                import subprocess, sys
                def test_a():
                    daemon = "import time; print('up', flush=True); time.sleep(1000) # %s"
                    child = subprocess.Popen(
                        [sys.executable, "-c", daemon], stdout=subprocess.PIPE, start_new_session=True)
                    assert child.stdout.readline() == b"up\\n"
                """.formatted(mark));

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(Sandboxes.runsAnywhere(mark)).isFalse();
    }

    @Test
    void theTimeLimitLeavesNothing() throws Exception {
        TestReport report;
        try (Sandbox impatient = new Sandbox(Sandboxes.settings(Duration.ofSeconds(1)))) {
            report = Sandboxes.run(impatient, endlessJob());
        }

        assertThat(report.verdict()).isEqualTo(Verdict.TIMEOUT);
        assertThat(Sandboxes.runsAnywhere(mark)).isFalse();
    }

    @Test
    void anInterruptLeavesNothing() throws Exception {
        var run = new CompletableFuture<TestReport>();
        Thread thread = Thread.startVirtualThread(() -> {
            try {
                run.complete(Sandboxes.run(sandbox, endlessJob()));
            } catch (Exception e) {
                run.completeExceptionally(e);
            }
        });
        await().atMost(SOON).until(() -> Sandboxes.runsAnywhere(mark));

        thread.interrupt();

        assertThatThrownBy(run::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Sandboxes.runsAnywhere(mark)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void interruptsAtAnyMomentLeaveNothing(int waiting) throws Exception {
        try (Sandbox sandbox = Sandboxes.open(Sandboxes.settings(Duration.ofSeconds(30), waiting))) {
            interruptAtAnyMoment(sandbox);
        }

        assertThat(Sandboxes.runsAnywhere(mark)).isFalse();
        int others = Sandboxes.SETTINGS.waiting(); // of the sandbox of the other tests
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(ProcessHandle.current().children()).hasSize(others));
    }

    private void interruptAtAnyMoment(Sandbox sandbox) throws Exception {
        for (int delay = 0; delay < 60; delay += 2) {
            var run = new CompletableFuture<TestReport>();
            Thread thread = Thread.startVirtualThread(() -> {
                try {
                    run.complete(Sandboxes.run(sandbox, endlessJob()));
                } catch (Exception e) {
                    run.completeExceptionally(e);
                }
            });
            thread.join(Duration.ofMillis(delay));
            thread.interrupt();
            assertThatThrownBy(run::get).hasCauseInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void aKilledTesterLeavesNothing() throws Exception {
        Process tester = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessTester.class.getName(),
                        mark)
                .inheritIO()
                .start();
        await().atMost(SOON).until(() -> Sandboxes.runsAnywhere("time.sleep(1000) # " + mark));

        tester.destroyForcibly();

        await().atMost(SOON).until(() -> !Sandboxes.runsAnywhere("time.sleep(1000) # " + mark));
    }

    /** A tester to be killed. */
    static final class EndlessTester {

        private EndlessTester() {}

        public static void main(String[] args) throws Exception {
            String test = "import subprocess, sys\ndef test_a(): subprocess.run([sys.executable, '-c',"
                    + " 'import time; time.sleep(1000) # " + args[0] + "'])";
            Sandboxes.run(new Sandbox(Sandboxes.SETTINGS), "test_a.py", test);
        }
    }

    @Test
    void permissionComesFirst() {
        assertThatThrownBy(() -> sandbox.run(Sandboxes.files(endlessJob()), () -> {
                    throw new InterruptedException("the claim is lost");
                }))
                .isInstanceOf(InterruptedException.class);

        assertThat(Sandboxes.runsAnywhere(mark)).isFalse();
    }

    @Test
    void aFailedPermissionGivesItsSlotBack() throws Exception {
        for (int i = 0; i <= Sandboxes.SETTINGS.slots(); i++) {
            assertThatThrownBy(() -> sandbox.run(Sandboxes.files("test_a.py", ""), () -> {
                        throw new InterruptedException();
                    }))
                    .isInstanceOf(InterruptedException.class);
        }

        assertThat(Sandboxes.run(sandbox, "test_a.py", "def test_a(): pass").verdict())
                .isEqualTo(Verdict.PASSED);
    }

    @Test
    void noMoreRunAtOnceThanThereAreSlots() throws Exception {
        int slots = Sandboxes.SETTINGS.slots();
        var allowed = new AtomicInteger();
        var gate = new CountDownLatch(1);
        var runs = new ArrayList<CompletableFuture<TestReport>>();
        for (int i = 0; i < slots + 2; i++) {
            var run = new CompletableFuture<TestReport>();
            runs.add(run);
            Thread.startVirtualThread(() -> {
                try {
                    run.complete(sandbox.run(Sandboxes.files("test_a.py", "def test_a(): pass"), () -> {
                        allowed.incrementAndGet();
                        gate.await();
                    }));
                } catch (Exception e) {
                    run.completeExceptionally(e);
                }
            });
        }
        await().atMost(SOON).until(() -> allowed.get() == slots);

        gate.countDown();

        for (var run : runs) {
            assertThat(run.get().verdict()).isEqualTo(Verdict.PASSED);
        }
    }
}

package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever ends a sandbox, nothing of it is left. */
@Timeout(60)
class SandboxEndTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static final String LEFT_BY_A_RUN = "nexus-left-by-a-run";

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
    void aKilledTesterWithTenRunsLeavesNothing(@TempDir Path temporary) throws Exception {
        Set<String> mounts = Set.copyOf(Files.readAllLines(Path.of("/proc/mounts")));
        Process tester = new ProcessBuilder(
                        "taskset",
                        "--cpu-list",
                        "0,1",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData", // which the JVM itself would leave in /tmp
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        TesterToBeKilled.class.getName(),
                        mark)
                .inheritIO()
                .start();
        List<ProcessHandle> all = new ArrayList<>();
        await().atMost(SOON).until(() -> {
            all.clear();
            tester.descendants().forEach(all::add);
            long daemons = all.stream().filter(this::isDaemon).count();
            // behind each run bwrap, a referee, a worker and its daemon, and behind each that waits the first three
            return daemons == TesterToBeKilled.RUNS
                    && all.size() == 4 * TesterToBeKilled.RUNS + 3 * TesterToBeKilled.WAITING;
        });

        tester.destroyForcibly(); // SIGKILL

        await().atMost(Duration.ofSeconds(2)).until(() -> all.stream().noneMatch(SandboxEndTest::isRunning));
        assertThat(Sandboxes.runsAnywhere(mark)).isFalse();
        assertThat(Files.readAllLines(Path.of("/proc/mounts"))).isSubsetOf(mounts);
        assertThat(temporary).isEmptyDirectory();
        for (String shared : List.of("/tmp", "/dev/shm")) {
            assertThat(filesOfSandboxesIn(Path.of(shared))).isEmpty();
        }
    }

    private boolean isDaemon(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains("time.sleep(1000) # " + mark);
    }

    /** A process that has ended stays on the list until its parent has asked for its status. */
    private static boolean isRunning(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z' && process.isAlive();
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Path> filesOfSandboxesIn(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().equals(LEFT_BY_A_RUN)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    /** A tester with ten runs that never end. */
    static final class TesterToBeKilled {

        static final int RUNS = 10;
        static final int WAITING = 2;

        private TesterToBeKilled() {}

        public static void main(String[] args) throws Exception {
            String test = """
                    import subprocess, sys
                    def test_a():
                        for folder in ("/tmp", "/dev/shm", "/job"):
                            open(folder + "/%s", "w").close()
                        daemon = "import time; time.sleep(1000) # %s"
                        subprocess.Popen([sys.executable, "-c", daemon], start_new_session=True).wait()
                    """.formatted(LEFT_BY_A_RUN, args[0]);
            Sandbox sandbox = Sandboxes.open(Sandboxes.settings(RUNS, WAITING, Duration.ofMinutes(5)));
            try (var runs = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < RUNS; i++) {
                    var _ = runs.submit(() -> Sandboxes.run(sandbox, "test_a.py", test));
                }
            }
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

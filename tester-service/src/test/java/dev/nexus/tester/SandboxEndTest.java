package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
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
    void withoutProcessesOfItsOwnADaemonWouldOutliveIt() throws Exception {
        TestReport report;
        try (Sandbox open = Sandboxes.without(Wall.PROCESSES_OF_ITS_OWN)) {
            report = Sandboxes.run(open, "test_a.py", """
                    import subprocess, sys
                    def test_a():
                        daemon = "import time; print('up', flush=True); time.sleep(20) # %s"
                        child = subprocess.Popen(
                            [sys.executable, "-c", daemon], stdout=subprocess.PIPE, start_new_session=True)
                        assert child.stdout.readline() == b"up\\n"
                    """.formatted(mark));

            assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASSED);
            assertThat(processesWith("time.sleep(20) # " + mark)).isNotEmpty();
        } finally {
            ProcessHandle.allProcesses()
                    .filter(process -> process.info().commandLine().orElse("").contains(mark))
                    .forEach(ProcessHandle::destroyForcibly);
        }
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
        await().atMost(SOON).untilAsserted(() -> assertThat(Sandboxes.started()).hasSize(others));
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
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo"));
        Set<Path> files = filesFromHere();
        Process tester = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessTester.class.getName(),
                        mark)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String groups = tester.inputReader().readLine();
        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            assertThat(processesWith("time.sleep(1000) # " + mark)).hasSizeGreaterThanOrEqualTo(EndlessTester.AT_ONCE);
            // bwrap, its child, the referee and its worker
            assertThat(processesWith("FILES = " + EndlessTester.FILES))
                    .hasSizeGreaterThanOrEqualTo(3 * EndlessTester.AT_ONCE);
        });
        assertThat(groups.isEmpty() || Files.isDirectory(Path.of(groups))).isTrue();

        tester.destroyForcibly();

        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> {
                    assertThat(processesWith(mark)).isEmpty();
                    assertThat(processesWith("FILES = " + EndlessTester.FILES)).isEmpty();
                    assertThat(groups.isEmpty() || Files.notExists(Path.of(groups)))
                            .isTrue();
                    assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                            .isEqualTo(mounts);
                    assertThat(filesFromHere()).isEqualTo(files);
                });
    }

    /** What this user has made for the time being; others may do so meanwhile. */
    private static Set<Path> filesFromHere() throws IOException {
        Set<Path> found = new TreeSet<>();
        for (String folder : List.of("/tmp", "/dev/shm", "/var/tmp")) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                files.filter(file -> file.toString().contains("nexus")).forEach(found::add);
            }
        }
        return found;
    }

    /** Processes of this machine with these words in their whole command line. */
    private static List<String> processesWith(String words) throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String line = new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
                    if (line.contains(words)) {
                        found.add(process + " " + line.substring(0, Math.min(100, line.length())));
                    }
                } catch (IOException e) {
                    // It has ended meanwhile.
                }
            }
        }
        return found;
    }

    /** A tester to be killed. */
    static final class EndlessTester {

        static final int AT_ONCE = 10;

        /** So many files may be made; it marks the processes that the sandboxes consist of. */
        static final int FILES = 987_654;

        private EndlessTester() {}

        public static void main(String[] args) throws Exception {
            String test = "import subprocess, sys\ndef test_a():\n    open('/tmp/nexus', 'w')\n"
                    + "    subprocess.run([sys.executable, '-c', 'import time; time.sleep(1000) # " + args[0] + "'])";
            Sandbox sandbox = new Sandbox(Sandboxes.manyAtOnce(AT_ONCE, FILES));
            System.out.println(sandbox.controlGroups().map(Path::toString).orElse(""));
            for (int i = 0; i < AT_ONCE; i++) {
                Thread.ofPlatform().start(() -> {
                    try {
                        Sandboxes.run(sandbox, "test_a.py", test);
                    } catch (SandboxUnavailable | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
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

package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sandboxes that wait for a job: each is found ready, serves one, and is no trouble if it has died. */
@Timeout(60)
class WarmSandboxesTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A sandbox with that many waiting, all of them ready. */
    private static Sandbox warm(int number, Duration timeLimit) throws Exception {
        Sandbox sandbox = Sandboxes.open(Sandboxes.settings(timeLimit, number));
        await().atMost(SOON).until(() -> sandbox.waiting() == number);
        return sandbox;
    }

    private static TestReport passing(Sandbox sandbox) throws Exception {
        return Sandboxes.run(sandbox, "test_a.py", "def test_a(): pass");
    }

    private static Set<Long> processes() {
        return Sandboxes.started().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    /** Process 1 of each sandbox. */
    private static List<ProcessHandle> referees() {
        return Sandboxes.started().flatMap(ProcessHandle::children).toList();
    }

    @Test
    void aJobTakesOneThatWaitsAndAnotherIsStartedForTheNext() throws Exception {
        try (Sandbox sandbox = warm(1, LIMIT)) {
            Set<Long> before = processes();

            assertThat(passing(sandbox).verdict()).isEqualTo(Verdict.PASSED);

            await().atMost(SOON).until(() -> sandbox.waiting() == 1);
            assertThat(processes()).hasSize(1).doesNotContainAnyElementsOf(before);
        }
    }

    @Test
    void nothingOfAJobIsThereForTheNext() throws Exception {
        try (Sandbox sandbox = warm(2, LIMIT)) {
            String test = """
                    import os
                    def test_a():
                        assert not os.path.exists("/tmp/left") and not os.path.exists("/dev/shm/left")
                        assert os.listdir("/job") == ["test_a.py"]
                        for folder in ("/tmp", "/dev/shm", "/job"):
                            open(folder + "/left", "w").close()
                    """;
            for (int i = 0; i < 5; i++) {
                assertThat(Sandboxes.run(sandbox, "test_a.py", test).verdict()).isEqualTo(Verdict.PASSED);
            }
        }
    }

    @Test
    void aJobDoesNotNoticeThatThoseThatWaitedHaveDied() throws Exception {
        try (Sandbox sandbox = warm(2, LIMIT)) {
            referees().forEach(ProcessHandle::destroyForcibly);

            assertThat(passing(sandbox).verdict()).isEqualTo(Verdict.PASSED);
        }
    }

    @Test
    void aJobDoesNotNoticeThatAWorkerHasDiedWaiting() throws Exception {
        try (Sandbox sandbox = warm(1, LIMIT)) {
            referees().getFirst().children().forEach(ProcessHandle::destroyForcibly);
            await().atMost(SOON).until(() -> sandbox.waiting() == 0);

            assertThat(passing(sandbox).verdict()).isEqualTo(Verdict.PASSED);
        }
    }

    @Test
    void aJobThatComesBeforeOneIsReadyWaitsForIt() throws Exception {
        try (Sandbox sandbox = Sandboxes.open(Sandboxes.settings(LIMIT, 1))) {
            assertThat(passing(sandbox).verdict()).isEqualTo(Verdict.PASSED);
        }
    }

    @Test
    void theTimeLimitBeginsWhenTheJobIsHandedOver() throws Exception {
        Duration limit = Duration.ofSeconds(2);
        try (Sandbox sandbox = warm(1, limit)) {
            long pid = referees().getFirst().pid();
            await().atMost(SOON).until(() -> age(pid).compareTo(limit) > 0);

            TestReport report = Sandboxes.run(sandbox, "test_a.py", """
                    import time
                    def test_short(): time.sleep(0.5)
                    def test_long(): time.sleep(60)
                    """);

            assertThat(report.verdict()).isEqualTo(Verdict.TIMEOUT);
            assertThat(report.durationMillis()).isBetween(2_000L, 10_000L);
            assertThat(report.failures()).singleElement().satisfies(test -> {
                assertThat(test.id()).isEqualTo("test_a.py::test_long");
                assertThat(test.trace()).contains("in test_long");
            });
            assertThat(referees()).noneMatch(referee -> referee.pid() == pid);
        }
    }

    private static Duration age(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .map(start -> Duration.between(start, Instant.now()))
                .orElseThrow();
    }

    @Test
    void waitingCostsNoTimeOfTheProcessor() throws Exception {
        try (Sandbox _ = warm(2, LIMIT)) {
            long before = ticks();

            await().atMost(SOON).during(Duration.ofSeconds(2)).until(() -> ticks() == before);
        }
    }

    /** CPU time of all waiting sandboxes, in hundredths of a second. */
    private static long ticks() {
        return ProcessHandle.current()
                .descendants()
                .mapToLong(process -> {
                    try {
                        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
                        String[] fields =
                                stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .sum();
    }

    @Test
    void noneWaitsUntilItIsKnownThatTheyStart() throws Exception {
        try (Sandbox sandbox = new Sandbox(Sandboxes.settings(LIMIT, 2))) {
            passing(sandbox);

            assertThat(processes()).isEmpty();
        }
    }

    @Test
    void whereNoneIsToWaitNoneDoes() throws Exception {
        try (Sandbox sandbox = Sandboxes.open(Sandboxes.settings(LIMIT, 0))) {
            assertThat(passing(sandbox).verdict()).isEqualTo(Verdict.PASSED);

            assertThat(processes()).isEmpty();
        }
    }

    @Test
    void whereTheyStartNoMoreEachJobIsToldAndNoneIsTriedBetweenJobs() {
        var attempts = new AtomicInteger();
        try (Sandbox sandbox = new Sandbox(Sandboxes.settings(LIMIT, 2), () -> {
            attempts.incrementAndGet();
            return List.of("/bin/sh", "-c", "echo 'bwrap: No permissions to create new namespace'; exit 1");
        })) {
            sandbox.keepWarm();
            await().atMost(SOON).until(() -> attempts.get() == 2);

            for (int job = 1; job <= 3; job++) {
                assertThatThrownBy(() -> passing(sandbox))
                        .isInstanceOf(SandboxUnavailable.class)
                        .hasMessageContaining("the kernel does not allow user namespaces here");
                assertThat(attempts).hasValue(2 + job);
            }
        }
    }

    @Test
    void aClosedSandboxLeavesNoneWaiting() throws Exception {
        Sandbox ready = warm(2, LIMIT);
        ready.close();
        assertThat(processes()).isEmpty();

        Sandboxes.open(Sandboxes.settings(LIMIT, 2)).close(); // while they start
        assertThat(processes()).isEmpty();
    }

    @Test
    void anErrorAtTheStartIsToldAndTheThreadThatStartsThemLivesOn() throws Exception {
        var broken = new AtomicBoolean(true);
        var whole = new SandboxCommand(Sandboxes.SETTINGS);
        try (Sandbox sandbox = new Sandbox(Sandboxes.settings(LIMIT, 0), () -> {
            List<String> line = whole.ofReferee();
            return broken.get() ? withoutThreads() : line;
        })) {
            var job = new FutureTask<>(() -> passing(sandbox));
            Thread.ofPlatform().daemon().start(job);

            assertThatThrownBy(() -> job.get(SOON.toSeconds(), TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining("unable to create native thread");

            broken.set(false);
            assertThat(passing(sandbox).verdict()).isEqualTo(Verdict.PASSED);
        }
    }

    /** A command that no process can be made for. */
    private static List<String> withoutThreads() {
        return new AbstractList<>() {
            @Override
            public String get(int index) {
                throw new OutOfMemoryError("unable to create native thread");
            }

            @Override
            public int size() {
                return 1;
            }
        };
    }

    @Test
    void oneThatDidNotStartForAnErrorIsMissingUntilTheNextCall() throws Exception {
        var starts = new AtomicInteger();
        var threads = new CopyOnWriteArrayList<Thread>();
        try (ExecutorService launcher = Executors.newSingleThreadExecutor()) {
            var warm = new WarmSandboxes(
                    1,
                    () -> {
                        starts.incrementAndGet();
                        threads.add(Thread.currentThread());
                        throw new OutOfMemoryError("unable to create native thread");
                    },
                    launcher);
            for (int call = 1; call <= 3; call++) {
                warm.fill();
                launcher.submit(() -> {}).get(); // after it
                assertThat(starts).hasValue(call);
            }
        }
        assertThat(threads).containsOnly(threads.getFirst());
    }
}

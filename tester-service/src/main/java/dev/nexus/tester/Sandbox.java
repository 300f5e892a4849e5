package dev.nexus.tester;

import dev.nexus.contract.Json;
import dev.nexus.contract.ProjectPath;
import dev.nexus.contract.TestReport;
import dev.nexus.tester.RunReport.Ending;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Runs tests that nobody trusts, with no network, no file of this machine but {@code /usr}, no way to other processes,
 * and bounded resources. Files go in and reports come out through pipes; nothing is left behind.
 */
final class Sandbox implements AutoCloseable {

    /** Where the last tests hung is written down shortly before the time limit. */
    private static final Duration FOR_LAST_WORDS = Duration.ofSeconds(1);

    private final SandboxSettings settings;
    private final CommandLine command;
    private final MemoryLimit memory;
    private final Semaphore slots;
    private final ExecutorService launcher;
    private final WarmSandboxes warm;
    private volatile boolean keepsWarm;

    Sandbox(SandboxSettings settings) {
        this(settings, new SandboxCommand(settings)::ofReferee);
    }

    Sandbox(SandboxSettings settings, CommandLine command) {
        this.settings = settings;
        this.command = command;
        this.memory = MemoryLimit.of(settings);
        this.slots = new Semaphore(settings.slots(), true);
        // A sandbox dies with the thread that started it (prctl(2), PR_SET_PDEATHSIG), and virtual threads have none of
        // their own: this one stays.
        this.launcher = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("sandbox-launcher").factory());
        this.warm = new WarmSandboxes(
                settings.waiting(), () -> SandboxProcess.start(command.ofReferee(), memory.wall()), launcher);
    }

    /** Makes the command line that starts a sandbox. */
    @FunctionalInterface
    interface CommandLine {
        List<String> ofReferee() throws SandboxUnavailable, InterruptedException;
    }

    /** Allows the run, or waits until it is allowed. */
    @FunctionalInterface
    interface Permission {
        /** @throws InterruptedException if it never will be */
        void await() throws InterruptedException;
    }

    /**
     * Runs the tests among {@code files}, waiting for a free slot first.
     *
     * @param permission asked right before the sandbox gets the job
     * @throws SandboxUnavailable if the sandbox did not come to stand
     * @throws InterruptedException if the thread was interrupted; nothing is left running
     */
    TestReport run(Map<String, byte[]> files, Permission permission) throws SandboxUnavailable, InterruptedException {
        byte[] job = job(files);
        slots.acquire();
        try {
            permission.await();
            return run(job, files.keySet());
        } finally {
            slots.release();
        }
    }

    private TestReport run(byte[] job, Set<String> files) throws SandboxUnavailable, InterruptedException {
        long start = System.nanoTime();
        Optional<SandboxProcess> waiting = warm.take();
        if (waiting.isPresent()) {
            Optional<Run> run = run(job, files, waiting.get(), start);
            if (run.isPresent() && run.get().hasBegun()) {
                return run.get().report(settings);
            }
            // It died while it waited: nothing has run, and what is wrong with it says nothing about the next.
        }
        SandboxProcess fresh = launch();
        Run run = run(job, files, fresh, start).orElseThrow(() -> unavailable(fresh.said()));
        return run.report(settings);
    }

    /** Runs the job in this sandbox; empty if it never stood. */
    private Optional<Run> run(byte[] job, Set<String> files, SandboxProcess in, long start)
            throws InterruptedException {
        RunLog log = new RunLog(files, settings.output().toBytes());
        Ending ending;
        try (in) {
            if (!in.awaitReady()) {
                return Optional.empty();
            }
            if (keepsWarm) {
                warm.fill();
            }
            in.give(job, log::take);
            ending = in.await(settings.timeLimit());
        }
        return Optional.of(new Run(log.facts(), ending, Duration.ofNanos(System.nanoTime() - start)));
    }

    /** @param took from the moment when the job could have begun to the end of its sandbox */
    private record Run(RunLog.Facts facts, Ending ending, Duration took) {

        boolean hasBegun() {
            return facts.expected() != null || ending != Ending.BY_ITSELF;
        }

        TestReport report(SandboxSettings limits) {
            return RunReport.of(facts, ending, took, limits);
        }
    }

    /**
     * From now on sandboxes wait for jobs. To be called when it is known that they start on this machine: whenever one
     * has, those that are missing are started after it, and as long as none does, none is tried but for a job.
     */
    void keepWarm() {
        keepsWarm = true;
        warm.fill();
    }

    /** How many wait, and would take a job at once. */
    int waiting() {
        return warm.ready();
    }

    private SandboxProcess launch() throws SandboxUnavailable, InterruptedException {
        List<String> line = command.ofReferee();
        MemoryWall wall = memory.wall();
        CompletableFuture<SandboxProcess> started = new CompletableFuture<>();
        launcher.execute(() -> {
            try {
                started.complete(SandboxProcess.start(line, wall));
            } catch (IOException | RuntimeException e) {
                started.completeExceptionally(e);
            }
        });
        try {
            return started.join(); // a matter of milliseconds, and what was started must not be lost to an interrupt
        } catch (CompletionException e) {
            throw new SandboxUnavailable("the sandbox does not start: " + e.getMessage());
        }
    }

    private SandboxUnavailable unavailable(String said) {
        return new SandboxUnavailable(
                said.isBlank()
                        ? "the sandbox does not come to stand"
                        : SandboxRemedy.of(said, Interpreters.OF_THE_SYSTEM));
    }

    /** What the referee reads. */
    private byte[] job(Map<String, byte[]> files) {
        Map<String, String> encoded = new LinkedHashMap<>();
        files.forEach((path, content) -> {
            String problem = ProjectPath.problemWith(path);
            if (problem != null) {
                throw new IllegalArgumentException("path '" + path + "' " + problem);
            }
            encoded.put(path, Base64.getEncoder().encodeToString(content));
        });
        double dump = (settings.timeLimit().toMillis() - FOR_LAST_WORDS.toMillis()) / 1000.0;
        return Json.write(Map.of("files", encoded, "dumpAfterSeconds", dump));
    }

    /** What keeps its memory within limits, for people. */
    String memoryIs() {
        return memory.means();
    }

    /** Where its control groups are; empty where there are none. */
    Optional<Path> controlGroups() {
        return memory.controlGroups();
    }

    @Override
    public void close() {
        warm.close();
        launcher.close(); // what is just being started is ended too
        memory.close();
    }
}

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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tests that nobody trusts, with no network, no file of this machine but {@code /usr}, no way to other processes,
 * and bounded resources. Files go in and reports come out through pipes; nothing is left behind.
 */
final class Sandbox implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

    /** Where the last tests hung is written down shortly before the time limit. */
    private static final Duration FOR_LAST_WORDS = Duration.ofSeconds(1);

    private final SandboxSettings settings;
    private final CommandLine command;
    private final SandboxTelling telling;
    private final MemoryLimit memory;
    private final @Nullable Orphans orphans;
    private final Semaphore slots;
    private final ExecutorService launcher;
    private final WarmSandboxes warm;
    private volatile boolean keepsWarm;

    Sandbox(SandboxSettings settings) {
        this(settings, SandboxTelling.NONE);
    }

    Sandbox(SandboxSettings settings, SandboxTelling telling) {
        this(settings, new SandboxCommand(settings)::ofReferee, telling);
    }

    Sandbox(SandboxSettings settings, CommandLine command) {
        this(settings, command, SandboxTelling.NONE);
    }

    private Sandbox(SandboxSettings settings, CommandLine command, SandboxTelling telling) {
        this.settings = settings;
        this.telling = telling;
        this.memory = MemoryLimit.of(settings);
        Orphans watch = memory.controlGroups().isPresent() ? null : watchForOrphans();
        this.orphans = watch;
        this.command = watch == null ? command : () -> watch.marked(command.ofReferee());
        this.slots = new Semaphore(settings.slots(), true);
        // A sandbox dies with the thread that started it (prctl(2), PR_SET_PDEATHSIG), and virtual threads have none of
        // their own: this one stays.
        this.launcher = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("sandbox-launcher").factory());
        this.warm = new WarmSandboxes(
                settings.waiting(), () -> SandboxProcess.start(this.command.ofReferee(), memory.wall()), launcher);
    }

    private static @Nullable Orphans watchForOrphans() {
        try {
            return Orphans.watch();
        } catch (IOException e) {
            LOG.warn("Sandboxes that are just starting may be left behind if this process is killed", e);
            return null;
        }
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
        return run(files, new Pass.Whole(), settings.timeLimit(), permission).report();
    }

    /** As seen from here, and what the sandbox said. */
    record Run(TestReport report, RunLog.Facts facts) {}

    /**
     * Does with the tests among {@code files} what {@code pass} says, waiting for a free slot first.
     *
     * @param limit for the run, by the clock
     * @param permission asked right before the sandbox gets the job
     * @throws SandboxUnavailable if the sandbox did not come to stand
     * @throws InterruptedException if the thread was interrupted; nothing is left running
     */
    Run run(Map<String, byte[]> files, Pass pass, Duration limit, Permission permission)
            throws SandboxUnavailable, InterruptedException {
        byte[] job = job(files, pass, limit);
        long asked = System.nanoTime();
        slots.acquire();
        Duration waited = Duration.ofNanos(System.nanoTime() - asked);
        try {
            permission.await();
            try (var told = telling.begins(pass, waited)) {
                Ended ended = run(job, files.keySet(), limit);
                TestReport report = RunReport.of(ended.facts(), ended.ending(), pass, ended.took(), settings);
                told.ended(report);
                return new Run(report, ended.facts());
            }
        } finally {
            slots.release();
        }
    }

    /** Sandboxes that run at once. */
    int slots() {
        return settings.slots();
    }

    /** Whether a run would not have to wait. */
    boolean hasFreeSlot() {
        return freeSlots() > 0;
    }

    int freeSlots() {
        return slots.availablePermits();
    }

    private Ended run(byte[] job, Set<String> files, Duration limit) throws SandboxUnavailable, InterruptedException {
        long start = System.nanoTime();
        Optional<SandboxProcess> waiting = warm.take();
        if (waiting.isPresent()) {
            Optional<Ended> ended = run(job, files, limit, waiting.get(), start);
            if (ended.isPresent() && ended.get().hasBegun()) {
                return ended.get();
            }
            // It died while it waited: nothing has run, and what is wrong with it says nothing about the next.
        }
        SandboxProcess fresh = launch();
        return run(job, files, limit, fresh, start).orElseThrow(() -> unavailable(fresh.said()));
    }

    /** Runs the job in this sandbox; empty if it never stood. */
    private Optional<Ended> run(byte[] job, Set<String> files, Duration limit, SandboxProcess in, long start)
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
            ending = in.await(limit);
        }
        return Optional.of(new Ended(log.facts(), ending, Duration.ofNanos(System.nanoTime() - start)));
    }

    /** @param took from the moment when the job could have begun to the end of its sandbox */
    private record Ended(RunLog.Facts facts, Ending ending, Duration took) {

        boolean hasBegun() {
            return facts.expected() != null
                    || facts.mutant() != null
                    || facts.inapplicable() != null
                    || ending != Ending.BY_ITSELF;
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
            } catch (Throwable e) { // all sandboxes die with this thread, and somebody waits for the answer
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
    private static byte[] job(Map<String, byte[]> files, Pass pass, Duration limit) {
        Map<String, String> encoded = new LinkedHashMap<>();
        files.forEach((path, content) -> {
            String problem = ProjectPath.problemWith(path);
            if (problem != null) {
                throw new IllegalArgumentException("path '" + path + "' " + problem);
            }
            encoded.put(path, Base64.getEncoder().encodeToString(content));
        });
        Map<String, Object> job = new LinkedHashMap<>(pass.orders());
        job.put("files", encoded);
        job.put("dumpAfterSeconds", (limit.toMillis() - FOR_LAST_WORDS.toMillis()) / 1000.0);
        return Json.write(job);
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
        if (orphans != null) {
            orphans.close();
        }
    }
}

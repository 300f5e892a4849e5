package dev.nexus.tester;

import dev.nexus.contract.Json;
import dev.nexus.contract.ProjectPath;
import dev.nexus.contract.TestReport;
import dev.nexus.tester.RunReport.Ending;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Semaphore slots;
    private final ExecutorService launcher;

    Sandbox(SandboxSettings settings) {
        this(settings, new SandboxCommand(settings)::ofReferee);
    }

    Sandbox(SandboxSettings settings, CommandLine command) {
        this.settings = settings;
        this.command = command;
        this.slots = new Semaphore(settings.slots(), true);
        // A sandbox dies with the thread that started it (prctl(2), PR_SET_PDEATHSIG), and virtual threads have none of
        // their own: this one stays.
        this.launcher = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("sandbox-launcher").factory());
    }

    /** Makes the command line that starts a sandbox. */
    @FunctionalInterface
    interface CommandLine {
        List<String> ofReferee() throws SandboxUnavailable;
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
     * @param permission asked right before the sandbox starts
     * @throws SandboxUnavailable if the sandbox did not come to stand
     * @throws InterruptedException if the thread was interrupted; nothing is left running
     */
    TestReport run(Map<String, byte[]> files, Permission permission) throws SandboxUnavailable, InterruptedException {
        byte[] job = job(files);
        slots.acquire();
        try {
            permission.await();
            return run(job, new RunLog(files.keySet(), settings.output().toBytes()));
        } finally {
            slots.release();
        }
    }

    private TestReport run(byte[] job, RunLog log) throws SandboxUnavailable, InterruptedException {
        long start = System.nanoTime();
        Ending ending;
        try (SandboxProcess process = launch(log)) {
            process.give(job);
            ending = process.await(settings.timeLimit());
        }
        RunLog.Facts facts = log.facts();
        if (!facts.ready()) {
            throw new SandboxUnavailable(SandboxRemedy.of(facts.diagnosis(), settings.interpreter()));
        }
        return RunReport.of(facts, ending, Duration.ofNanos(System.nanoTime() - start), settings);
    }

    private SandboxProcess launch(RunLog log) throws SandboxUnavailable {
        List<String> line = command.ofReferee();
        CompletableFuture<SandboxProcess> started = new CompletableFuture<>();
        launcher.execute(() -> {
            try {
                started.complete(SandboxProcess.start(line, log::take));
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

    @Override
    public void close() {
        launcher.shutdownNow();
    }
}

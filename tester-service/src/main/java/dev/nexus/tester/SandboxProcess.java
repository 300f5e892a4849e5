package dev.nexus.tester;

import dev.nexus.contract.Json;
import dev.nexus.tester.RunReport.Ending;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** One sandbox, from the start of its process until nothing of it is left; it waits for a single job, and serves it. */
final class SandboxProcess implements AutoCloseable {

    /** From the start until it takes a job: a fraction of a second, even on a machine that is busy a few. */
    private static final Duration FOR_START = Duration.ofSeconds(30);

    /** For the few milliseconds between the start of bwrap and its child, and between a kill and its effect. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int SAID_LINES = 100;

    private final Process bwrap;
    private final long started = System.nanoTime();
    private final Thread reader;
    private final CountDownLatch stands = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private volatile boolean ready;
    private volatile @Nullable Predicate<String> lines;
    private final MemoryWall wall;
    private volatile Ending ending = Ending.BY_ITSELF;

    private SandboxProcess(Process bwrap, MemoryWall wall) {
        this.bwrap = bwrap;
        this.wall = wall;
        this.reader = Thread.ofPlatform().daemon().name("sandbox-reader").start(this::read);
    }

    /**
     * Starts it. The calling thread has to outlive the sandbox: when it ends, the kernel ends the sandbox.
     *
     * @param wall bounds its memory, and is closed with it
     */
    static SandboxProcess start(List<String> command, MemoryWall wall) throws IOException {
        Process bwrap = null;
        try {
            ProcessBuilder builder = new ProcessBuilder(wall.around(command)).redirectErrorStream(true);
            // What bwrap gets could be read in /proc inside.
            builder.environment().clear();
            bwrap = builder.start();
            return new SandboxProcess(bwrap, wall);
        } catch (Throwable e) {
            if (bwrap != null) {
                kill(bwrap);
            }
            wall.close();
            throw e;
        }
    }

    /** Ends bwrap and what is below it, and returns when nothing of it is left, even if interrupted. */
    static void kill(Process bwrap) {
        // The process below bwrap is process 1 inside: with it the kernel ends all others, and then bwrap goes too.
        // Killing bwrap alone, in the moment before its child has asked to die with it, would leave the child behind.
        boolean interrupted = false;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (bwrap.isAlive() && System.nanoTime() < deadline) {
            bwrap.children().forEach(ProcessHandle::destroyForcibly);
            interrupted |= !hasWaited(bwrap, Duration.ofMillis(5));
        }
        bwrap.destroyForcibly();
        while (!hasWaited(bwrap, PATIENCE)) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean hasWaited(Process process, Duration atMost) {
        try {
            process.waitFor(atMost);
            return true;
        } catch (InterruptedException e) {
            return false; // for the caller to remember
        }
    }

    boolean isAlive() {
        return ended.getCount() > 0;
    }

    /** Whether it takes a job at once. */
    boolean isReady() {
        return ready && isAlive();
    }

    /** Waits until it takes a job; false if it never will. */
    boolean awaitReady() throws InterruptedException {
        long left = FOR_START.toNanos() - (System.nanoTime() - started);
        return stands.await(left, TimeUnit.NANOSECONDS) && ready;
    }

    /** What its parts said instead of being ready. */
    String said() {
        return String.join("\n", said);
    }

    /**
     * Hands over the job, and returns at once.
     *
     * @param to takes each line that is said from now on, on another thread; false ends the sandbox
     */
    void give(byte[] job, Predicate<String> to) {
        lines = to;
        wall.watch(bwrap.pid(), () -> stop(Ending.MEMORY_LIMIT));
        Thread.ofPlatform().daemon().name("sandbox-writer").start(() -> {
            try (OutputStream stdin = bwrap.getOutputStream()) {
                stdin.write(job);
            } catch (IOException e) {
                // It is gone already; what it said tells why.
            }
        });
    }

    /** Waits for its end, and after {@code limit} makes one. */
    Ending await(Duration limit) throws InterruptedException {
        if (!ended.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            ending = Ending.TIME_LIMIT;
        }
        if (ending == Ending.BY_ITSELF && wall.wasExceeded()) {
            ending = Ending.MEMORY_LIMIT;
        }
        return ending;
    }

    /** Makes an end of it, if it has not come to one. */
    private void stop(Ending why) {
        if (ended.getCount() > 0) {
            ending = why;
            ended.countDown();
        }
    }

    private void read() {
        try (BufferedReader stdout = bwrap.inputReader()) {
            for (String line = stdout.readLine(); line != null; line = stdout.readLine()) {
                if (!take(line)) {
                    ending = Ending.OUTPUT_LIMIT;
                    break;
                }
            }
        } catch (IOException e) {
            // The end of the stream in other words: the process was killed.
        } finally {
            ended.countDown();
            stands.countDown();
        }
    }

    private boolean take(String line) {
        Predicate<String> to = lines;
        if (to != null) {
            return to.test(line);
        }
        if (saysReady(line)) {
            ready = true;
            stands.countDown();
        } else if (said.size() < SAID_LINES) {
            said.add(line);
        }
        return true;
    }

    private static boolean saysReady(String line) {
        try {
            return Json.MAPPER.readValue(line, RefereeLine.class) instanceof RefereeLine.Ready;
        } catch (JacksonException e) {
            return false; // bwrap, prlimit or Python say why there is no referee
        }
    }

    /** Ends it if it has not ended, and returns when no process of it is left and no more lines will come. */
    @Override
    public void close() {
        boolean interrupted = false;
        while (true) {
            try {
                end();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // it is being ended anyway
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() throws InterruptedException {
        if (ended.getCount() == 0 && ending == Ending.BY_ITSELF) {
            bwrap.waitFor(PATIENCE);
        }
        kill(bwrap);
        reader.join(PATIENCE);
        wall.close();
    }
}

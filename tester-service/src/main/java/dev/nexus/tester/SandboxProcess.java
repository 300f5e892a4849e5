package dev.nexus.tester;

import dev.nexus.tester.RunReport.Ending;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One sandbox, from the start of its process until nothing of it is left; it serves a single job. */
final class SandboxProcess implements AutoCloseable {

    /** For the few milliseconds between the start of bwrap and its child, and between a kill and its effect. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Process bwrap;
    private final Thread reader;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Ending ending = Ending.BY_ITSELF;

    private SandboxProcess(Process bwrap, Predicate<String> lines) {
        this.bwrap = bwrap;
        this.reader = Thread.ofPlatform().daemon().name("sandbox-reader").start(() -> read(lines));
    }

    /**
     * Starts it. The calling thread has to outlive the sandbox: when it ends, the kernel ends the sandbox.
     *
     * @param lines takes each line that it says, on another thread; false ends it
     */
    static SandboxProcess start(List<String> command, Predicate<String> lines) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // What bwrap gets could be read in /proc inside.
        builder.environment().clear();
        return new SandboxProcess(builder.start(), lines);
    }

    /** Hands over the job, and returns at once. */
    void give(byte[] job) {
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
        return ending;
    }

    private void read(Predicate<String> lines) {
        try (BufferedReader stdout = bwrap.inputReader()) {
            for (String line = stdout.readLine(); line != null; line = stdout.readLine()) {
                if (!lines.test(line)) {
                    ending = Ending.OUTPUT_LIMIT;
                    break;
                }
            }
        } catch (IOException e) {
            // The end of the stream in other words: the process was killed.
        } finally {
            ended.countDown();
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
        // The process below bwrap is process 1 inside: with it the kernel ends all others, and then bwrap goes too.
        // Killing bwrap alone, in the moment before its child has asked to die with it, would leave the child behind.
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (bwrap.isAlive() && System.nanoTime() < deadline) {
            bwrap.children().forEach(ProcessHandle::destroyForcibly);
            bwrap.waitFor(Duration.ofMillis(5));
        }
        bwrap.destroyForcibly();
        bwrap.waitFor(PATIENCE);
        reader.join(PATIENCE);
    }
}

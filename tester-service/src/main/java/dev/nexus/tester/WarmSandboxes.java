package dev.nexus.tester;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sandboxes that were started before anybody knew what for; each waits for one job, and no job finds another's. */
final class WarmSandboxes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WarmSandboxes.class);

    private final int number;
    private final Start start;
    private final Executor launcher;
    private final Queue<SandboxProcess> waiting = new ArrayDeque<>();
    private int starting;
    private boolean closed;

    /** Starts a sandbox. */
    @FunctionalInterface
    interface Start {
        SandboxProcess start() throws SandboxUnavailable, IOException, InterruptedException;
    }

    /**
     * @param number that wait at most
     * @param start starts one
     * @param launcher runs {@code start}
     */
    WarmSandboxes(int number, Start start, Executor launcher) {
        this.number = number;
        this.start = start;
        this.launcher = launcher;
    }

    /** Has as many started, in the background, as are missing. One that does not start is missing until the next call. */
    synchronized void fill() {
        while (!closed && waiting.size() + starting < number) {
            launcher.execute(this::startOne);
            starting++; // none has started before this is left
        }
    }

    private void startOne() {
        SandboxProcess process;
        try {
            process = start.start();
        } catch (SandboxUnavailable | IOException e) {
            LOG.debug("No sandbox waits for the next job", e); // which will be told why, if it does not start then
            notStarted();
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            notStarted();
            return;
        } catch (Throwable e) { // all sandboxes die with this thread
            LOG.warn("No sandbox waits for the next job", e);
            notStarted();
            return;
        }
        add(process);
    }

    private synchronized void notStarted() {
        starting--;
    }

    private void add(SandboxProcess process) {
        boolean tooLate;
        synchronized (this) {
            starting--;
            tooLate = closed || !waiting.offer(process);
        }
        if (tooLate) {
            process.close();
        }
    }

    /** How many would take a job at once. */
    synchronized int ready() {
        return (int) waiting.stream().filter(SandboxProcess::isReady).count();
    }

    /** The one that has waited longest, for the caller to close; it may still be starting. Empty if none is alive. */
    Optional<SandboxProcess> take() {
        List<SandboxProcess> dead = new ArrayList<>();
        Optional<SandboxProcess> taken = take(dead);
        dead.forEach(SandboxProcess::close);
        return taken;
    }

    private synchronized Optional<SandboxProcess> take(List<SandboxProcess> dead) {
        for (SandboxProcess next = waiting.poll(); next != null; next = waiting.poll()) {
            if (next.isAlive()) {
                return Optional.of(next);
            }
            dead.add(next);
        }
        return Optional.empty();
    }

    /** Ends those that wait, and lets no other wait. */
    @Override
    public void close() {
        List<SandboxProcess> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(SandboxProcess::close);
    }
}

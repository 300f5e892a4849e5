package dev.nexus.agent;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that does one work until it is closed; whatever fails is logged, and begun anew after a pause. */
final class Loop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** What a loop does, always on the same thread. */
    interface Work {

        /** Called before the first step, and again after a failure. */
        void open() throws InterruptedException;

        /** Does some of the work; returns at least once a second. */
        void step() throws InterruptedException;

        /** Called after the last step, and after a failure. */
        void close();
    }

    private final String name;
    private final Work work;
    private final Thread thread;
    private Duration pause = FIRST_PAUSE;
    private volatile @Nullable String trouble;
    private boolean closing;

    Loop(String name, Work work) {
        this.name = name;
        this.work = work;
        this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Why the work stands still at the moment; null if it goes on. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** Lets the step in progress end, and the work close. */
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // the caller will not wait
                thread.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private void run() {
        while (!isClosing()) {
            try {
                work.open();
                while (!isClosing()) {
                    work.step();
                    trouble = null;
                    pause = FIRST_PAUSE;
                }
            } catch (InterruptedException e) {
                log.debug("{} was interrupted", name);
            } catch (RuntimeException | Error e) {
                trouble = name + ": " + e;
                log.error("{} failed and begins anew", name, e);
            }
            try {
                work.close();
            } catch (RuntimeException e) {
                log.warn("{} did not close cleanly", name, e);
            }
            try {
                rest();
            } catch (InterruptedException e) {
                log.debug("{} was interrupted", name);
            }
        }
    }

    private void rest() throws InterruptedException {
        pause(pause);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    /** For the work: lets time pass, less of it when the loop is closed. */
    synchronized void pause(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        while (!closing) {
            long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (millis <= 0) {
                return;
            }
            wait(millis);
        }
    }
}

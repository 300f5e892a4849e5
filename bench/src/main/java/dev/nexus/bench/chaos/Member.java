package dev.nexus.bench.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of the run and those that follow it under the same name. One that ends by itself is started again, as a
 * supervisor would; if it had been ready before, that is on record.
 */
final class Member {

    private static final Logger log = LoggerFactory.getLogger(Member.class);

    private static final Duration LONGEST_STOP = Duration.ofMinutes(1);
    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration BETWEEN_STARTS = Duration.ofSeconds(1);

    private final Kind kind;
    private final String name;
    private final Body body;
    private volatile @Nullable Process process;
    private volatile State state = State.AWAY;
    private volatile boolean over;
    private final AtomicInteger life = new AtomicInteger();
    private final AtomicInteger ownEnds = new AtomicInteger();
    private final AtomicInteger hungStops = new AtomicInteger();
    private volatile @Nullable String worker;

    /** Whether the process can be hit. */
    enum State {
        UP,
        AWAY
    }

    /** How the process is started and seen to be ready. */
    interface Body {

        /** Starts the process of this life, counted from 1; with a broker, returns when it is ready. */
        Process start(int life) throws IOException;

        /** Asks the process to end in order. */
        void stop(Process process);

        /** Whether it does its work. */
        boolean isReady(int life);

        /** The worker id that an agent has given itself, once it is ready. */
        default Optional<String> worker(int life) {
            return Optional.empty();
        }
    }

    Member(Kind kind, String name, Body body) {
        this.kind = kind;
        this.name = name;
        this.body = body;
    }

    Kind kind() {
        return kind;
    }

    Body body() {
        return body;
    }

    String name() {
        return name;
    }

    boolean isUp() {
        return state == State.UP;
    }

    Optional<String> worker() {
        return Optional.ofNullable(worker);
    }

    /** How often it ended by itself though it had been ready. */
    int ownEnds() {
        return ownEnds.get();
    }

    /** How often it did not end within a minute of SIGTERM. */
    int hungStops() {
        return hungStops.get();
    }

    /** Starts a process and returns when it is ready; one that ends before that is followed by another. */
    void start() throws InterruptedException {
        while (!over) {
            long deadline = System.nanoTime() + LONGEST_START.toNanos(); // of this life: the next one has as long again
            try {
                if (awaitReady(life.incrementAndGet(), deadline)) {
                    return;
                }
            } catch (IOException | RuntimeException e) {
                log.info("{} could not be started and will be again: {}", name, e.toString());
            }
            if (System.nanoTime() > deadline) {
                log.warn("{} is not ready after {} s; trying on", name, LONGEST_START.toSeconds());
            }
            TimeUnit.NANOSECONDS.sleep(BETWEEN_STARTS.toNanos());
        }
    }

    private boolean awaitReady(int number, long deadline) throws IOException, InterruptedException {
        Process started = body.start(number);
        process = started;
        while (started.isAlive() && !over) {
            if (body.isReady(number)) {
                worker = body.worker(number).orElse(null);
                state = State.UP;
                var _ = started.onExit().thenAccept(ended -> ended(ended, number));
                log.info(
                        "{} is up: process {}, life {}{}",
                        name,
                        started.pid(),
                        number,
                        worker == null ? "" : ", " + worker);
                return true;
            }
            if (System.nanoTime() > deadline) {
                started.destroyForcibly().waitFor();
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
        log.info("{} ended before it was ready, with exit code {}", name, over ? 0 : started.waitFor());
        return false;
    }

    /** By itself, if it still counted as up. */
    private void ended(Process process, int number) {
        if (over || state != State.UP || life.get() != number) {
            return;
        }
        state = State.AWAY;
        ownEnds.incrementAndGet();
        log.warn("{} ended by itself with exit code {}", name, process.exitValue());
        Thread.startVirtualThread(() -> {
            try {
                start();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /**
     * Carries out a blow. The process is away from then on, until {@link #comeBack}.
     *
     * @throws IOException if the blow did not fall; then nothing has changed
     */
    void suffer(Blow blow) throws InterruptedException, IOException {
        Process hit = process;
        if (hit == null || !hit.isAlive()) {
            throw new IOException(name + " has no process that could be hit");
        }
        state = State.AWAY;
        switch (blow) {
            case KILL -> hit.destroyForcibly().waitFor();
            case STOP -> {
                try {
                    signal(hit, "STOP");
                } catch (IOException e) {
                    state = State.UP;
                    if (!hit.isAlive()) {
                        ended(hit, life.get());
                    }
                    throw e;
                }
            }
            case RESTART -> stop();
        }
    }

    /** Returns when the process is back from a blow, at the earliest after so long a time. */
    void comeBack(Blow blow, Duration away) throws InterruptedException, IOException {
        Process hit = process;
        if (blow != Blow.STOP || hit == null) {
            TimeUnit.NANOSECONDS.sleep(away.toNanos());
            start();
            return;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(away.toNanos());
        } finally {
            if (hit.isAlive()) {
                signal(hit, "CONT");
            }
        }
        state = State.UP;
        if (!hit.isAlive()) {
            ended(hit, life.get());
        }
    }

    /** Lets the process end in order, and returns when it is gone. */
    void stop() throws InterruptedException {
        state = State.AWAY;
        Process last = process;
        if (last == null) {
            return;
        }
        body.stop(last);
        try {
            last.onExit().get(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            hungStops.incrementAndGet();
            log.warn("{} does not stop within {} s and is killed", name, LONGEST_STOP.toSeconds());
            last.destroyForcibly().waitFor();
        }
    }

    private static void signal(Process process, String signal) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + signal + " " + process.pid() + " ended with exit code " + code);
        }
    }

    /** Ends it for good, at once. */
    void end() {
        over = true;
        state = State.AWAY;
        Process last = process;
        if (last != null) {
            last.destroyForcibly();
        }
    }
}

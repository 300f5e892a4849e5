package dev.nexus.gateway.log;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads with a consumer on a thread of its own until it is stopped. What fails is tried again with a new consumer, ever
 * more slowly; until it works again, {@link #trouble} says why it does not. The thread never ends by itself.
 */
public final class ConsumerLoop {

    private static final Logger log = LoggerFactory.getLogger(ConsumerLoop.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final String name;
    private final Supplier<Consumer<String, byte[]>> opening;
    private final Work work;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile @Nullable String trouble;

    /** What is done with the consumer. */
    public interface Work {

        /** It is new: subscribe or assign. */
        void begin(Consumer<String, byte[]> consumer);

        /** Polls once and handles what came; returns at least every second. */
        void step(Consumer<String, byte[]> consumer);

        /** It is closed; another will follow, unless this is the end. */
        default void end() {}
    }

    public ConsumerLoop(String name, Supplier<Consumer<String, byte[]>> opening, Work work) {
        this.name = name;
        this.opening = opening;
        this.work = work;
    }

    public void start() {
        thread = Thread.ofPlatform().name(name).start(this::run);
    }

    /** Ends the thread, and returns when the consumer is closed; harmless if it was never started. */
    public void stop() throws InterruptedException {
        stopping.countDown();
        if (thread != null) {
            stopped.await();
        }
    }

    /** Why nothing is read at the moment; null if all is well. */
    public @Nullable String trouble() {
        return trouble;
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (!isStopping()) {
            try (Consumer<String, byte[]> consumer = opening.get()) {
                work.begin(consumer);
                while (!isStopping()) {
                    work.step(consumer);
                    trouble = null;
                    pause = FIRST_PAUSE;
                }
            } catch (RuntimeException | Error e) {
                trouble = name + ": " + e;
                log.warn("{} failed and will be tried again in {} ms", name, pause.toMillis(), e);
                pause = rest(pause);
            } finally {
                work.end();
            }
        }
        stopped.countDown();
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** Waits unless it is to stop, and gives the next, longer pause. */
    private Duration rest(Duration pause) {
        try {
            boolean _ = stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stopping.countDown(); // nobody interrupts this thread but to end it
        }
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
}

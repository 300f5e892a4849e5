package dev.nexus.agent;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends that are repeated until the broker has them. */
final class Durably {

    private static final Logger log = LoggerFactory.getLogger(Durably.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    /** How long an interrupted thread waits for what must not be lost: a cancel has to free its slot soon. */
    private static final Duration LAST_MOMENTS = Duration.ofSeconds(2);

    private Durably() {}

    /**
     * Sends, and sends again, until it is acknowledged.
     *
     * @throws RecordTooLargeException if it never will be
     * @throws InterruptedException if the claim was lost or the process stops
     */
    static <T> T append(Supplier<CompletableFuture<T>> send) throws InterruptedException {
        while (true) {
            try {
                return send.get().get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RecordTooLargeException tooLarge) {
                    throw tooLarge;
                }
                log.warn("an append failed and is repeated: {}", String.valueOf(e.getCause()));
                Thread.sleep(PAUSE);
            }
        }
    }

    /**
     * As {@link #append}, also when the thread is interrupted before or meanwhile: then it waits a moment longer, and stays
     * interrupted. It is for what was paid, which no loss of a claim undoes.
     */
    static <T> void appendEvenIfInterrupted(Supplier<CompletableFuture<T>> send) {
        var append = new FutureTask<>(() -> append(send));
        Thread appending = Thread.startVirtualThread(append); // the producer refuses to begin on an interrupted one
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (interrupted) {
                        append.get(LAST_MOMENTS.toMillis(), TimeUnit.MILLISECONDS);
                    } else {
                        append.get();
                    }
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RecordTooLargeException tooLarge
                    ? tooLarge
                    : new IllegalStateException("an append failed for good", e.getCause());
        } catch (TimeoutException e) {
            appending.interrupt();
            log.warn("nobody can say whether what an interrupted task has paid is on record");
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package dev.nexus.agent;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends that are repeated until the broker has them. */
final class Durably {

    private static final Logger log = LoggerFactory.getLogger(Durably.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

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
}

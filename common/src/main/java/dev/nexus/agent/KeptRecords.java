package dev.nexus.agent;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is under way for records that this worker keeps until it is done. */
final class KeptRecords {

    /** A record that was not seen for so long has gone to another worker. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private static final Executor LATER =
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Thread.ofVirtual()::start);

    private final Map<Where, Kept> all = new HashMap<>();

    private record Where(int partition, long offset) {

        static Where of(ConsumerRecord<?, ?> record) {
            return new Where(record.partition(), record.offset());
        }
    }

    private record Kept(CompletableFuture<?> underWay, int tries, long seenAt) {}

    /**
     * What is under way for this record; if there is nothing it is begun, and if it has failed it is begun again after a
     * second.
     *
     * @param begin told how often it was begun before; what it throws counts as a failure
     */
    CompletableFuture<?> next(ConsumerRecord<?, ?> record, IntFunction<CompletableFuture<?>> begin) {
        Kept known = all.get(Where.of(record));
        Kept next;
        if (known == null) {
            next = new Kept(begun(begin, 0), 0, System.nanoTime());
        } else if (known.underWay().isCompletedExceptionally()) {
            int tries = known.tries() + 1;
            CompletableFuture<?> again =
                    CompletableFuture.runAsync(() -> {}, LATER).thenCompose(_ -> begun(begin, tries));
            next = new Kept(again, tries, System.nanoTime());
        } else {
            next = new Kept(known.underWay(), known.tries(), System.nanoTime());
        }
        all.put(Where.of(record), next);
        return next.underWay();
    }

    private static CompletableFuture<?> begun(IntFunction<CompletableFuture<?>> begin, int tries) {
        try {
            return begin.apply(tries);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    void remove(ConsumerRecord<?, ?> record) {
        all.remove(Where.of(record));
    }

    boolean isEmpty() {
        all.values().removeIf(kept -> System.nanoTime() - kept.seenAt() > FORGOTTEN.toNanos());
        return all.isEmpty();
    }

    void clear() {
        all.clear();
    }
}

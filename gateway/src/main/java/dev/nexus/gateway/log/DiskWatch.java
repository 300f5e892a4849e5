package dev.nexus.gateway.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;

/**
 * Asks the brokers now and then how much room is left on their disks (KIP-827), on a thread of its own: a Kafka broker
 * whose disk is full stops, and what is accepted before that must still have the room to be finished.
 */
public final class DiskWatch {

    private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Supplier<Disks> opening;
    private final DataSize least;
    private final Duration every;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile @Nullable String shortage;
    private @Nullable String trouble;

    /** The disks of all brokers; closed after an answer that did not come. */
    @FunctionalInterface
    interface Disks extends AutoCloseable {

        /** Free bytes by broker and directory; those that are offline, or say nothing, are left out. Blocks. */
        Map<String, Long> usable() throws InterruptedException, ExecutionException;

        @Override
        default void close() {}
    }

    /** @param least that has to be free where each broker keeps its logs; 0 to watch nothing */
    public DiskWatch(Supplier<Admin> opening, DataSize least) {
        this(() -> new BrokerDisks(opening.get()), least, EVERY);
    }

    DiskWatch(Supplier<Disks> opening, DataSize least, Duration every) {
        this.opening = opening;
        this.least = least;
        this.every = every;
    }

    public void start() {
        if (least.toBytes() > 0) {
            thread = Thread.ofPlatform().daemon().name("disk-watch").start(this::run);
        }
    }

    /** Returns when the brokers are asked no more. */
    public void stop() throws InterruptedException {
        stopping.countDown();
        Thread watching = thread;
        if (watching != null) {
            watching.interrupt();
            watching.join();
        }
    }

    /**
     * Which broker has too little room, and what to do; null if all have enough. It is as old as the last answer: up to ten
     * seconds, and more while the brokers don't answer.
     */
    public @Nullable String shortage() {
        return shortage;
    }

    private void run() {
        try {
            do {
                try (Disks disks = opening.get()) {
                    do {
                        learn(shortage(disks.usable(), least));
                    } while (!stopping.await(every.toMillis(), TimeUnit.MILLISECONDS));
                } catch (ExecutionException | RuntimeException e) {
                    complain(e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e);
                }
            } while (!stopping.await(every.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            log.debug("stopped");
        }
    }

    /** What the brokers say. */
    private record BrokerDisks(Admin admin) implements Disks {

        @Override
        public Map<String, Long> usable() throws InterruptedException, ExecutionException {
            List<Integer> brokers =
                    admin.describeCluster().nodes().get().stream().map(Node::id).toList();
            Map<String, Long> usable = new TreeMap<>();
            for (var answer : admin.describeLogDirs(brokers).descriptions().entrySet()) {
                for (var directory : dirs(answer.getValue()).entrySet()) {
                    directory
                            .getValue()
                            .usableBytes()
                            .ifPresent(bytes ->
                                    usable.put("broker " + answer.getKey() + ", " + directory.getKey(), bytes));
                }
            }
            return usable;
        }

        private static Map<String, LogDirDescription> dirs(KafkaFuture<Map<String, LogDirDescription>> answer)
                throws InterruptedException, ExecutionException {
            try {
                return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                throw new ExecutionException(e);
            }
        }

        @Override
        public void close() {
            admin.close();
        }
    }

    /** The place with the least room, if that is too little. */
    static @Nullable String shortage(Map<String, Long> usable, DataSize least) {
        return usable.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .filter(fullest -> fullest.getValue() < least.toBytes())
                .map(fullest -> "the disk of Kafka (" + fullest.getKey() + ") has " + megabytes(fullest.getValue())
                        + " MB left, and new jobs are taken above " + megabytes(least.toBytes())
                        + " MB (nexus.limits.min-free-disk); free some, or let the topics keep less")
                .orElse(null);
    }

    private static long megabytes(long bytes) {
        return bytes >> 20;
    }

    private void learn(@Nullable String found) {
        trouble = null;
        if (found != null && shortage == null) {
            log.warn("no new jobs: {}", found);
        } else if (found == null && shortage != null) {
            log.info("new jobs are taken again: Kafka's disks have room");
        }
        shortage = found;
    }

    /** Once for each kind of trouble; what was known last holds on. */
    private void complain(Throwable failure) {
        String now = failure.getClass().getName();
        if (!now.equals(trouble)) {
            log.warn(
                    "the room on Kafka's disks is not known: {}{}",
                    failure.toString(),
                    failure instanceof AuthorizationException
                            ? "; allow Describe on the cluster ('./nexus acls' prints the command), or set"
                                    + " nexus.limits.min-free-disk to 0"
                            : "");
        }
        trouble = now;
    }
}

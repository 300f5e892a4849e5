package dev.nexus.gateway.log;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads final jobs that are not in memory from the log again, a few at a time, on threads and consumers of its own. */
public final class History implements JobTable.Past {

    private static final int AT_ONCE = 2;
    private static final int WAITING = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final KafkaClients clients;
    private final String topic;
    private final BlockingQueue<Wanted> wanted = new ArrayBlockingQueue<>(WAITING);
    private final List<ConsumerLoop> loops = IntStream.rangeClosed(1, AT_ONCE)
            .mapToObj(n -> new ConsumerLoop("history-" + n, () -> open(n), new Reading()))
            .toList();

    private record Wanted(EndedJob job, CompletableFuture<Optional<JobFeed>> answer) {}

    public History(KafkaClients clients, Topics topics) {
        this.clients = clients;
        this.topic = topics.name(Topic.JOB_EVENTS);
    }

    public void start() {
        loops.forEach(ConsumerLoop::start);
    }

    /** Returns when nothing more will be read. */
    public void stop() throws InterruptedException {
        for (ConsumerLoop loop : loops) {
            loop.stop();
        }
    }

    /** Why the past cannot be read at the moment; null if all is well. */
    public @Nullable String trouble() {
        return loops.stream()
                .map(ConsumerLoop::trouble)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Fails with {@link JobTable.Unread} if 1000 jobs wait already, or after 20 seconds. */
    @Override
    public CompletableFuture<Optional<JobFeed>> read(EndedJob job) {
        var answer = new CompletableFuture<Optional<JobFeed>>();
        if (!wanted.offer(new Wanted(job, answer))) {
            answer.completeExceptionally(new JobTable.Unread("too many jobs are being read", null));
        }
        return answer.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Consumer<String, byte[]> open(int n) {
        return clients.consumer(
                "history-" + n,
                Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none", ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000));
    }

    private final class Reading implements ConsumerLoop.Work {

        @Override
        public void begin(Consumer<String, byte[]> consumer) {}

        @Override
        public void step(Consumer<String, byte[]> consumer) {
            Wanted next = next();
            if (next == null || next.answer().isDone()) {
                return;
            }
            try {
                Optional<JobFeed> found = read(consumer, next);
                Thread.startVirtualThread(() -> next.answer().complete(found)); // what follows may block, elsewhere
            } catch (RuntimeException | Error e) {
                next.answer().completeExceptionally(new JobTable.Unread("Kafka failed", e));
                throw e;
            }
        }

        private @Nullable Wanted next() {
            try {
                return wanted.poll(500, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts this thread", e);
            }
        }

        private Optional<JobFeed> read(Consumer<String, byte[]> consumer, Wanted next) {
            EndedJob job = next.job();
            var partition = new TopicPartition(topic, job.partition());
            consumer.assign(List.of(partition));
            consumer.seek(partition, job.first());
            JobFeed feed = null;
            try {
                while (consumer.position(partition) <= job.last()
                        && !next.answer().isDone()) {
                    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                        feed = fold(feed, job, record);
                    }
                }
            } catch (OffsetOutOfRangeException e) {
                return Optional.empty();
            } finally {
                consumer.unsubscribe(); // else it would hold what it fetched ahead
            }
            return Optional.ofNullable(feed);
        }

        private @Nullable JobFeed fold(@Nullable JobFeed feed, EndedJob job, ConsumerRecord<String, byte[]> record) {
            if (record.offset() > job.last() || !job.id().value().equals(record.key())) {
                return feed;
            }
            return JobFeed.grown(feed, record);
        }
    }
}

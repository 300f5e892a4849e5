package dev.nexus.agent;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventId;
import dev.nexus.contract.JobId;
import dev.nexus.contract.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads the stretches of {@code job-events} that lie before the tail's beginning, many jobs in one pass. */
final class GapReader implements Loop.Work {

    private static final Duration ONE_POLL = Duration.ofMillis(200);
    /** While the broker is away, a step must still end, or the process could not be stopped. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final KafkaClients clients;
    private final String topic;
    private final ClaimBook book;
    private final LinkedBlockingQueue<ClaimBook.Gap> wanted = new LinkedBlockingQueue<>();
    private final List<ClaimBook.Gap> current = new ArrayList<>();
    private @Nullable Consumer<String, byte[]> consumer;

    GapReader(KafkaClients clients, String topic, ClaimBook book) {
        this.clients = clients;
        this.topic = topic;
        this.book = book;
    }

    void want(ClaimBook.Gap gap) {
        wanted.add(gap);
    }

    @Override
    public void open() {
        consumer = clients.consumer(
                "claims-before",
                Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none", ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000));
    }

    @Override
    public void step() throws InterruptedException {
        if (current.isEmpty()) { // else the last step failed, and is done again
            ClaimBook.Gap first = wanted.poll(200, TimeUnit.MILLISECONDS);
            if (first == null) {
                return;
            }
            current.add(first);
            wanted.drainTo(current);
        }
        Consumer<String, byte[]> open = consumer;
        if (open != null) {
            current.stream()
                    .collect(Collectors.groupingBy(ClaimBook.Gap::partition))
                    .forEach((partition, gaps) -> read(open, new TopicPartition(topic, partition), gaps));
        }
        current.clear();
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }

    private void read(Consumer<String, byte[]> consumer, TopicPartition partition, List<ClaimBook.Gap> gaps) {
        consumer.assign(List.of(partition));
        long oldest = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        gaps.stream().filter(gap -> gap.from() < oldest).forEach(book::expire);
        List<ClaimBook.Gap> readable =
                gaps.stream().filter(gap -> gap.from() >= oldest).toList();
        if (readable.isEmpty()) {
            return;
        }
        Map<ClaimBook.Gap, Claims> found = new HashMap<>();
        Map<JobId, List<ClaimBook.Gap>> ofJob = new HashMap<>();
        for (ClaimBook.Gap gap : readable) {
            found.put(gap, Claims.NONE);
            ofJob.computeIfAbsent(gap.job(), job -> new ArrayList<>()).add(gap);
        }
        long from = readable.stream().mapToLong(ClaimBook.Gap::from).min().orElseThrow();
        long to = readable.stream().mapToLong(ClaimBook.Gap::to).max().orElseThrow();
        consumer.seek(partition, from);
        try {
            long heard = System.nanoTime();
            while (consumer.position(partition) < to) {
                var records = consumer.poll(ONE_POLL);
                if (!records.isEmpty()) {
                    heard = System.nanoTime();
                } else if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                    throw new TimeoutException("nothing of " + partition + " comes for " + PATIENCE.toSeconds() + " s");
                }
                for (ConsumerRecord<String, byte[]> record : records) {
                    fold(record, ofJob, found);
                }
            }
        } catch (OffsetOutOfRangeException e) {
            throw new IllegalStateException("retention overtook the reading of a job's past; it is read again", e);
        }
        found.forEach(book::fill);
    }

    private static void fold(
            ConsumerRecord<String, byte[]> record,
            Map<JobId, List<ClaimBook.Gap>> ofJob,
            Map<ClaimBook.Gap, Claims> found) {
        JobId job = Envelope.job(record);
        String id = Envelope.header(record, Envelope.ID);
        String type = Envelope.header(record, Envelope.TYPE);
        if (job == null || id == null) {
            return;
        }
        for (ClaimBook.Gap gap : ofJob.getOrDefault(job, List.of())) {
            if (record.offset() >= gap.from() && record.offset() < gap.to()) {
                EventId parsed = EventId.parse(job, id);
                found.computeIfPresent(gap, (g, claims) -> claims.after(parsed, type == null ? "" : type));
            }
        }
    }
}

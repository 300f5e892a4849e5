package dev.nexus.agent;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventId;
import dev.nexus.contract.JobId;
import dev.nexus.contract.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows {@code job-events} from where it ended at start, and writes all claims into the book. */
final class EventTail implements Loop.Work {

    private static final Logger log = LoggerFactory.getLogger(EventTail.class);
    private static final Duration ONE_POLL = Duration.ofMillis(200);
    private static final Duration NEW_PARTITIONS = Duration.ofSeconds(30);

    private final KafkaClients clients;
    private final String topic;
    private final ClaimBook book;
    private final CountDownLatch follows = new CountDownLatch(1);
    private @Nullable Consumer<String, byte[]> consumer;
    private int partitions;
    private long partitionsCounted;

    EventTail(KafkaClients clients, String topic, ClaimBook book) {
        this.clients = clients;
        this.topic = topic;
        this.book = book;
    }

    /** Completes when every event appended from now on will be read. */
    CountDownLatch follows() {
        return follows;
    }

    @Override
    public void open() {
        // If retention has overtaken the tail, it goes on with what is left; repeats change nothing.
        consumer = clients.consumer(
                "claims",
                Map.of(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                        (int) NEW_PARTITIONS.toMillis()));
        assignAll(consumer);
        follows.countDown();
    }

    @Override
    public void step() {
        Consumer<String, byte[]> open = consumer;
        if (open == null) {
            return;
        }
        for (ConsumerRecord<String, byte[]> record : open.poll(ONE_POLL)) {
            write(record);
        }
        for (TopicPartition partition : open.assignment()) {
            book.reached(partition.partition(), open.position(partition)); // a marker of a transaction is no record
        }
        if (System.nanoTime() - partitionsCounted > NEW_PARTITIONS.toNanos()) {
            if (open.partitionsFor(topic).size() > partitions) {
                log.warn("{} has new partitions; jobs that are under way may have changed theirs", topic);
                assignAll(open);
            }
            partitionsCounted = System.nanoTime();
        }
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }

    private void assignAll(Consumer<String, byte[]> consumer) {
        List<TopicPartition> all = consumer.partitionsFor(topic).stream()
                .map(p -> new TopicPartition(topic, p.partition()))
                .toList();
        consumer.assign(all);
        boolean begun = partitions > 0;
        Map<TopicPartition, Long> ends = consumer.endOffsets(all);
        ends.forEach((partition, end) -> book.begin(partition.partition(), begun ? 0L : end));
        partitions = all.size();
        partitionsCounted = System.nanoTime();
        for (TopicPartition partition : all) {
            Long next = book.nextOffset(partition.partition());
            consumer.seek(partition, next == null ? 0L : next);
        }
    }

    private void write(ConsumerRecord<String, byte[]> record) {
        JobId job = Envelope.job(record);
        String id = Envelope.header(record, Envelope.ID);
        String type = Envelope.header(record, Envelope.TYPE);
        EventId parsed = job == null || id == null ? null : EventId.parse(job, id);
        book.read(record.partition(), record.offset(), job, parsed, type == null ? "" : type);
    }
}

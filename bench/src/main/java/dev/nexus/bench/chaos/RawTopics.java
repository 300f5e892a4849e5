package dev.nexus.bench.chaos;

import dev.nexus.contract.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Reads whole topics, as they lie on the brokers. */
final class RawTopics {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final KafkaClients clients;

    RawTopics(KafkaClients clients) {
        this.clients = clients;
    }

    /** Everything on {@code topic} up to now, in the order of each partition. */
    List<RawRecord> all(String topic) {
        try (Consumer<String, byte[]> consumer = clients.consumer("judge", Map.of())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic, LONGEST).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LONGEST);
            List<RawRecord> records = new ArrayList<>();
            long deadline = System.nanoTime() + LONGEST.toNanos();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey(), LONGEST) < end.getValue())) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(topic + " could not be read to its end in " + LONGEST);
                }
                consumer.poll(Duration.ofMillis(200)).forEach(record -> records.add(RawRecord.of(record)));
            }
            return records;
        }
    }
}

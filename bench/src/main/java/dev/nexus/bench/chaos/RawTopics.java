package dev.nexus.bench.chaos;

import dev.nexus.contract.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
        List<RawRecord> records = new ArrayList<>();
        read(topic, record -> records.add(RawRecord.of(record)));
        return records;
    }

    /** Every file on {@code topic}, as its bytes are, by job. */
    Map<String, Set<JobHistory.FileRef>> files(String topic) {
        Map<String, Set<JobHistory.FileRef>> files = new HashMap<>();
        read(topic, record -> {
            if (record.key() != null && record.value() != null) {
                files.computeIfAbsent(record.key(), _ -> new HashSet<>()).add(JobHistory.FileRef.of(record));
            }
        });
        return files;
    }

    private void read(String topic, java.util.function.Consumer<ConsumerRecord<String, byte[]>> reader) {
        try (Consumer<String, byte[]> consumer = clients.consumer("judge", Map.of())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic, LONGEST).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LONGEST);
            long deadline = System.nanoTime() + LONGEST.toNanos();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey(), LONGEST) < end.getValue())) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(topic + " could not be read to its end in " + LONGEST);
                }
                consumer.poll(Duration.ofMillis(200)).forEach(reader);
            }
        }
    }
}

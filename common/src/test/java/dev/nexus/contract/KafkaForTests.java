package dev.nexus.contract;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** The clients of a test, and what is on the topics. */
final class KafkaForTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private KafkaForTests() {}

    static KafkaClients clients(String address) {
        var settings = new KafkaProperties();
        settings.setBootstrapServers(List.of(address));
        return new KafkaClients(settings, "test");
    }

    /** The first records on a topic, as many as are expected, by partition and offset. */
    static List<ConsumerRecord<String, byte[]>> records(KafkaClients clients, String topic, int count) {
        try (Consumer<String, byte[]> consumer = clients.consumer("reader", Map.of())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            await().atMost(PATIENCE).pollInSameThread().until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= count;
            });
            return records;
        }
    }
}

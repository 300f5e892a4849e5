package dev.nexus.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.ApiKey;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** What is known of the keys when reading them fails in between: no broker fails at the very moment that is wanted. */
class KeyReaderTest {

    private static final TopicPartition PARTITION = new TopicPartition("api-keys", 0);
    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");

    private final Topics topics = new Topics("");
    private final KafkaClients clients = new KafkaClients(new KafkaProperties(), "test");
    private final Keys keys = new Keys();
    private final KeyReader reader = new KeyReader(clients, topics, keys, true);
    private final List<byte[]> written = new ArrayList<>();

    @Test
    void afterAFailureNoKeyIsGoodAgainThatWasRevoked() {
        written.add(Json.write(key("one")));
        written.add(Json.write(key("one").revoked(NOW)));
        reader.step(opened());
        MockConsumer<String, byte[]> failing = opened();
        failing.setPollException(new KafkaException("as the test wants it"));
        assertThatThrownBy(() -> reader.step(failing)).isInstanceOf(KafkaException.class);
        MockConsumer<String, byte[]> next = opened();
        next.setMaxPollRecords(1);

        reader.step(next);

        assertThat(reader.isReady()).isTrue();
        assertThat(keys.find("one")).extracting(ApiKey::revokedAt).isEqualTo(NOW);
    }

    @Test
    void aRecordThatCannotBeReadTakesTheKeyAway() {
        written.add(Json.write(key("one")));
        written.add("{\"type\": \"api.key.of.the.future\"}".getBytes(StandardCharsets.UTF_8));

        reader.step(opened());

        assertThat(keys.find("one")).isNull();
    }

    @Test
    void aRecordThatNamesAnotherKeyTakesItsOwnAway() {
        written.add(Json.write(key("one")));
        written.add(Json.write(key("two")));

        reader.step(opened());

        assertThat(keys.find("one")).isNull();
        assertThat(keys.find("two")).isNull();
    }

    @Test
    void ifTheTopicWasMadeAnewNoKeyOfBeforeIsGood() {
        written.add(Json.write(key("one")));
        reader.step(opened());
        MockConsumer<String, byte[]> failing = opened();
        failing.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 1L)));

        assertThatThrownBy(() -> reader.step(failing)).isInstanceOf(OffsetOutOfRangeException.class);

        assertThat(keys.find("one")).isNull();
        assertThat(reader.isReady()).as("while they are read again").isFalse();
        reader.step(opened());
        assertThat(keys.find("one")).isNotNull();
        assertThat(reader.isReady()).isTrue();
    }

    /** A consumer of all that was written, with which the reader has begun. */
    private MockConsumer<String, byte[]> opened() {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("none");
        Node node = new Node(0, "localhost", 9092);
        consumer.updatePartitions(
                PARTITION.topic(),
                List.of(new PartitionInfo(PARTITION.topic(), 0, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, (long) written.size()));
        reader.begin(consumer);
        for (int i = 0; i < written.size(); i++) {
            consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, i, "one", written.get(i)));
        }
        return consumer;
    }

    private static ApiKey key(String id) {
        return new ApiKey(id, "acme", List.of("jobs:read"), "ab".repeat(32), NOW, null, null, null, null);
    }
}

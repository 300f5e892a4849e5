package dev.nexus.standalone;

import dev.nexus.contract.ApiKey;
import dev.nexus.contract.AuditEvent;
import dev.nexus.contract.CannotStart;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import tools.jackson.core.JacksonException;

/** The topic of keys, in the hands of an operator. */
final class KeyTopic implements AutoCloseable {

    private static final String NAME = "nexus-keys";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final KafkaClients clients;
    private final Topics topics;
    private final Producer<String, byte[]> producer;

    private KeyTopic(KafkaClients clients, Topics topics) {
        this.clients = clients;
        this.topics = topics;
        this.producer = clients.producer("keys");
    }

    /** @throws CommandFailure if Kafka cannot be reached, or has no such topic */
    static KeyTopic open(Shell shell, Topics topics) {
        try {
            return new KeyTopic(
                    KafkaClients.connected(Settings.kafka(shell), NAME, new DefaultSslBundleRegistry()), topics);
        } catch (CannotStart e) {
            throw CommandFailure.unreachable(String.valueOf(e.getMessage()), e);
        }
    }

    /** All keys that there are, by id. */
    Map<String, ApiKey> all() {
        Map<String, ApiKey> keys = new TreeMap<>();
        String name = topics.name(Topic.API_KEYS);
        try (Consumer<String, byte[]> consumer =
                clients.consumer("keys", Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))) {
            List<TopicPartition> partitions = consumer.partitionsFor(name).stream()
                    .map(info -> new TopicPartition(name, info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw CommandFailure.failed("Kafka has no topic " + name
                        + "; a gateway makes it when it starts, or './nexus topics' prints how to");
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() > deadline) {
                    throw CommandFailure.unreachable("Kafka did not give all of " + name + " in time; try again", null);
                }
                consumer.poll(POLL).forEach(record -> take(record, keys));
            }
        } catch (KafkaException e) {
            throw failure("read", e);
        }
        return keys;
    }

    private static void take(ConsumerRecord<String, byte[]> record, Map<String, ApiKey> keys) {
        if (record.value() == null) {
            keys.remove(record.key());
            return;
        }
        try {
            ApiKey key = Json.read(record.value(), ApiKey.class);
            keys.put(key.id(), key);
        } catch (JacksonException e) {
            keys.remove(record.key()); // no gateway takes it for one either
        }
    }

    ApiKey find(String id) {
        ApiKey key = all().get(id);
        if (key == null) {
            throw CommandFailure.failed("there is no key " + id + "; 'nexus keys list' shows those that there are, by"
                    + " the middle of nxs_<id>_<secret>");
        }
        return key;
    }

    /** Returns when the brokers have both. */
    void put(ApiKey key, AuditEvent told) {
        send(Envelope.keyed(topics.name(Topic.API_KEYS), key.id(), "api.key", NAME, Json.write(key)));
        send(Envelope.keyed(topics.name(Topic.AUDIT_EVENTS), told.tenant(), told.type(), NAME, Json.write(told)));
    }

    private void send(ProducerRecord<String, byte[]> record) {
        try {
            EventLog.send(producer, record).join();
        } catch (CompletionException e) {
            throw failure("written", e.getCause() == null ? e : e.getCause());
        }
    }

    private static CommandFailure failure(String what, Throwable why) {
        return CommandFailure.failed(
                "the keys could not be " + what + ": " + why.getMessage()
                        + "; see whether a gateway has made the topics, and"
                        + " whether this Kafka user may use api-keys and audit-events",
                why);
    }

    @Override
    public void close() {
        producer.close();
    }
}

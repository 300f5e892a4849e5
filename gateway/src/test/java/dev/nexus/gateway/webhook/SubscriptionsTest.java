package dev.nexus.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** When subscriptions say that they were read to the end, while brokers answer one question and not the next. */
class SubscriptionsTest {

    private static final TopicPartition PARTITION = new TopicPartition("webhooks", 0);
    private static final Webhook WEBHOOK = new Webhook(
            "wh_1", "acme", "https://a.de", List.of("*"), false, null, "whsec_x", null, null, Instant.EPOCH, null);

    private final Topics topics = new Topics("");
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final Subscriptions subscriptions =
            new Subscriptions(new KafkaClients(new KafkaProperties(), "test"), producer, topics, false);

    @Test
    void whoeverAsksWhileTheEndIsNotKnownWaitsUntilAllWasRead() {
        CompletableFuture<Void> caughtUp = subscriptions.caughtUp();
        MockConsumer<String, byte[]> silent = opened(true);
        assertThatThrownBy(() -> subscriptions.step(silent)).isInstanceOf(TimeoutException.class);
        MockConsumer<String, byte[]> next = opened(false);

        subscriptions.step(next);
        boolean beforeAllWasRead = caughtUp.isDone();
        next.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, 0, WEBHOOK.id(), Json.write(WEBHOOK)));
        subscriptions.step(next);

        assertThat(beforeAllWasRead).isFalse();
        assertThat(caughtUp).succeedsWithin(Duration.ofSeconds(10));
        assertThat(subscriptions.known("wh_1")).contains(WEBHOOK);
    }

    /** Of a topic with one record, that does not come at once. */
    private MockConsumer<String, byte[]> opened(boolean silent) {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest") {
            @Override
            public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
                if (silent) {
                    throw new TimeoutException("as the test wants it");
                }
                return super.endOffsets(partitions);
            }
        };
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 1L));
        subscriptions.begin(consumer);
        return consumer;
    }
}

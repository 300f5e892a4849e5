package dev.nexus.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.log.History;
import dev.nexus.gateway.log.JobTable;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** What of a batch is left for the next poll if there is no time for all of it: no real batch takes minutes for a test. */
class AnnouncerTest {

    private static final TopicPartition FIRST = new TopicPartition("job-events", 0);
    private static final TopicPartition SECOND = new TopicPartition("job-events", 1);

    private final Topics topics = new Topics("");
    private final KafkaClients clients = new KafkaClients(new KafkaProperties(), "test");
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final Subscriptions subscriptions = new Subscriptions(clients, producer, topics, false);
    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");

    @Test
    void whatThereIsNoTimeForIsPolledAgainAndNotLeftOut() throws InterruptedException {
        var announcer = new Announcer(
                clients,
                producer,
                topics,
                subscriptions,
                new JobTable(new History(clients, topics), 0),
                () -> CompletableFuture.completedFuture(null),
                Duration.ZERO,
                Clock.systemUTC());
        announcer.begin(consumer);
        consumer.rebalance(List.of(FIRST, SECOND));
        consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
        for (int offset = 0; offset < 3; offset++) {
            consumer.addRecord(new ConsumerRecord<>("job-events", 0, offset, "key", new byte[0]));
        }
        consumer.addRecord(new ConsumerRecord<>("job-events", 1, 0, "key", new byte[0]));
        var reading = new AtomicBoolean(true);
        Thread reader = Thread.ofPlatform().start(() -> read(reading));

        announcer.step(consumer);

        reading.set(false);
        reader.join();
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.of(FIRST, SECOND));
        assertThat(committed).hasSize(1);
        long left = consumer.position(FIRST) + consumer.position(SECOND);
        assertThat(left).isEqualTo(1);
        assertThat(committed.values()).containsExactly(new OffsetAndMetadata(1));
    }

    /** Subscriptions are asked whether they were read to the end: there are none. */
    private void read(AtomicBoolean on) {
        MockConsumer<String, byte[]> none = new MockConsumer<>("earliest");
        var partition = new TopicPartition("webhooks", 0);
        none.updateBeginningOffsets(Map.of(partition, 0L));
        none.updateEndOffsets(Map.of(partition, 0L));
        subscriptions.begin(none);
        while (on.get()) {
            subscriptions.step(none);
        }
    }
}

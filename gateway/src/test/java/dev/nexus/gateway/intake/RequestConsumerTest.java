package dev.nexus.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.Artefacts;
import dev.nexus.contract.DeadLetters;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.access.Quotas;
import dev.nexus.gateway.access.Rates;
import dev.nexus.gateway.log.History;
import dev.nexus.gateway.log.JobTable;
import dev.nexus.gateway.log.Spending;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.util.unit.DataSize;

/** What of a batch is committed, if the brokers take some records and not others: that cannot be had from a real one. */
class RequestConsumerTest {

    private static final TopicPartition FIRST = new TopicPartition("job-requests", 0);
    private static final TopicPartition SECOND = new TopicPartition("job-requests", 1);

    private final Topics topics = new Topics("");
    private final KafkaClients clients = new KafkaClients(new KafkaProperties(), "test");
    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");

    /** A broker that has no room for accepted jobs. */
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
                @Override
                public synchronized Future<RecordMetadata> send(
                        ProducerRecord<String, byte[]> record, Callback callback) {
                    if (new String(record.value(), StandardCharsets.UTF_8).contains("job.accepted")) {
                        callback.onCompletion(null, new TimeoutException("as the test wants it"));
                        return CompletableFuture.failedFuture(new TimeoutException("as the test wants it"));
                    }
                    return super.send(record, callback);
                }
            };

    @Test
    void whatWasAnsweredBeforeARecordThatCouldNotBeIsNotReadAgain() {
        try (var artefacts = new Artefacts(clients, producer, topics)) {
            var events = new EventLog(producer, topics, "test");
            var jobs = new JobTable(new History(clients, topics), 0);
            var room = new Room(jobs, 10, DataSize.ofMegabytes(1), () -> null, _ -> 0);
            var intake = new Intake(
                    events,
                    artefacts,
                    jobs,
                    room,
                    new DayBudget(jobs, new Spending(false, Clock.systemUTC()), _ -> null, Clock.systemUTC()),
                    () -> CompletableFuture.completedFuture(null),
                    (_, _) -> CompletableFuture.completedFuture(java.util.OptionalInt.empty()),
                    Duration.ofHours(1),
                    null);
            var refusals = new Refusals(events, new DeadLetters(producer, topics));
            var requests = new RequestConsumer(
                    clients, topics, intake, new Rates(new Quotas(Map.of())), refusals, (_, _, _) -> {});
            requests.begin(consumer);
            consumer.rebalance(List.of(FIRST, SECOND));
            consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
            add(FIRST, 0, "no JSON");
            add(FIRST, 1, "{\"type\": \"plan\", \"spec\": \"a stack\"}");
            add(FIRST, 2, "no JSON");
            add(SECOND, 0, "no JSON");

            assertThatThrownBy(() -> requests.step(consumer)).isInstanceOf(CompletionException.class);

            assertThat(consumer.committed(Set.of(FIRST, SECOND)))
                    .isEqualTo(Map.of(FIRST, new OffsetAndMetadata(1), SECOND, new OffsetAndMetadata(1)));
        }
    }

    private void add(TopicPartition partition, long offset, String value) {
        consumer.addRecord(new ConsumerRecord<>(
                partition.topic(), partition.partition(), offset, null, value.getBytes(StandardCharsets.UTF_8)));
    }
}

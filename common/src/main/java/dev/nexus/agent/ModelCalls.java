package dev.nexus.agent;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.LedgerEntry;
import dev.nexus.contract.ModelCall;
import dev.nexus.contract.ModelCharge;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import dev.nexus.model.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import tools.jackson.core.JacksonException;

/** The replies of models on {@code model-calls}, each recorded before it is used, so that none is paid for twice. */
final class ModelCalls {

    /** More than the clocks and the order of appends can differ by. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private static final Duration ONE_POLL = Duration.ofMillis(500);

    private final KafkaClients clients;
    private final Producer<String, byte[]> producer;
    private final String topic;
    private final String source;

    ModelCalls(KafkaClients clients, Producer<String, byte[]> producer, Topics topics, String source) {
        this.clients = clients;
        this.producer = producer;
        this.topic = topics.name(Topic.MODEL_CALLS);
        this.source = source;
    }

    /** Equal for the same question at the same place in a job. */
    static String key(JobId job, TaskId task, int ordinal, String model, ModelRequest request) {
        Sha256 prompt = new Sha256().with(model).with(request.system());
        request.messages().forEach(message -> prompt.with(message.role()).with(message.text()));
        switch (request.format()) {
            case OutputFormat.JsonDocument(String name, String schema) ->
                prompt.with("json").with(name).with(schema);
            case OutputFormat.Files(String nonce) -> prompt.with("files").with(nonce);
        }
        return job + "/" + task + "/" + ordinal + "/" + prompt.hex();
    }

    /** Appends; the future completes when all in-sync replicas have it. */
    CompletableFuture<RecordMetadata> record(JobId job, ModelCall call) {
        String id = job + "/" + call.task() + "/" + call.attempt() + "/call/" + call.ordinal();
        return EventLog.send(producer, Envelope.json(topic, job, "model.call", id, source, Json.write(call)));
    }

    /**
     * Appends what was paid without a reply; the future completes when all in-sync replicas have it.
     *
     * @param number of the charge in its attempt, so that one that is appended twice counts once
     */
    CompletableFuture<RecordMetadata> charge(JobId job, ModelCharge charge, int number) {
        String id = job + "/" + charge.task() + "/" + charge.attempt() + "/charge/" + charge.ordinal() + "/" + number;
        return EventLog.send(producer, Envelope.json(topic, job, "model.charge", id, source, Json.write(charge)));
    }

    /** What a task has on record up to now, each entry once, in its order. Blocks. */
    List<LedgerEntry> recorded(JobId job, TaskId task, Instant since) throws InterruptedException {
        try (Consumer<String, byte[]> consumer =
                clients.consumer("model-calls", Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))) {
            var partition = new TopicPartition(
                    topic, Envelope.partition(job, consumer.partitionsFor(topic).size()));
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            var first = consumer.offsetsForTimes(
                            Map.of(partition, since.minus(MARGIN).toEpochMilli()))
                    .get(partition);
            Map<String, LedgerEntry> found = new LinkedHashMap<>();
            if (first == null) {
                return List.of();
            }
            consumer.seek(partition, first.offset());
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(ONE_POLL)) {
                    if (job.value().equals(record.key())) {
                        add(record, task, found);
                    }
                }
            }
            return List.copyOf(found.values());
        } catch (InterruptException e) {
            Thread.interrupted(); // Kafka sets the flag again; here the exception carries it
            throw new InterruptedException("interrupted while reading recorded replies");
        }
    }

    private static void add(ConsumerRecord<String, byte[]> record, TaskId task, Map<String, LedgerEntry> found) {
        String id = Envelope.header(record, Envelope.ID);
        if (record.value() == null || id == null) {
            return;
        }
        try {
            LedgerEntry entry = Json.read(record.value(), LedgerEntry.class);
            if (task.equals(entry.task())) {
                found.putIfAbsent(id, entry);
            }
        } catch (JacksonException e) {
            return; // someone else's record
        }
    }
}

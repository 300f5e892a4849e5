package dev.nexus.contract;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Puts aside, unchanged, what no one can process: original bytes and headers, with the reason in more headers. Bytes that
 * are too many for any topic are left out, and their number told.
 */
public final class DeadLetters {

    private final Producer<String, byte[]> producer;
    private final Topics topics;

    public DeadLetters(Producer<String, byte[]> producer, Topics topics) {
        this.producer = producer;
        this.topics = topics;
    }

    /** @param from the topic that {@code refused} was read from */
    public CompletableFuture<RecordMetadata> put(Topic from, ConsumerRecord<String, byte[]> refused, ErrorInfo error) {
        var record = new ProducerRecord<>(topics.deadLetters(from), refused.key(), refused.value());
        refused.headers().forEach(record.headers()::add);
        add(record, "dlt-reason", error.code().wire());
        add(record, "dlt-message", error.message());
        add(record, "dlt-topic", refused.topic());
        add(record, "dlt-partition", Integer.toString(refused.partition()));
        add(record, "dlt-offset", Long.toString(refused.offset()));
        byte[] value = refused.value();
        // A batch that was compressed on the way in may be too large for any topic once it is not.
        return EventLog.send(producer, record).thenApply(at -> at).exceptionallyComposeAsync(failure -> {
            if (value == null || !(failure.getCause() instanceof RecordTooLargeException)) {
                return CompletableFuture.failedFuture(failure);
            }
            var withoutValue =
                    new ProducerRecord<String, byte[]>(record.topic(), null, record.key(), null, record.headers());
            add(withoutValue, "dlt-value-bytes", Integer.toString(value.length));
            return EventLog.send(producer, withoutValue);
        });
    }

    private static void add(ProducerRecord<String, byte[]> record, String header, String value) {
        record.headers().remove(header);
        record.headers().add(header, value.getBytes(StandardCharsets.UTF_8));
    }
}

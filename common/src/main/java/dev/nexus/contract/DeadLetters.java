package dev.nexus.contract;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;

/**
 * Puts aside, unchanged, what no one can process: original bytes and headers, with the reason in more headers. Bytes that
 * are too many for any topic are left out, and their number told.
 */
public final class DeadLetters {

    private final Producer<String, byte[]> producer;
    private final Topics topics;
    private final Map<Topic, LongAdder> written = new ConcurrentHashMap<>();

    public DeadLetters(Producer<String, byte[]> producer, Topics topics) {
        this.producer = producer;
        this.topics = topics;
    }

    /** How many records of that topic this process has put aside. */
    public long written(Topic topic) {
        LongAdder count = written.get(topic);
        return count == null ? 0 : count.sum();
    }

    /** @param at where {@code refused} stood first, if it was forwarded from there */
    public CompletableFuture<RecordMetadata> put(Place at, ConsumerRecord<String, byte[]> refused, ErrorInfo error) {
        String topic = topics.deadLetters(at.topic());
        var record = new ProducerRecord<>(topic, refused.key(), refused.value());
        refused.headers().forEach(record.headers()::add);
        addReason(record, at, error);
        byte[] value = refused.value();
        // What was compressed on the way in may be too large for any topic once it is not.
        return EventLog.send(producer, record)
                .exceptionallyCompose(failure -> {
                    if (value == null || !isTooLarge(failure)) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    var withoutValue = new ProducerRecord<String, byte[]>(
                            record.topic(), null, record.key(), null, record.headers());
                    add(withoutValue, "dlt-value-bytes", Integer.toString(value.length));
                    return EventLog.send(producer, withoutValue);
                })
                .exceptionallyCompose(failure -> {
                    if (!isTooLarge(failure)) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    var reasonAlone = new ProducerRecord<String, byte[]>(topic, null, null, null, List.of());
                    addReason(reasonAlone, at, error);
                    if (value != null) {
                        add(reasonAlone, "dlt-value-bytes", Integer.toString(value.length));
                    }
                    add(reasonAlone, "dlt-key-bytes", Integer.toString(Math.max(0, refused.serializedKeySize())));
                    add(reasonAlone, "dlt-headers-bytes", Long.toString(bytesOf(refused)));
                    return EventLog.send(producer, reasonAlone);
                })
                .whenComplete((_, failure) -> {
                    if (failure == null) {
                        written.computeIfAbsent(at.topic(), _ -> new LongAdder())
                                .increment();
                    }
                });
    }

    private static boolean isTooLarge(Throwable failure) {
        return failure instanceof RecordTooLargeException || failure.getCause() instanceof RecordTooLargeException;
    }

    private static long bytesOf(ConsumerRecord<String, byte[]> record) {
        long bytes = 0;
        for (Header header : record.headers()) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    private static void addReason(ProducerRecord<?, byte[]> record, Place at, ErrorInfo error) {
        add(record, "dlt-reason", error.code().wire());
        add(record, "dlt-message", error.message());
        add(record, "dlt-topic", at.name());
        add(record, "dlt-partition", Integer.toString(at.partition()));
        add(record, "dlt-offset", Long.toString(at.offset()));
    }

    private static void add(ProducerRecord<?, byte[]> record, String header, String value) {
        record.headers().remove(header);
        record.headers().add(header, value.getBytes(StandardCharsets.UTF_8));
    }
}

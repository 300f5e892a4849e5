package dev.nexus.contract;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Appends events to {@code job-events}, and reads them from its records. */
public final class EventLog {

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final String source;

    /** @param source of the events: the service, with the worker behind it where there is one */
    public EventLog(Producer<String, byte[]> producer, Topics topics, String source) {
        this.producer = producer;
        this.topic = topics.name(Topic.JOB_EVENTS);
        this.source = source;
    }

    /**
     * Appends; the future completes when all in-sync replicas have it.
     *
     * @param detail as in {@link EventId#of}
     */
    public CompletableFuture<RecordMetadata> append(JobId job, JobEvent event, String detail) {
        String id = EventId.of(job, event, detail).toString();
        return send(producer, Envelope.json(topic, job, event.type(), id, source, Json.write(event)));
    }

    public CompletableFuture<RecordMetadata> append(JobId job, JobEvent event) {
        return append(job, event, "");
    }

    /**
     * Sends any record; the future completes, or fails, when the broker has answered or the time is up. It does so on a
     * thread of its own: whoever sends on from the producer's own thread can block the one that would unblock it.
     */
    public static CompletableFuture<RecordMetadata> send(
            Producer<String, byte[]> producer,
            org.apache.kafka.clients.producer.ProducerRecord<String, byte[]> record) {
        var done = new CompletableFuture<RecordMetadata>();
        try {
            var _ = producer.send(
                    record,
                    (metadata, failure) -> Thread.startVirtualThread(() -> {
                        if (failure == null) {
                            done.complete(metadata);
                        } else {
                            done.completeExceptionally(failure);
                        }
                    }));
        } catch (RuntimeException e) {
            done.completeExceptionally(e); // too large, or no room left in the buffer
        }
        return done;
    }

    /** The event in a record of {@code job-events}; null if it is none, because someone else wrote there. */
    public static @Nullable LoggedEvent read(ConsumerRecord<String, byte[]> record) {
        JobId job = Envelope.job(record);
        String id = Envelope.header(record, Envelope.ID);
        if (job == null || id == null || record.value() == null) {
            return null;
        }
        Instant time = Instant.ofEpochMilli(record.timestamp());
        return read(job, id, record.value(), record.partition(), record.offset(), time);
    }

    /** Likewise, of a record whose key and {@code ce_id} were read already. */
    public static @Nullable LoggedEvent read(
            JobId job, String id, byte[] value, int partition, long offset, Instant time) {
        try {
            return new LoggedEvent(job, id, Json.readEvent(value), partition, offset, time);
        } catch (JacksonException e) {
            return null;
        }
    }
}

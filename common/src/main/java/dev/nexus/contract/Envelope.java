package dev.nexus.contract;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record: CloudEvents 1.0 in the binary mode of its Kafka binding, and W3C Trace Context, one trace for
 * each job.
 */
public final class Envelope {

    public static final String ID = "ce_id";
    public static final String TYPE = "ce_type";
    public static final String SOURCE = "ce_source";
    public static final String TENANT = "tenant";
    public static final String IDEMPOTENCY_KEY = "idempotency-key";
    /** Where a forwarded record stood first, as {@code topic/partition/offset}. */
    public static final String ORIGIN = "origin";

    /** The tenant of a record that names none. */
    public static final String DEFAULT_TENANT = "default";

    private Envelope() {}

    /** A JSON record of a job, as every service writes it. */
    public static ProducerRecord<String, byte[]> json(
            String topic, JobId job, String type, String id, String source, byte[] value) {
        var record = new ProducerRecord<>(topic, job.value(), value);
        add(record, "ce_specversion", "1.0");
        add(record, ID, id);
        add(record, SOURCE, "/nexus/" + source);
        add(record, TYPE, type);
        add(record, "ce_time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        add(record, "content-type", "application/json");
        add(record, "traceparent", traceparent(job, id));
        return record;
    }

    /**
     * A sign of life.
     *
     * @param number counts those of this process
     */
    public static ProducerRecord<String, byte[]> heartbeat(String topic, Heartbeat beat, long number) {
        var record = new ProducerRecord<>(topic, beat.worker(), Json.write(beat));
        add(record, "ce_specversion", "1.0");
        add(record, ID, beat.worker() + "/" + number);
        add(record, SOURCE, "/nexus/" + beat.service() + "/" + beat.worker());
        add(record, TYPE, "worker.heartbeat");
        add(record, "content-type", "application/json");
        return record;
    }

    /** A record that is about no job. */
    public static ProducerRecord<String, byte[]> keyed(
            String topic, @Nullable String key, String type, String source, byte[] value) {
        var record = new ProducerRecord<String, byte[]>(topic, key, value);
        add(record, "ce_specversion", "1.0");
        add(record, ID, UUID.randomUUID().toString());
        add(record, SOURCE, "/nexus/" + source);
        add(record, TYPE, type);
        add(record, "ce_time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        add(record, "content-type", "application/json");
        return record;
    }

    public static void add(ProducerRecord<String, byte[]> record, String header, String value) {
        record.headers().add(header, value.getBytes(StandardCharsets.UTF_8));
    }

    public static @Nullable String header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** The job that the record's key names; null if it names none. */
    public static @Nullable JobId job(ConsumerRecord<String, ?> record) {
        try {
            return record.key() == null ? null : new JobId(record.key());
        } catch (IllegalArgumentException e) {
            return null; // a key of someone else's making
        }
    }

    /** The partition in which Java's producer puts the records of this job. */
    public static int partition(JobId job, int partitions) {
        return Utils.toPositive(Utils.murmur2(job.value().getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    /** The header {@code traceparent} of the record with this {@code ce_id}: the trace is the job's, the span the record's. */
    public static String traceparent(JobId job, String id) {
        return "00-" + traceId(job) + "-" + spanId(id) + "-01";
    }

    /** Of the job's own trace. */
    public static String traceId(JobId job) {
        return job.value().replace("-", "");
    }

    /** Of the span that follows from this {@code ce_id}: whoever tells of it, it is the same. */
    public static String spanId(String id) {
        long span = ByteBuffer.wrap(JobId.sha256(id.getBytes(StandardCharsets.UTF_8)))
                        .getLong()
                | 1;
        return HexFormat.of().toHexDigits(span);
    }
}

package dev.nexus.contract;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The files of all jobs, on {@code job-artefacts}: a record each, found again by its place. */
public final class Artefacts implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Producer<String, byte[]> producer;
    private final Consumer<String, byte[]> consumer;
    private final ReentrantLock reading = new ReentrantLock();
    private final String topic;

    public Artefacts(KafkaClients clients, Producer<String, byte[]> producer, Topics topics) {
        this.producer = producer;
        this.topic = topics.name(Topic.JOB_ARTEFACTS);
        this.consumer = clients.consumer(
                "artefacts",
                Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none", ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1));
    }

    /** Keeps a file; the future completes when all in-sync replicas have it. */
    public CompletableFuture<ArtefactRef> save(JobId job, @Nullable TaskId task, String path, byte[] content) {
        String sha256 = HexFormat.of().formatHex(JobId.sha256(content));
        var record = new ProducerRecord<>(topic, job.value(), content);
        Envelope.add(record, "path", path);
        Envelope.add(record, "sha256", sha256);
        if (task != null) {
            Envelope.add(record, "task-id", task.toString());
        }
        return EventLog.send(producer, record)
                .thenApply(at -> new ArtefactRef(path, sha256, content.length, at.partition(), at.offset()));
    }

    /**
     * The bytes of a file. Blocks, at most 20 seconds.
     *
     * @throws Gone if the topic no longer has them, or has others in that place
     * @throws TimeoutException if the brokers do not answer
     */
    public byte[] read(ArtefactRef ref) throws Gone, InterruptedException {
        reading.lockInterruptibly();
        try {
            var partition = new TopicPartition(topic, ref.partition());
            consumer.assign(List.of(partition));
            consumer.seek(partition, ref.offset());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    if (record.offset() == ref.offset() && matches(record.value(), ref)) {
                        return record.value();
                    }
                    throw new Gone(ref);
                }
            }
            throw new TimeoutException("job-artefacts could not be read within " + PATIENCE.toSeconds() + " s");
        } catch (OffsetOutOfRangeException e) {
            throw new Gone(ref);
        } catch (org.apache.kafka.common.errors.InterruptException e) {
            Thread.interrupted(); // Kafka sets the flag again; here the exception carries it
            throw new InterruptedException("interrupted while reading an artefact");
        } finally {
            reading.unlock();
        }
    }

    private static boolean matches(byte @Nullable [] content, ArtefactRef ref) {
        return content != null && ref.isOf(content);
    }

    @Override
    public void close() {
        reading.lock();
        try {
            consumer.close();
        } finally {
            reading.unlock();
        }
    }

    /** The bytes of a file can no longer be had. */
    public static final class Gone extends Exception {

        private static final long serialVersionUID = 1L;

        Gone(ArtefactRef ref) {
            super("the bytes of '" + ref.path() + "' are not on job-artefacts any more; the topic's retention may have"
                    + " passed");
        }
    }
}

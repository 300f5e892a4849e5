package dev.nexus.gateway.intake;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobRequest;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Place;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.access.Rates;
import dev.nexus.gateway.log.ConsumerLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the requests that other systems put on {@code job-requests}: the same checks, answers and limits as HTTP. */
public final class RequestConsumer implements ConsumerLoop.Work {

    private static final Logger log = LoggerFactory.getLogger(RequestConsumer.class);

    private static final Duration SESSION = Duration.ofSeconds(6);
    /** A batch is answered within a few times 15 s, or fails. */
    private static final Duration LONGEST_STEP = Duration.ofMinutes(1);

    private final KafkaClients clients;
    private final Topics topics;
    private final Intake intake;
    private final Rates rates;
    private final Refusals refusals;
    private final Told told;
    private final ConsumerLoop loop = new ConsumerLoop("job-requests", this::open, this);

    /** Whoever is told of the jobs that records have made. */
    @FunctionalInterface
    public interface Told {

        /** @param start when the record came */
        void taken(ConsumerRecord<String, byte[]> record, JobId job, Instant start);
    }

    /** @param rates how often each tenant may ask */
    public RequestConsumer(
            KafkaClients clients, Topics topics, Intake intake, Rates rates, Refusals refusals, Told told) {
        this.clients = clients;
        this.topics = topics;
        this.intake = intake;
        this.rates = rates;
        this.refusals = refusals;
        this.told = told;
    }

    /** Begins to take requests; to be called when the log was read, so that they find the jobs that they name. */
    public void start() {
        loop.start();
    }

    /** Returns when no more is taken. */
    public void stop() throws InterruptedException {
        loop.stop();
    }

    /** Why no request is taken from Kafka at the moment; null if all is well. */
    public @Nullable String trouble() {
        return loop.trouble();
    }

    private Consumer<String, byte[]> open() {
        return clients.consumer(
                "requests",
                Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        topics.group(Service.GATEWAY, "intake"),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed", // what a producer takes back was never asked for
                        // A killed replica's requests are taken by another this soon, and not after the default of 45
                        // s.
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        (int) SESSION.toMillis(),
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                        (int) SESSION.dividedBy(3).toMillis(),
                        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                        (int) LONGEST_STEP.toMillis(),
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        50));
    }

    @Override
    public void begin(Consumer<String, byte[]> opened) {
        opened.subscribe(List.of(topics.name(Topic.JOB_REQUESTS)));
    }

    @Override
    public void step(Consumer<String, byte[]> opened) {
        Map<ConsumerRecord<String, byte[]>, CompletableFuture<?>> answers = new LinkedHashMap<>();
        for (ConsumerRecord<String, byte[]> record : opened.poll(Duration.ofMillis(500))) {
            answers.put(record, answer(record));
        }
        Map<TopicPartition, OffsetAndMetadata> answered = new HashMap<>();
        Map<TopicPartition, RuntimeException> failed = new HashMap<>();
        answers.forEach((record, answer) -> {
            var partition = new TopicPartition(record.topic(), record.partition());
            if (failed.containsKey(partition)) {
                return; // what is behind it is read again with it
            }
            try {
                answer.join();
                answered.put(partition, new OffsetAndMetadata(record.offset() + 1));
            } catch (CompletionException e) {
                failed.put(partition, e);
            }
        });
        opened.commitSync(answered);
        failed.values().stream().findFirst().ifPresent(failure -> {
            throw failure; // a new consumer goes on behind what is committed
        });
    }

    private CompletableFuture<?> answer(ConsumerRecord<String, byte[]> record) {
        Place at = Place.of(Topic.JOB_REQUESTS, topics, record);
        Instant start = Instant.now();
        JobId id = null;
        try {
            id = idOf(record, at);
            JobId job = id;
            JobRequest request = RequestReader.read(OutsideValue.of(record, RequestReader.TYPED), "type");
            String tenant = OutsideHeaders.tenant(record);
            return take(job, tenant, request).thenCompose(admission -> switch (admission) {
                case Intake.Admission.Accepted accepted -> {
                    if (accepted.isNew()) {
                        told.taken(record, job, start);
                    }
                    yield CompletableFuture.completedFuture(null);
                }
                case Intake.Admission.Refused refused -> refusals.refuse(at, job, record, refused.why());
                case Intake.Admission.Unknown _ ->
                    CompletableFuture.failedFuture(
                            new KafkaException("job " + job + " could not be written to the log"));
            });
        } catch (InvalidRequest e) {
            return refusals.refuse(at, id, record, e);
        } catch (RuntimeException e) { // or the partition would stand still for ever, because of one record
            log.error("a defect: the request at {} can't be handled", at, e);
            return refusals.refuse(at, id, record, InvalidRequest.defect());
        }
    }

    /** A record can be read twice: whoever has a job already is not counted again, nor refused. */
    private CompletableFuture<Intake.Admission> take(JobId job, String tenant, JobRequest request) {
        Duration wait = intake.knows(job) ? null : rates.take(tenant);
        return wait == null
                ? intake.take(job, tenant, request)
                : intake.knowsByNow(job)
                        .thenCompose(known -> known
                                ? intake.take(job, tenant, request)
                                : CompletableFuture.completedFuture(new Intake.Admission.Refused(
                                        InvalidRequest.tooOften(rates.refusal(tenant), wait))));
    }

    /** The key, or what the idempotency key gives, or what the record's place gives; with its content if it was forwarded. */
    private static JobId idOf(ConsumerRecord<String, byte[]> record, Place at) throws InvalidRequest {
        JobId idempotent = OutsideHeaders.idempotentJob(record);
        if (record.key() == null || record.key().isEmpty()) {
            return idempotent == null ? placed(record, at) : idempotent;
        }
        JobId id = Envelope.job(record);
        if (id == null) {
            throw InvalidRequest.ofRecord(
                    "the record's key must be a UUID in lower case, the job's id; or send no key");
        }
        if (idempotent != null && !idempotent.equals(id)) {
            throw InvalidRequest.ofRecord(
                    "the record's key and the header idempotency-key name two different jobs; send one of them");
        }
        return id;
    }

    private static JobId placed(ConsumerRecord<String, byte[]> record, Place at) throws InvalidRequest {
        if (at.topic() == Topic.JOB_REQUESTS) {
            return JobId.ofRecord(at.name(), at.partition(), at.offset());
        }
        byte[] value = record.value() == null ? new byte[0] : record.value();
        return JobId.ofForwarded(at.name(), at.partition(), at.offset(), OutsideHeaders.tenant(record), value);
    }
}

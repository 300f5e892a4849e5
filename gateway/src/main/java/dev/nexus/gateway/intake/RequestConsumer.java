package dev.nexus.gateway.intake;

import dev.nexus.contract.DeadLetters;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobRequest;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the requests that other systems put on {@code job-requests}: the same checks, answers and limits as HTTP. */
public final class RequestConsumer {

    private static final Logger log = LoggerFactory.getLogger(RequestConsumer.class);

    private final KafkaClients clients;
    private final Topics topics;
    private final Intake intake;
    private final EventLog events;
    private final DeadLetters deadLetters;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean stopping;
    private volatile @Nullable Consumer<String, byte[]> consumer;

    public RequestConsumer(
            KafkaClients clients, Topics topics, Intake intake, EventLog events, DeadLetters deadLetters) {
        this.clients = clients;
        this.topics = topics;
        this.intake = intake;
        this.events = events;
        this.deadLetters = deadLetters;
    }

    public void start() {
        Thread.ofPlatform().name("job-requests").start(this::takeUntilStopped);
    }

    /** Returns when the thread has ended. */
    public void stop() throws InterruptedException {
        stopping = true;
        Consumer<String, byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        stopped.await();
    }

    private void takeUntilStopped() {
        try {
            while (!stopping) {
                try (Consumer<String, byte[]> opened = clients.consumer(
                        "requests",
                        Map.of(
                                ConsumerConfig.GROUP_ID_CONFIG,
                                topics.group(Service.GATEWAY, "intake"),
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest",
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                50))) {
                    consumer = opened;
                    opened.subscribe(List.of(topics.name(Topic.JOB_REQUESTS)));
                    while (!stopping) {
                        take(opened);
                    }
                } catch (WakeupException e) {
                    log.debug("woken to stop");
                } catch (KafkaException | CompletionException e) {
                    // nothing was committed, so the same records are read again
                    log.warn("taking requests from Kafka failed, trying again: {}", e.toString());
                }
            }
        } catch (RuntimeException e) {
            log.error("requests on Kafka can no longer be taken; restart this gateway", e);
        } finally {
            stopped.countDown();
        }
    }

    private void take(Consumer<String, byte[]> opened) {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : opened.poll(Duration.ofMillis(500))) {
            answers.add(answer(record));
        }
        if (!answers.isEmpty()) {
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
            opened.commitSync();
        }
    }

    private CompletableFuture<?> answer(ConsumerRecord<String, byte[]> record) {
        JobId id = null;
        try {
            id = idOf(record);
            if (record.value() == null) {
                throw InvalidRequest.of("", "has no value; send a JSON object with a type");
            }
            JobRequest request = RequestReader.read(record.value(), "type");
            JobId job = id;
            return intake.take(job, tenantOf(record), request).thenCompose(admission -> switch (admission) {
                case Intake.Admission.Accepted _ -> CompletableFuture.completedFuture(null);
                case Intake.Admission.Refused refused -> reject(job, record, refused.why());
                case Intake.Admission.Unknown _ ->
                    CompletableFuture.failedFuture(
                            new KafkaException("job " + job + " could not be written to the log"));
            });
        } catch (InvalidRequest e) {
            return reject(id == null ? derived(record) : id, record, e);
        }
    }

    private CompletableFuture<?> reject(JobId id, ConsumerRecord<String, byte[]> record, InvalidRequest why) {
        String source = record.topic() + "/" + record.partition() + "/" + record.offset();
        log.warn("refused the request at {}: {}", source, why.code().wire());
        ErrorInfo error = new ErrorInfo(why.code(), String.valueOf(why.getMessage()), false);
        return deadLetters
                .put(Topic.JOB_REQUESTS, record, error)
                .thenCompose(_ -> events.append(id, new JobEvent.JobRejected(error, source), source));
    }

    /** The key, or what the idempotency key gives, or what the record's place gives. */
    private static JobId idOf(ConsumerRecord<String, byte[]> record) throws InvalidRequest {
        String key = Envelope.header(record, Envelope.IDEMPOTENCY_KEY);
        if (record.key() != null && !record.key().isEmpty()) {
            JobId id = Envelope.job(record);
            if (id == null) {
                throw new InvalidRequest(
                        ErrorCode.INVALID_REQUEST,
                        "the record's key must be a UUID in lower case, the job's id; or send no key",
                        List.of());
            }
            return id;
        }
        return key == null ? derived(record) : JobId.ofIdempotencyKey(tenantOf(record), key);
    }

    private static JobId derived(ConsumerRecord<String, byte[]> record) {
        String origin = Envelope.header(record, Envelope.ORIGIN);
        String[] place = origin == null ? new String[0] : origin.split("/", -1);
        if (place.length == 3 && place[1].matches("\\d{1,9}") && place[2].matches("\\d{1,18}")) {
            return JobId.ofRecord(place[0], Integer.parseInt(place[1]), Long.parseLong(place[2]));
        }
        return JobId.ofRecord(record.topic(), record.partition(), record.offset());
    }

    private static String tenantOf(ConsumerRecord<String, byte[]> record) {
        String tenant = Envelope.header(record, Envelope.TENANT);
        return tenant == null || tenant.isBlank() ? Envelope.DEFAULT_TENANT : tenant;
    }
}

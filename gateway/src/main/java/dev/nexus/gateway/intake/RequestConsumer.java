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
import dev.nexus.gateway.log.ConsumerLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the requests that other systems put on {@code job-requests}: the same checks, answers and limits as HTTP. */
public final class RequestConsumer implements ConsumerLoop.Work {

    private static final Logger log = LoggerFactory.getLogger(RequestConsumer.class);

    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final KafkaClients clients;
    private final Topics topics;
    private final Intake intake;
    private final EventLog events;
    private final DeadLetters deadLetters;
    private final ConsumerLoop loop = new ConsumerLoop("job-requests", this::open, this);

    public RequestConsumer(
            KafkaClients clients, Topics topics, Intake intake, EventLog events, DeadLetters deadLetters) {
        this.clients = clients;
        this.topics = topics;
        this.intake = intake;
        this.events = events;
        this.deadLetters = deadLetters;
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
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        50));
    }

    @Override
    public void begin(Consumer<String, byte[]> opened) {
        opened.subscribe(List.of(topics.name(Topic.JOB_REQUESTS)));
    }

    @Override
    public void step(Consumer<String, byte[]> opened) {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : opened.poll(Duration.ofMillis(500))) {
            answers.add(answer(record));
        }
        if (!answers.isEmpty()) { // if one fails, nothing is committed, and all are read again
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

    private static String tenantOf(ConsumerRecord<String, byte[]> record) throws InvalidRequest {
        String tenant = Envelope.header(record, Envelope.TENANT);
        if (tenant == null || tenant.isEmpty()) {
            return Envelope.DEFAULT_TENANT;
        }
        if (!TENANT.matcher(tenant).matches()) {
            throw new InvalidRequest(
                    ErrorCode.INVALID_REQUEST,
                    "the header tenant must be 1 to 64 letters, digits, '_', '-' or '.'",
                    List.of());
        }
        return tenant;
    }
}

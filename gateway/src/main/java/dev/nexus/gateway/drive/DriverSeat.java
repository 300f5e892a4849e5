package dev.nexus.gateway.drive;

import dev.nexus.contract.ControlCommand;
import dev.nexus.contract.DeadLetters;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.job.JobSummary;
import dev.nexus.gateway.log.ConsumerLoop;
import dev.nexus.gateway.log.JobTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Decides which replica drives: the one that holds the single partition of {@code job-control} in the gateways' consumer
 * group. The holder also takes the commands on it.
 */
public final class DriverSeat implements ConsumerLoop.Work {

    private static final Logger log = LoggerFactory.getLogger(DriverSeat.class);

    /** How long the seat stays empty when its holder is gone without a word; the least that brokers allow by default. */
    private static final Duration SESSION = Duration.ofSeconds(6);

    /** How long a command may wait for its job to appear. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final KafkaClients clients;
    private final Topics topics;
    private final Driver driver;
    private final JobTable jobs;
    private final EventLog events;
    private final DeadLetters deadLetters;
    private final Supplier<@Nullable String> logTrouble;
    private final ConsumerLoop loop = new ConsumerLoop("driver-seat", this::open, this);
    /** Commands whose job is not known yet, by offset; the group's offset stays before the first of them. */
    private final TreeMap<Long, ConsumerRecord<String, byte[]>> waiting = new TreeMap<>();

    /** @param logTrouble why the log cannot be read at the moment, or null: who cannot read it must not have the seat */
    public DriverSeat(
            KafkaClients clients,
            Topics topics,
            Driver driver,
            JobTable jobs,
            EventLog events,
            DeadLetters deadLetters,
            Supplier<@Nullable String> logTrouble) {
        this.clients = clients;
        this.topics = topics;
        this.driver = driver;
        this.jobs = jobs;
        this.events = events;
        this.deadLetters = deadLetters;
        this.logTrouble = logTrouble;
    }

    /** Joins the group; to be called when the log was read, so that commands find their jobs. */
    public void start() {
        loop.start();
    }

    /** Leaves the group, so that another replica takes over at once; returns when that is done. */
    public void stop() throws InterruptedException {
        loop.stop();
    }

    /** Why this replica cannot have the seat at the moment; null if all is well. */
    public @Nullable String trouble() {
        return loop.trouble();
    }

    private Consumer<String, byte[]> open() {
        return clients.consumer(
                "control",
                Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        topics.group(Service.GATEWAY),
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                        "classic",
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        (int) SESSION.toMillis(),
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                        (int) SESSION.dividedBy(3).toMillis(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"));
    }

    @Override
    public void begin(Consumer<String, byte[]> opened) {
        requireLog();
        opened.subscribe(List.of(topics.name(Topic.JOB_CONTROL)), new Seat());
    }

    @Override
    public void end() {
        driver.leave();
        waiting.clear(); // they were not committed, so whoever comes next reads them again
    }

    @Override
    public void step(Consumer<String, byte[]> opened) {
        requireLog();
        for (ConsumerRecord<String, byte[]> command : opened.poll(Duration.ofMillis(500))) {
            waiting.put(command.offset(), command);
        }
        if (waiting.isEmpty()) {
            return;
        }
        waiting.values().removeIf(this::isDone);
        for (TopicPartition partition : opened.assignment()) {
            long next = waiting.isEmpty() ? opened.position(partition) : waiting.firstKey();
            opened.commitSync(Map.of(partition, new OffsetAndMetadata(next)));
        }
    }

    /** Fails if the log cannot be read: the group is left, so that another replica drives. */
    private void requireLog() {
        String trouble = logTrouble.get();
        if (trouble != null) {
            throw new IllegalStateException("this replica gives the seat up, as it cannot read the log: " + trouble);
        }
    }

    private boolean isDone(ConsumerRecord<String, byte[]> record) {
        JobId id = Envelope.job(record);
        ControlCommand command = read(record);
        if (id == null || command == null) {
            refuse(record, "a command has a job id as its key and a value like {\"type\":\"cancel\"}");
            return true;
        }
        JobSummary job = jobs.summary(id).orElse(null);
        if (job == null) {
            Instant since = Instant.ofEpochMilli(record.timestamp());
            if (since.plus(PATIENCE).isAfter(Instant.now())) {
                return false;
            }
            refuse(record, "no job " + id + " appeared within " + PATIENCE.toMinutes() + " minutes");
            return true;
        }
        switch (command) {
            case ControlCommand.Cancel cancel -> {
                if (!job.status().isFinal()) {
                    events.append(id, new JobEvent.JobCancelRequested(cancel.reason()))
                            .join();
                }
            }
        }
        return true;
    }

    private static @Nullable ControlCommand read(ConsumerRecord<String, byte[]> record) {
        try {
            return record.value() == null ? null : Json.read(record.value(), ControlCommand.class);
        } catch (JacksonException e) {
            return null;
        }
    }

    private void refuse(ConsumerRecord<String, byte[]> record, String why) {
        log.warn("refused the command at offset {} of {}: {}", record.offset(), record.topic(), why);
        CompletableFuture<?> put =
                deadLetters.put(Topic.JOB_CONTROL, record, new ErrorInfo(ErrorCode.INVALID_REQUEST, why, false));
        put.join();
    }

    /** Follows who holds the partition. */
    private final class Seat implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                driver.take();
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            driver.leave();
            waiting.clear();
        }
    }
}

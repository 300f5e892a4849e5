package dev.nexus.gateway.drive;

import dev.nexus.contract.ControlCommand;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Place;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.intake.Approvals;
import dev.nexus.gateway.intake.CommandReader;
import dev.nexus.gateway.intake.InvalidRequest;
import dev.nexus.gateway.intake.Refusals;
import dev.nexus.gateway.log.ConsumerLoop;
import dev.nexus.gateway.log.JobTable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Decides which replica drives: the one that holds the single partition of {@code job-control} in the gateways' consumer
 * group. The holder also takes the commands on it.
 */
public final class DriverSeat implements ConsumerLoop.Work {

    /** How long the seat stays empty when its holder is gone without a word; the least that brokers allow by default. */
    private static final Duration SESSION = Duration.ofSeconds(6);

    private final KafkaClients clients;
    private final Topics topics;
    private final Driver driver;
    private final JobTable jobs;
    private final EventLog events;
    private final Approvals approvals;
    private final Refusals refusals;
    private final Supplier<@Nullable String> logTrouble;
    private final ConsumerLoop loop = new ConsumerLoop("driver-seat", this::open, this);
    /** The group's offset stays before the first of them. */
    private final HeldCommands held = new HeldCommands();

    /** @param logTrouble why the log cannot be read at the moment, or null: who cannot read it must not have the seat */
    public DriverSeat(
            KafkaClients clients,
            Topics topics,
            Driver driver,
            JobTable jobs,
            EventLog events,
            Approvals approvals,
            Refusals refusals,
            Supplier<@Nullable String> logTrouble) {
        this.clients = clients;
        this.topics = topics;
        this.driver = driver;
        this.jobs = jobs;
        this.events = events;
        this.approvals = approvals;
        this.refusals = refusals;
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
        held.clear(); // they were not committed, so whoever comes next reads them again
    }

    @Override
    public void step(Consumer<String, byte[]> opened) {
        requireLog();
        ConsumerRecords<String, byte[]> read = opened.poll(Duration.ofMillis(500));
        long now = System.nanoTime();
        for (ConsumerRecord<String, byte[]> record : read) {
            try {
                held.hold(record, CommandReader.read(record), now);
            } catch (InvalidRequest e) {
                refuse(record, e);
            }
        }
        if (read.isEmpty() && held.isEmpty()) {
            return;
        }
        held.removeIf(this::isDone);
        held.removeHopeless(now)
                .forEach(command ->
                        refuse(command.record(), noSuchJob(command.command().job())));
        for (TopicPartition partition : opened.assignment()) {
            Long first = held.firstOffset();
            long next = first == null ? opened.position(partition) : first;
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

    private boolean isDone(HeldCommands.Held command) {
        JobId id = command.command().job();
        if (!jobs.isKnown(id)) {
            return false;
        }
        switch (command.command().command()) {
            case ControlCommand.Cancel cancel -> {
                if (jobs.isOpen(id)) {
                    events.append(id, new JobEvent.JobCancelRequested(cancel.reason()))
                            .join();
                }
            }
            case ControlCommand.Approve(String hash, var plan) ->
                answer(command, new JobEvent.PlanApproved(hash, plan));
            case ControlCommand.Reject(String hash, var reason) ->
                answer(command, new JobEvent.PlanRejected(hash, reason));
        }
        return true;
    }

    private void answer(HeldCommands.Held command, JobEvent.OfPlan answer) {
        try {
            approvals.take(command.command().job(), answer).join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof InvalidRequest why)) {
                throw e; // nobody can say whether it was written: it is read again
            }
            refuse(command.record(), why);
        }
    }

    private static InvalidRequest noSuchJob(JobId id) {
        return InvalidRequest.ofRecord("no job " + id + " appeared within "
                + HeldCommands.PATIENCE.toMinutes() + " minutes, or too many commands wait for jobs that do not exist;"
                + " send the command when the job is accepted");
    }

    private void refuse(ConsumerRecord<String, byte[]> record, InvalidRequest why) {
        refusals.refuse(Place.of(Topic.JOB_CONTROL, topics, record), null, record, why)
                .join();
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
            held.clear();
        }
    }
}

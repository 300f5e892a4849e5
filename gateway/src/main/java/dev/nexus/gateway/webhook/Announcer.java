package dev.nexus.gateway.webhook;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Webhook;
import dev.nexus.contract.WebhookDelivery;
import dev.nexus.gateway.log.ConsumerLoop;
import dev.nexus.gateway.log.JobFeed;
import dev.nexus.gateway.log.JobTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes down who is to be told of which event, one partition of {@code job-events} on one replica. The group's offset moves
 * on when that is written, so that nothing is left out whoever is killed; what is written twice is the same.
 */
final class Announcer implements ConsumerLoop.Work {

    private static final Duration SESSION = Duration.ofSeconds(6);

    /** Of the minutes that Kafka lets pass between two polls: jobs that are read from the log again take their time. */
    static final Duration LONGEST_STEP = Duration.ofSeconds(30);

    /** The clocks of brokers and gateways may differ by this much; who subscribes is told of what is newer. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private final Producer<String, byte[]> producer;
    private final Topics topics;
    private final Subscriptions subscriptions;
    private final JobTable jobs;
    private final Supplier<CompletableFuture<Void>> caughtUp;
    private final Duration longestStep;
    private final Clock clock;
    private final ConsumerLoop loop = new ConsumerLoop("webhook-announcer", this::open, this);

    /**
     * @param caughtUp completes when all that is in the log now was read
     * @param longestStep after which what was polled is left for the next step, but for the first of it
     */
    Announcer(
            KafkaClients clients,
            Producer<String, byte[]> producer,
            Topics topics,
            Subscriptions subscriptions,
            JobTable jobs,
            Supplier<CompletableFuture<Void>> caughtUp,
            Duration longestStep,
            Clock clock) {
        this.clients = clients;
        this.producer = producer;
        this.topics = topics;
        this.subscriptions = subscriptions;
        this.jobs = jobs;
        this.caughtUp = caughtUp;
        this.longestStep = longestStep;
        this.clock = clock;
    }

    void start() {
        loop.start();
    }

    void stop() throws InterruptedException {
        loop.stop();
    }

    @Nullable
    String trouble() {
        return loop.trouble();
    }

    private Consumer<String, byte[]> open() {
        return clients.consumer(
                "webhook-announcer",
                Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        topics.group(Service.GATEWAY, "webhooks"),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        (int) SESSION.toMillis(),
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                        (int) SESSION.dividedBy(3).toMillis(),
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        1000));
    }

    @Override
    public void begin(Consumer<String, byte[]> opened) {
        opened.subscribe(List.of(topics.name(Topic.JOB_EVENTS)));
    }

    @Override
    public void step(Consumer<String, byte[]> opened) {
        var read = opened.poll(Duration.ofMillis(500));
        if (read.isEmpty()) {
            return;
        }
        subscriptions.caughtUp().join(); // who subscribed before the event is told of it
        long begun = System.nanoTime();
        boolean isCaughtUp = false;
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        Map<TopicPartition, Long> left = new HashMap<>();
        List<CompletableFuture<?>> written = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : read) {
            var partition = new TopicPartition(record.topic(), record.partition());
            if (!done.isEmpty() && System.nanoTime() - begun > longestStep.toNanos()) {
                left.putIfAbsent(partition, record.offset());
                continue;
            }
            String type = Envelope.header(record, Envelope.TYPE);
            if (type != null && subscriptions.anyMayWant(type)) {
                if (!isCaughtUp) {
                    caughtUp.get().join(); // the fold alone knows what counts
                    isCaughtUp = true;
                }
                written.addAll(announce(record));
            }
            done.put(partition, new OffsetAndMetadata(record.offset() + 1));
        }
        CompletableFuture.allOf(written.toArray(CompletableFuture[]::new)).join();
        opened.commitSync(done);
        left.forEach(opened::seek); // with the next step, so that the group does not take this one for dead
    }

    private List<CompletableFuture<?>> announce(ConsumerRecord<String, byte[]> record) {
        JobId id = Envelope.job(record);
        if (id == null) {
            return List.of();
        }
        JobFeed feed = jobs.find(id).join().orElse(null);
        JobFeed.Entry entry = feed == null
                ? null
                : feed.at(record.partition(), record.offset()).orElse(null);
        if (feed == null || entry == null) {
            return List.of(); // a repeat, or it came too late, or of a job that is gone
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<CompletableFuture<?>> written = new ArrayList<>();
        for (Webhook webhook : subscriptions.of(feed.tenant())) {
            String name = isToldOf(webhook, feed, entry) ? EventNames.wanted(webhook, entry, feed.state()) : null;
            if (name != null) {
                var delivery = new WebhookDelivery(webhook.id(), id, entry.seq(), name, 0, now, now);
                var to = new ProducerRecord<>(
                        topics.name(Topic.WEBHOOK_DELIVERIES), delivery.key(), Json.write(delivery));
                Envelope.add(to, "content-type", "application/json");
                written.add(EventLog.send(producer, to));
            }
        }
        return written;
    }

    private static boolean isToldOf(Webhook webhook, JobFeed feed, JobFeed.Entry entry) {
        return webhook.disabled() == null
                && !entry.time().isBefore(webhook.createdAt().minus(SKEW))
                && (!webhook.onlyNamed()
                        || feed.state().request().options().webhooks().contains(webhook.id()));
    }
}

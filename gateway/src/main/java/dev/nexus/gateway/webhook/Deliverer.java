package dev.nexus.gateway.webhook;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Webhook;
import dev.nexus.contract.WebhookDelivery;
import dev.nexus.contract.WebhookRecord;
import dev.nexus.gateway.log.ConsumerLoop;
import dev.nexus.gateway.log.JobFeed;
import dev.nexus.gateway.log.JobTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Sends what stands on {@code webhook-deliveries}, each partition on the replica that has it: it reads the partition from
 * the beginning, and writes what came of each attempt. In memory is only what is to be sent when; what is sent is taken from
 * the job's events. If one dies in between, the next sends it again.
 */
final class Deliverer implements ConsumerLoop.Work {

    private static final Logger log = LoggerFactory.getLogger(Deliverer.class);

    private static final Duration SESSION = Duration.ofSeconds(6);
    private static final Duration LAST_ONES = Duration.ofSeconds(5);

    private static final int AT_ONCE = 256;
    /** However many of its receivers take their time, they hold up nobody else's. */
    private static final int AT_ONCE_PER_TENANT = 32;

    private static final int AT_ONCE_PER_WEBHOOK = 4;

    /** Deliveries of a subscription that wait on one partition: the oldest is given up for one more. */
    static final int WAITING_PER_WEBHOOK = 1000;

    private final KafkaClients clients;
    private final Producer<String, byte[]> producer;
    private final String topic;
    private final String group;
    private final Subscriptions subscriptions;
    private final JobTable jobs;
    private final Supplier<CompletableFuture<Void>> caughtUp;
    private final WebhookClient client;
    private final Duration giveUpAfter;
    private final Clock clock;
    private final Deliveries deliveries;
    private final ConsumerLoop loop = new ConsumerLoop("webhook-deliverer", this::open, this);
    private final ExecutorService senders = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("webhook-", 0).factory());

    /** By partition, subscription and key; of the loop's thread alone, as all below but {@code done}. */
    private final Map<TopicPartition, Map<String, Map<String, WebhookDelivery>>> waiting = new HashMap<>();

    /** Partitions that are still read, up to this offset: a tombstone may stand behind what was read. */
    private final Map<TopicPartition, Long> loading = new HashMap<>();

    /** Keys that are being sent, with their subscriptions. */
    private final Map<String, String> busy = new HashMap<>();

    private final Queue<Done> done = new ConcurrentLinkedQueue<>();

    /**
     * An attempt is over, and what came of it is written.
     *
     * @param next what is to be done now; null if nothing is
     */
    private record Done(
            TopicPartition partition,
            WebhookDelivery tried,
            @Nullable WebhookDelivery next) {}

    /** @param caughtUp completes when all that is in the log now was read */
    Deliverer(
            KafkaClients clients,
            Producer<String, byte[]> producer,
            Topics topics,
            Subscriptions subscriptions,
            JobTable jobs,
            Supplier<CompletableFuture<Void>> caughtUp,
            WebhookClient client,
            Duration giveUpAfter,
            Clock clock,
            Deliveries deliveries) {
        this.clients = clients;
        this.producer = producer;
        this.topic = topics.name(Topic.WEBHOOK_DELIVERIES);
        this.group = topics.group(Service.GATEWAY, "deliveries");
        this.subscriptions = subscriptions;
        this.jobs = jobs;
        this.caughtUp = caughtUp;
        this.client = client;
        this.giveUpAfter = giveUpAfter;
        this.clock = clock;
        this.deliveries = deliveries;
    }

    void start() {
        loop.start();
    }

    /** Begins no more attempts, and returns when those that run have ended, or after 5 seconds. */
    void stop() throws InterruptedException {
        loop.stop();
        senders.shutdown();
        if (!senders.awaitTermination(LAST_ONES.toMillis(), TimeUnit.MILLISECONDS)) {
            senders.shutdownNow(); // another replica sends these again
        }
    }

    @Nullable
    String trouble() {
        return loop.trouble();
    }

    private Consumer<String, byte[]> open() {
        return clients.consumer(
                "webhook-deliverer",
                Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        (int) SESSION.toMillis(),
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                        (int) SESSION.dividedBy(3).toMillis()));
    }

    @Override
    public void begin(Consumer<String, byte[]> opened) {
        opened.subscribe(List.of(topic), new ConsumerRebalanceListener() {

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                opened.seekToBeginning(partitions);
                loading.putAll(opened.endOffsets(partitions));
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                partitions.forEach(waiting::remove);
                partitions.forEach(loading::remove);
            }
        });
    }

    @Override
    public void end() {
        waiting.clear();
        loading.clear();
    }

    @Override
    public void step(Consumer<String, byte[]> opened) {
        for (ConsumerRecord<String, byte[]> record : opened.poll(Duration.ofMillis(200))) {
            read(record);
        }
        loading.entrySet().removeIf(each -> opened.position(each.getKey()) >= each.getValue());
        for (Done next = done.poll(); next != null; next = done.poll()) {
            end(next);
        }
        sendWhatIsDue();
    }

    private void read(ConsumerRecord<String, byte[]> record) {
        var partition = new TopicPartition(record.topic(), record.partition());
        if (record.key() == null) {
            log.warn("skipped a record on {} without a key: offset {}", record.topic(), record.offset());
            return;
        }
        if (record.value() == null) {
            forget(partition, record.key());
            return;
        }
        try {
            if (Json.read(record.value(), WebhookRecord.class) instanceof WebhookDelivery delivery
                    && delivery.key().equals(record.key())) {
                keep(partition, delivery);
                return;
            }
        } catch (JacksonException e) {
            log.debug("not to be read", e);
        }
        log.warn("skipped a record on {} that is no delivery: offset {}", record.topic(), record.offset());
    }

    private void keep(TopicPartition partition, WebhookDelivery delivery) {
        Map<String, WebhookDelivery> own = waiting.computeIfAbsent(partition, _ -> new HashMap<>())
                .computeIfAbsent(delivery.webhook(), _ -> new LinkedHashMap<>());
        own.put(delivery.key(), delivery);
        if (own.size() > WAITING_PER_WEBHOOK) {
            WebhookDelivery oldest = own.values().iterator().next();
            own.remove(oldest.key());
            log.warn(
                    "webhook {}: event {} of job {} is given up, as {} newer ones wait",
                    oldest.webhook(),
                    oldest.seq(),
                    oldest.job(),
                    own.size());
            deliveries.count(Deliveries.Outcome.GIVEN_UP);
            var _ = write(partition, oldest.key(), null);
        }
    }

    private void forget(TopicPartition partition, String key) {
        Map<String, Map<String, WebhookDelivery>> byWebhook = waiting.getOrDefault(partition, Map.of());
        String webhook = key.substring(0, Math.max(0, key.indexOf('/')));
        Map<String, WebhookDelivery> own = byWebhook.get(webhook);
        if (own != null) {
            own.remove(key);
            if (own.isEmpty()) {
                byWebhook.remove(webhook);
            }
        }
    }

    private void end(Done attempt) {
        busy.remove(attempt.tried().key());
        if (attempt.next() == null) {
            forget(attempt.partition(), attempt.tried().key());
        } else if (waiting.containsKey(attempt.partition())) { // else another replica has read it by now
            keep(attempt.partition(), attempt.next());
        }
    }

    private void sendWhatIsDue() {
        Instant now = clock.instant();
        Map<String, Integer> ofWebhook = new HashMap<>();
        Map<String, Integer> ofTenant = new HashMap<>();
        busy.values().forEach(webhook -> {
            ofWebhook.merge(webhook, 1, Integer::sum);
            ofTenant.merge(tenantOf(webhook), 1, Integer::sum);
        });
        waiting.forEach((partition, byWebhook) -> {
            if (loading.containsKey(partition)) {
                return;
            }
            byWebhook.forEach((webhook, deliveries) -> {
                String tenant = tenantOf(webhook);
                for (WebhookDelivery delivery : deliveries.values()) {
                    if (busy.size() >= AT_ONCE
                            || ofTenant.getOrDefault(tenant, 0) >= AT_ONCE_PER_TENANT
                            || ofWebhook.getOrDefault(webhook, 0) >= AT_ONCE_PER_WEBHOOK) {
                        return;
                    }
                    if (!delivery.nextAt().isAfter(now) && busy.putIfAbsent(delivery.key(), webhook) == null) {
                        ofWebhook.merge(webhook, 1, Integer::sum);
                        ofTenant.merge(tenant, 1, Integer::sum);
                        senders.execute(() -> done.add(new Done(partition, delivery, attempt(partition, delivery))));
                    }
                }
            });
        });
    }

    /** Nobody's, if it is not known here yet: the attempt waits until it is. */
    private String tenantOf(String webhook) {
        return subscriptions.known(webhook).map(Webhook::tenant).orElse("");
    }

    /** What is to be done next; null if nothing is. Never fails. */
    private @Nullable WebhookDelivery attempt(TopicPartition partition, WebhookDelivery delivery) {
        try {
            WebhookDelivery next = sent(delivery);
            note(partition, delivery.key(), next).join();
            return next;
        } catch (RuntimeException e) {
            Instant at = next(delivery, null);
            log.warn(
                    "webhook {}: event {} of job {} could not be sent, or not noted as sent, and is {}",
                    delivery.webhook(),
                    delivery.seq(),
                    delivery.job(),
                    at == null ? "given up" : "tried again",
                    e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
            if (at == null) {
                deliveries.count(Deliveries.Outcome.GIVEN_UP);
            }
            WebhookDelivery next = at == null ? null : delivery.failed(at);
            // if Kafka does not take this, it stays as it was for whoever reads it next
            var _ = note(partition, delivery.key(), next);
            return next;
        }
    }

    private CompletableFuture<?> note(TopicPartition partition, String key, @Nullable WebhookDelivery next) {
        return write(partition, key, next == null ? null : Json.write(next));
    }

    private @Nullable Instant next(WebhookDelivery delivery, @Nullable Duration asked) {
        Instant next = Backoff.next(
                delivery.attempts() + 1,
                asked,
                clock.instant(),
                delivery.firstAt().plus(giveUpAfter),
                RandomGenerator.getDefault().nextDouble());
        return next == null ? null : next.truncatedTo(ChronoUnit.MILLIS);
    }

    private @Nullable WebhookDelivery sent(WebhookDelivery delivery) {
        Webhook webhook = subscriptions.known(delivery.webhook()).orElse(null);
        if (webhook == null) {
            subscriptions.caughtUp().join(); // it may be new
            webhook = subscriptions.known(delivery.webhook()).orElse(null);
        }
        if (webhook == null || webhook.disabled() != null) {
            return null;
        }
        JobFeed.Entry entry = entry(delivery).orElse(null);
        if (entry == null) {
            log.info("webhook {}: job {} is gone, so nothing is told of it", webhook, delivery.job());
            return null;
        }
        WebhookClient.Answer answer = client.post(
                webhook, Payload.id(delivery.job().value(), delivery.seq()), Payload.of(delivery.event(), entry));
        if (answer.isSuccess()) {
            deliveries.count(Deliveries.Outcome.DELIVERED);
            return null;
        }
        return afterFailure(delivery, webhook, answer);
    }

    private @Nullable WebhookDelivery afterFailure(
            WebhookDelivery delivery, Webhook webhook, WebhookClient.Answer answer) {
        String host = Target.host(webhook.url());
        if (answer.isGone()) {
            disable(webhook, host);
            deliveries.count(Deliveries.Outcome.DISABLED);
            return null;
        }
        Instant next = next(delivery, answer.asked());
        if (next == null) {
            deliveries.count(Deliveries.Outcome.GIVEN_UP);
            log.warn(
                    "webhook {}: event {} of job {} is given up after {} attempts at {}: {}",
                    webhook,
                    delivery.seq(),
                    delivery.job(),
                    delivery.attempts() + 1,
                    host,
                    answer.line());
            return null;
        }
        deliveries.count(Deliveries.Outcome.FAILED);
        log.info(
                "webhook {}: attempt {} of event {} of job {} at {} failed: {}; the next one is in {} s",
                webhook,
                delivery.attempts() + 1,
                delivery.seq(),
                delivery.job(),
                host,
                answer.line(),
                Duration.between(clock.instant(), next).toSeconds());
        return delivery.failed(next);
    }

    /** As it is by now: while the receiver took its time, it may have been deleted, or got another secret. */
    private void disable(Webhook asked, String host) {
        subscriptions.caughtUp().join();
        Webhook now = subscriptions.known(asked.id()).orElse(null);
        if (now != null && now.createdAt().equals(asked.createdAt()) && now.disabled() == null) {
            log.warn("webhook {}: {} answered 410 (Gone); it is disabled", now, host);
            subscriptions.save(now.disabled("the receiver answered 410 (Gone)")).join();
        }
    }

    private Optional<JobFeed.Entry> entry(WebhookDelivery delivery) {
        Optional<JobFeed.Entry> known = knownEntry(delivery);
        if (known.isPresent()) {
            return known;
        }
        caughtUp.get().join(); // whoever wrote the delivery may have read more of the log
        return knownEntry(delivery);
    }

    private Optional<JobFeed.Entry> knownEntry(WebhookDelivery delivery) {
        return jobs.find(delivery.job())
                .join()
                .flatMap(feed -> feed.after(delivery.seq() - 1, 1).stream().findFirst());
    }

    /** Where it was read: a topic that was widened has other places for the same keys. */
    private CompletableFuture<?> write(TopicPartition partition, String key, byte @Nullable [] value) {
        var record = new ProducerRecord<String, byte[]>(partition.topic(), partition.partition(), key, value);
        Envelope.add(record, "content-type", "application/json");
        return EventLog.send(producer, record);
    }
}

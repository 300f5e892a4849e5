package dev.nexus.gateway.webhook;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Webhook;
import dev.nexus.contract.WebhookRecord;
import dev.nexus.gateway.intake.KnownWebhooks;
import dev.nexus.gateway.log.ConsumerLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** All subscriptions, as every replica reads them from {@code webhooks}. */
final class Subscriptions implements ConsumerLoop.Work, KnownWebhooks {

    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaClients clients;
    private final Producer<String, byte[]> producer;
    private final TopicPartition partition;
    private final boolean shared;
    private final ConsumerLoop loop = new ConsumerLoop("webhooks", this::open, this);
    private final Map<String, Webhook> all = new ConcurrentHashMap<>();
    /** The offset at which each was first read here. */
    private final Map<String, Long> since = new ConcurrentHashMap<>();
    /** Who wants to know when all was read that is there. */
    private final Queue<CompletableFuture<Void>> asking = new ConcurrentLinkedQueue<>();

    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private long end;
    private long position;

    /** @param shared whether all tenants share them, as nobody is asked which one he is of */
    Subscriptions(KafkaClients clients, Producer<String, byte[]> producer, Topics topics, boolean shared) {
        this.shared = shared;
        this.clients = clients;
        this.producer = producer;
        this.partition = new TopicPartition(topics.name(Topic.WEBHOOKS), 0);
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

    /** Completes when all was read that was there when this was called, or fails after 10 seconds. */
    CompletableFuture<Void> caughtUp() {
        var answer = new CompletableFuture<Void>();
        asking.add(answer);
        return answer.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Completes when it is written, and known here. */
    CompletableFuture<Webhook> save(Webhook webhook) {
        return send(webhook.id(), Json.write(webhook)).thenApply(_ -> webhook);
    }

    /** Likewise. */
    CompletableFuture<Void> delete(Webhook webhook) {
        return send(webhook.id(), null);
    }

    private CompletableFuture<Void> send(String id, byte @Nullable [] value) {
        var record = new ProducerRecord<String, byte[]>(partition.topic(), id, value);
        Envelope.add(record, "content-type", "application/json");
        return EventLog.send(producer, record).thenCompose(_ -> caughtUp());
    }

    /** The subscriptions of the tenant, or all where they are shared; the oldest first. */
    List<Webhook> of(String tenant) {
        return all.values().stream()
                .filter(webhook -> isOf(tenant, webhook))
                .sorted(Comparator.comparing(Webhook::createdAt).thenComparing(Webhook::id))
                .toList();
    }

    /** How many of the same tenant's were there before this one; the same on every replica. */
    int before(Webhook webhook) {
        long own = since.getOrDefault(webhook.id(), Long.MAX_VALUE);
        return (int) all.values().stream()
                .filter(other -> other.tenant().equals(webhook.tenant()))
                .filter(other -> since.getOrDefault(other.id(), Long.MAX_VALUE) < own)
                .count();
    }

    private boolean isOf(String tenant, Webhook webhook) {
        return shared || webhook.tenant().equals(tenant);
    }

    Optional<Webhook> known(String id) {
        return Optional.ofNullable(all.get(id));
    }

    /** The tenant's subscription, or anyone's where they are shared; empty if there is none of this id, on any replica. */
    CompletableFuture<Optional<Webhook>> find(String tenant, String id) {
        return caughtUp().thenApply(_ -> known(id).filter(webhook -> isOf(tenant, webhook)));
    }

    boolean anyMayWant(String type) {
        return all.values().stream().anyMatch(webhook -> EventNames.mayWant(webhook, type));
    }

    @Override
    public CompletableFuture<OptionalInt> firstUnknown(String tenant, List<String> ids) {
        OptionalInt unknown = unknown(tenant, ids);
        return unknown.isEmpty()
                ? CompletableFuture.completedFuture(unknown)
                : caughtUp().thenApply(_ -> unknown(tenant, ids)); // another replica may have made it just now
    }

    private OptionalInt unknown(String tenant, List<String> ids) {
        return IntStream.range(0, ids.size())
                .filter(i -> known(ids.get(i))
                        .filter(webhook -> isOf(tenant, webhook))
                        .isEmpty())
                .findFirst();
    }

    private Consumer<String, byte[]> open() {
        return clients.consumer("webhooks", Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
    }

    @Override
    public void begin(Consumer<String, byte[]> opened) {
        opened.assign(List.of(partition));
        if (position == 0) {
            opened.seekToBeginning(List.of(partition));
        } else {
            opened.seek(partition, position);
        }
    }

    @Override
    public void step(Consumer<String, byte[]> opened) {
        for (ConsumerRecord<String, byte[]> record : opened.poll(Duration.ofMillis(100))) {
            read(record);
        }
        position = opened.position(partition);
        int asked = asking.size(); // before the end is asked for: who comes later may want to know of more
        if (waiting.isEmpty() && asked > 0) {
            end = opened.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            for (int i = 0; i < asked; i++) {
                waiting.add(asking.remove());
            }
        }
        if (position >= end) {
            waiting.forEach(each -> each.completeAsync(() -> null));
            waiting.clear();
        }
    }

    private void read(ConsumerRecord<String, byte[]> record) {
        if (record.key() == null) {
            log.warn("skipped a record on {} without a key: offset {}", record.topic(), record.offset());
        } else if (record.value() == null) {
            all.remove(record.key());
            since.remove(record.key());
        } else {
            try {
                if (Json.read(record.value(), WebhookRecord.class) instanceof Webhook webhook
                        && webhook.id().equals(record.key())) {
                    since.putIfAbsent(webhook.id(), record.offset());
                    all.put(webhook.id(), webhook);
                    return;
                }
            } catch (JacksonException e) {
                log.debug("not to be read, and not shown, as there may be a secret in it");
            }
            log.warn("skipped a record on {} that is no subscription: offset {}", record.topic(), record.offset());
        }
    }
}

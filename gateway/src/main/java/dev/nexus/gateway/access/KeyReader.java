package dev.nexus.gateway.access;

import dev.nexus.contract.ApiKey;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.log.ConsumerLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** Reads {@code api-keys} from its beginning, and follows it: every gateway knows every key. */
public final class KeyReader implements ConsumerLoop.Work {

    private static final Logger log = LoggerFactory.getLogger(KeyReader.class);
    private static final Duration ASKED_EVERY = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(1);
    /** After which it is said aloud that keys may have been revoked without our knowing. */
    private static final Duration LONG = Duration.ofSeconds(30);

    private final KafkaClients clients;
    private final Topics topics;
    private final Keys keys;
    private final boolean needed;
    private final ConsumerLoop loop = new ConsumerLoop("api-keys", this::open, this);
    /** Where it goes on, whatever fails: what was read before must not be read again, as it may have been taken back. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private Map<TopicPartition, Long> target = Map.of();
    /** Whether all that was known is being read again. */
    private volatile boolean anew;

    private long askedAt = System.nanoTime();
    private volatile long heardAt = System.nanoTime();
    private final CountDownLatch ready;

    /** @param needed whether anyone is let in by a key; else nothing is read */
    KeyReader(KafkaClients clients, Topics topics, Keys keys, boolean needed) {
        this.clients = clients;
        this.topics = topics;
        this.keys = keys;
        this.needed = needed;
        this.ready = new CountDownLatch(needed ? 1 : 0);
    }

    public void start() {
        if (needed) {
            loop.start();
        }
    }

    /** Returns when nothing more will be read. */
    public void stop() throws InterruptedException {
        loop.stop();
    }

    /** Whether all keys are known that there were when the reading began. */
    public boolean isReady() {
        return ready.getCount() == 0 && !anew;
    }

    /** Waits until {@link #isReady}; false if it is not within {@code limit}. */
    public boolean awaitReady(Duration limit) throws InterruptedException {
        return ready.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Why the keys may not be those that there are; null if all is well. */
    public @Nullable String trouble() {
        if (!needed) {
            return null;
        }
        String trouble = loop.trouble();
        long silent = System.nanoTime() - heardAt;
        return trouble != null || silent < LONG.toNanos()
                ? trouble
                : "api-keys: could not be read for " + Duration.ofNanos(silent).toSeconds()
                        + " s; a key that was revoked meanwhile still works here";
    }

    private Consumer<String, byte[]> open() {
        return clients.consumer("keys", Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"));
    }

    @Override
    public void begin(Consumer<String, byte[]> opened) {
        List<TopicPartition> all = opened.partitionsFor(topics.name(Topic.API_KEYS)).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        opened.assign(all);
        Map<TopicPartition, Long> beginnings = opened.beginningOffsets(all);
        target = opened.endOffsets(all);
        all.forEach(partition -> {
            long from = positions.getOrDefault(partition, beginnings.getOrDefault(partition, 0L));
            opened.seek(partition, from);
        });
    }

    @Override
    public void step(Consumer<String, byte[]> opened) {
        for (ConsumerRecord<String, byte[]> record : poll(opened)) {
            read(record);
            positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
            heardAt = System.nanoTime();
        }
        if (!isReady()
                && target.entrySet().stream()
                        .allMatch(end -> opened.position(end.getKey(), ANSWER) >= end.getValue())) {
            anew = false;
            ready.countDown();
            log.info("all keys are known");
        }
        if (System.nanoTime() - askedAt > ASKED_EVERY.toNanos()) {
            askedAt = System.nanoTime();
            try {
                opened.endOffsets(opened.assignment(), ANSWER);
                heardAt = System.nanoTime();
            } catch (TimeoutException e) {
                log.debug("the broker does not say where api-keys ends", e);
            }
        }
    }

    /** Where we were is not there any more if the topic was made anew: then no key of before is good. */
    private ConsumerRecords<String, byte[]> poll(Consumer<String, byte[]> opened) {
        try {
            return opened.poll(Duration.ofMillis(200));
        } catch (OffsetOutOfRangeException e) {
            anew = true;
            positions.clear();
            keys.clear();
            throw e;
        }
    }

    /** The newest record of an id counts; where it says nothing that can be read, it names no key that is good. */
    private void read(ConsumerRecord<String, byte[]> record) {
        if (record.key() == null) {
            log.warn("skipped a record on {} without a key: offset {}", record.topic(), record.offset());
        } else if (record.value() == null) {
            keys.remove(record.key());
        } else {
            try {
                ApiKey key = Json.read(record.value(), ApiKey.class);
                if (key.id().equals(record.key())) {
                    keys.put(key);
                    return;
                }
                log.warn("a record on {} is of another key than it says: offset {}", record.topic(), record.offset());
            } catch (JacksonException e) {
                log.warn("a record on {} is no key: offset {}", record.topic(), record.offset());
            }
            keys.remove(record.key());
        }
    }
}

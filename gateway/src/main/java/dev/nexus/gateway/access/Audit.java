package dev.nexus.gateway.access;

import dev.nexus.contract.AuditEvent;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Json;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes who used which key, and who was not let in, to {@code audit-events}; few of many, so that no flood fills a disk. */
final class Audit implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Audit.class);
    private static final Duration USE_TOLD_EVERY = Duration.ofMinutes(1);
    private static final int REFUSALS = 60;
    private static final int WAITING = 1000;
    private static final int PATH_CHARS = 200;

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final Map<String, Long> usesTold = new ConcurrentHashMap<>();
    private final TokenBucket refusals = new TokenBucket(REFUSALS, Duration.ofMinutes(1), System.nanoTime());
    private final AtomicLong unsaid = new AtomicLong();
    /** A send can wait for the broker, and no request shall. */
    private final ThreadPoolExecutor sender = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("audit").daemon().factory(),
            (_, _) -> log.warn("an audit event is lost, as too many wait to be written"));

    Audit(Producer<String, byte[]> producer, Topics topics) {
        this.producer = producer;
        this.topic = topics.name(Topic.AUDIT_EVENTS);
    }

    void used(String tenant, String key) {
        long now = System.nanoTime();
        Long told = usesTold.get(key);
        boolean due = told == null
                ? usesTold.putIfAbsent(key, now) == null
                : now - told > USE_TOLD_EVERY.toNanos() && usesTold.replace(key, told, now);
        if (due) {
            write(new AuditEvent.KeyUsed(tenant, key));
        }
    }

    void refused(@Nullable String tenant, @Nullable String key, String reason, String method, String path) {
        if (!refusals.take(System.nanoTime())) {
            unsaid.incrementAndGet();
            return;
        }
        String shown = withoutSecrets(path);
        log.warn("not let in: {} {}: {}", method, shown, reason);
        write(new AuditEvent.KeyRefused(tenant, key, reason, method, shown, unsaid.getAndSet(0)));
    }

    /** Someone may have put a key where none belongs. */
    static String withoutSecrets(String path) {
        String shown = path.replaceAll("(?i)nxs_[^/]*", "nxs_…").replaceAll("\\p{Cntrl}", "?");
        return shown.length() <= PATH_CHARS ? shown : shown.substring(0, PATH_CHARS);
    }

    private void write(AuditEvent event) {
        sender.execute(() -> {
            var _ = EventLog.send(
                            producer,
                            Envelope.keyed(
                                    topic, event.tenant(), event.type(), Service.GATEWAY.wire(), Json.write(event)))
                    .whenComplete((_, failure) -> {
                        if (failure != null) {
                            log.warn("an audit event could not be written: {}", failure.toString());
                        }
                    });
        });
    }

    @Override
    public void close() {
        sender.shutdown();
    }
}

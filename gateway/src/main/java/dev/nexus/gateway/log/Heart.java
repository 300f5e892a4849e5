package dev.nexus.gateway.log;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This gateway's own heartbeats, one a second: in them it counts the silence of others. */
public final class Heart {

    private static final Logger log = LoggerFactory.getLogger(Heart.class);

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final String self;
    private final String version;
    private final Tally tally;
    private final BooleanSupplier driving;
    private final AtomicLong sent = new AtomicLong();
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("heartbeat").daemon().factory());
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    /**
     * @param self the worker id under which they are sent
     * @param tally what they tell other gateways
     * @param driving whether this gateway sends the orders
     */
    public Heart(
            Producer<String, byte[]> producer,
            Topics topics,
            String self,
            String version,
            Tally tally,
            BooleanSupplier driving) {
        this.producer = producer;
        this.topic = topics.name(Topic.WORKER_HEARTBEATS);
        this.self = self;
        this.version = version;
        this.tally = tally;
        this.driving = driving;
    }

    public void start() {
        var _ = pace.scheduleWithFixedDelay(this::beat, 0, 1, TimeUnit.SECONDS);
    }

    /** Says as the last thing that this gateway leaves, so that nobody takes it for silent; does not wait for it. */
    public void stop() {
        pace.execute(() -> send(Map.of(), true));
        pace.shutdown();
    }

    /** The id of this gateway, new with every process. */
    public String self() {
        return self;
    }

    /** The number of the last one that may be on its way. Any thread. */
    long sent() {
        return sent.get();
    }

    /**
     * One heartbeat, unless the last one is still on its way: after an outage or a pause they must not come in a bunch, as
     * the silence of others is counted in them.
     */
    private void beat() {
        if (!last.isDone()) {
            return;
        }
        send(tally.drain(), false);
    }

    private void send(Map<String, Integer> requests, boolean leaving) {
        boolean drives = !leaving && driving.getAsBoolean();
        var beat = new Heartbeat(self, Service.GATEWAY, version, 0, List.of(), requests, null, leaving, drives);
        last = EventLog.send(producer, Envelope.heartbeat(topic, beat, sent.incrementAndGet()))
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        tally.putBack(requests);
                        log.warn("a heartbeat could not be written: {}", failure.toString());
                    }
                });
    }
}

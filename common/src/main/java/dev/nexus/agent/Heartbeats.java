package dev.nexus.agent;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Says at regular times that this worker is there, and what it has in hand. */
final class Heartbeats implements AutoCloseable {

    private static final Duration LAST_ONE = Duration.ofSeconds(2);

    /** After which the brokers are taken to be away. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final String worker;
    private final Service service;
    private final String version;
    private final InHand inHand;
    private final Supplier<@Nullable String> problem;
    private final Duration every;
    private final Loop loop;
    private CompletableFuture<RecordMetadata> last = CompletableFuture.completedFuture(null);
    private long count;
    private volatile long writtenAt = System.nanoTime();

    /** @param problem why the worker cannot do its work at the moment; null if it can */
    Heartbeats(
            KafkaClients clients,
            Topics topics,
            String worker,
            Service service,
            String version,
            InHand inHand,
            Supplier<@Nullable String> problem,
            Duration every) {
        // A producer of its own: large files on their way must not hold the signs of life back.
        this.producer = clients.producer("heartbeats");
        this.topic = topics.name(Topic.WORKER_HEARTBEATS);
        this.worker = worker;
        this.service = service;
        this.version = version;
        this.inHand = inHand;
        this.problem = problem;
        this.every = every;
        this.loop = new Loop(worker + "-heartbeats", new Beat());
    }

    void start() {
        loop.start();
    }

    /** Why nobody hears this worker; null if all is well. */
    @Nullable
    String trouble() {
        Duration silence = Duration.ofNanos(System.nanoTime() - writtenAt);
        return silence.compareTo(LONGEST_SILENCE.plus(every)) < 0
                ? null
                : "no broker has taken a heartbeat for " + silence.toSeconds() + " s";
    }

    /** Sends a last one, which names what is still in hand. */
    @Override
    public void close() {
        loop.close();
        var _ = send();
        producer.close(LAST_ONE);
    }

    private final class Beat implements Loop.Work {

        @Override
        public void open() {}

        @Override
        public void step() throws InterruptedException {
            // Never two on their way: after an outage, a gateway would read old ones that do not name newer claims.
            if (last.isDone()) {
                last = send();
            }
            loop.pause(every);
        }

        @Override
        public void close() {}
    }

    private CompletableFuture<RecordMetadata> send() {
        count++;
        var heartbeat = new Heartbeat(
                worker,
                service,
                version,
                inHand.slotsOffered(),
                inHand.ids(),
                Map.of(),
                problem.get(),
                inHand.isClosed(),
                null);
        return EventLog.send(producer, Envelope.heartbeat(topic, heartbeat, count))
                .whenComplete((written, _) -> {
                    if (written != null) {
                        writtenAt = System.nanoTime();
                    }
                });
    }
}

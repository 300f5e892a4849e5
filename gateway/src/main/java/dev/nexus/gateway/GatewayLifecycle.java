package dev.nexus.gateway;

import dev.nexus.contract.EventLog;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.TopicSetup;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.drive.Driver;
import dev.nexus.gateway.drive.DriverSeat;
import dev.nexus.gateway.intake.RequestConsumer;
import dev.nexus.gateway.log.LogReader;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Starts the gateway's parts in their order, and stops them in the other. */
public final class GatewayLifecycle implements SmartLifecycle {

    /** Of the build, as {@code GET /version} shows it. */
    public static final String VERSION = version();

    private static final Logger log = LoggerFactory.getLogger(GatewayLifecycle.class);

    private final KafkaClients clients;
    private final Topics topics;
    private final Producer<String, byte[]> producer;
    private final String self;
    private final LogReader reader;
    private final Driver driver;
    private final DriverSeat seat;
    private final RequestConsumer requests;
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("heartbeat").daemon().factory());
    private final CompletableFuture<Void> stopping = new CompletableFuture<>();
    private volatile @Nullable Thread starter;
    private CompletableFuture<?> lastBeat = CompletableFuture.completedFuture(null);
    private volatile boolean running;

    GatewayLifecycle(
            KafkaClients clients,
            Topics topics,
            Producer<String, byte[]> producer,
            String self,
            LogReader reader,
            Driver driver,
            DriverSeat seat,
            RequestConsumer requests) {
        this.clients = clients;
        this.topics = topics;
        this.producer = producer;
        this.self = self;
        this.reader = reader;
        this.driver = driver;
        this.seat = seat;
        this.requests = requests;
    }

    @Override
    public void start() {
        try (Admin admin = clients.admin()) {
            new TopicSetup(topics).prepare(admin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the topics were prepared", e);
        }
        reader.start();
        starter = Thread.ofVirtual().name("starter").start(this::startRest);
        var _ = heart.scheduleWithFixedDelay(this::beat, 0, 1, TimeUnit.SECONDS);
        running = true;
    }

    /** What acts on jobs begins when all jobs are known: else a request or command would not find the job it names. */
    private void startRest() {
        try {
            while (!reader.awaitReady(Duration.ofMinutes(1))) {
                log.info("the log is still being read");
            }
            seat.start();
            requests.start();
        } catch (InterruptedException e) {
            log.debug("stopped before the log was read");
        }
    }

    /**
     * One heartbeat, unless the last one is still on its way: after an outage or a pause they must not come in a bunch, as
     * the silence of others is counted in them.
     */
    private void beat() {
        if (!lastBeat.isDone()) {
            return;
        }
        Heartbeat beat = new Heartbeat(self, Service.GATEWAY, VERSION, 0, List.of());
        var record = new ProducerRecord<>(topics.name(Topic.WORKER_HEARTBEATS), self, Json.write(beat));
        lastBeat = EventLog.send(producer, record).whenComplete((_, failure) -> {
            if (failure != null) {
                log.warn("a heartbeat could not be written: {}", failure.toString());
            }
        });
    }

    @Override
    public void stop() {
        running = false;
        heart.shutdown();
        stopping.complete(null);
        try {
            Thread starting = starter;
            if (starting != null) {
                starting.interrupt();
                starting.join();
            }
            requests.stop();
            seat.stop();
            reader.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Whether all that stood in the log at the start was read, so that any job can be answered for. */
    public boolean isReady() {
        return running && reader.isReady();
    }

    /** Completes when this gateway stops. */
    public CompletableFuture<Void> stopping() {
        return stopping;
    }

    /** Why this gateway does not do all of its work at the moment; null if all is well. */
    public @Nullable String trouble() {
        return Stream.of(reader.trouble(), seat.trouble(), requests.trouble())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Waits until {@link #isReady}; false if it is not within {@code limit}. */
    public boolean awaitReady(Duration limit) throws InterruptedException {
        return reader.awaitReady(limit);
    }

    /** Whether this replica is the one that sends the orders. */
    public boolean isDriving() {
        return driver.isDriving();
    }

    private static String version() {
        String version = GatewayLifecycle.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}

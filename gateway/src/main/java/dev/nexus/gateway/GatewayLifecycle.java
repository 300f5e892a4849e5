package dev.nexus.gateway;

import dev.nexus.gateway.access.KeyReader;
import dev.nexus.gateway.archive.Archive;
import dev.nexus.gateway.drive.Driver;
import dev.nexus.gateway.drive.DriverSeat;
import dev.nexus.gateway.intake.RequestConsumer;
import dev.nexus.gateway.log.DiskWatch;
import dev.nexus.gateway.log.Heart;
import dev.nexus.gateway.log.History;
import dev.nexus.gateway.log.LogReader;
import dev.nexus.gateway.webhook.Webhooks;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Starts the gateway's parts in their order, and stops them in the other. */
public final class GatewayLifecycle implements SmartLifecycle {

    /** Of the build, as {@code GET /version} shows it. */
    public static final String VERSION = version();

    private static final Logger log = LoggerFactory.getLogger(GatewayLifecycle.class);

    /** Of the brokers, which send this gateway's own heartbeat back each second. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    private final Heart heart;
    private final DiskWatch disks;
    private final LogReader reader;
    private final KeyReader keys;
    private final History history;
    private final Driver driver;
    private final DriverSeat seat;
    private final RequestConsumer requests;
    private final Webhooks webhooks;
    private final Archive archive;
    private final Sinks.Empty<Void> stopping = Sinks.empty();
    private volatile @Nullable Thread starter;
    private volatile boolean running;

    GatewayLifecycle(
            Heart heart,
            DiskWatch disks,
            LogReader reader,
            KeyReader keys,
            History history,
            Driver driver,
            DriverSeat seat,
            RequestConsumer requests,
            Webhooks webhooks,
            Archive archive) {
        this.heart = heart;
        this.disks = disks;
        this.reader = reader;
        this.keys = keys;
        this.history = history;
        this.driver = driver;
        this.seat = seat;
        this.requests = requests;
        this.webhooks = webhooks;
        this.archive = archive;
    }

    @Override
    public void start() {
        keys.start();
        reader.start();
        history.start();
        webhooks.startReading();
        starter = Thread.ofVirtual().name("starter").start(this::startRest);
        heart.start();
        disks.start();
        archive.start();
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
            webhooks.start();
        } catch (InterruptedException e) {
            log.debug("stopped before the log was read");
        }
    }

    @Override
    public void stop() {
        running = false;
        heart.stop();
        stopping.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
        try {
            Thread starting = starter;
            if (starting != null) {
                starting.interrupt();
                starting.join();
            }
            disks.stop();
            requests.stop();
            seat.stop(); // before what may take its time: nobody drives until it is free
            webhooks.stop();
            archive.stop();
            history.stop();
            reader.stop();
            keys.stop();
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
        return running && reader.isReady() && keys.isReady();
    }

    /** Whether requests should be sent here: all is known, nothing is wrong, and the brokers are heard. */
    public boolean takesRequests() {
        return isReady() && trouble() == null && reader.silence().compareTo(LONGEST_SILENCE) < 0;
    }

    /** Completes when this gateway stops. */
    public Mono<Void> stopping() {
        return stopping.asMono();
    }

    /** Whether it was told to stop: what it does not answer now, another may. */
    public boolean isStopping() {
        return !running && reader.isReady();
    }

    /** Why this gateway does not do all of its work at the moment; null if all is well. */
    public @Nullable String trouble() {
        return Stream.of(
                        reader.trouble(),
                        keys.trouble(),
                        history.trouble(),
                        seat.trouble(),
                        requests.trouble(),
                        webhooks.trouble())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Why the archive is behind, which keeps nothing else from going on; null if it is not. */
    public @Nullable String archiveTrouble() {
        return archive.trouble();
    }

    /** Why no new jobs are taken though all else goes on; null if they are. */
    public @Nullable String shortage() {
        return disks.shortage();
    }

    /** Waits until {@link #isReady}; false if it is not within {@code limit}. */
    public boolean awaitReady(Duration limit) throws InterruptedException {
        return reader.awaitReady(limit) && keys.awaitReady(limit);
    }

    /**
     * Completes when all was read that stands in the log now.
     *
     * @see LogReader#caughtUp
     */
    public CompletableFuture<Void> caughtUp() {
        return reader.caughtUp();
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

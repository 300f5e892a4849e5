package dev.nexus.standalone.client;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Json;
import dev.nexus.standalone.client.GatewayException.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Follows one job to its end, over as many connections as that takes; each event is passed on once. */
public final class JobFollower {

    private static final Duration FIRST_RETRY = Duration.ofMillis(500);

    private final GatewayClient gateway;
    private final Duration patience;
    private final Duration longestSilence;
    private String lastId = "";
    private long lastSeq;

    /** Gives up 30 s after the gateway was last there; 45 s is three of its comments missed. */
    public JobFollower(GatewayClient gateway) {
        this(gateway, Duration.ofSeconds(30), Duration.ofSeconds(45));
    }

    /**
     * @param patience how long to go on without an answer
     * @param longestSilence after which a connection that gives nothing is taken for dead
     */
    JobFollower(GatewayClient gateway, Duration patience, Duration longestSilence) {
        this.gateway = gateway;
        this.patience = patience;
        this.longestSilence = longestSilence;
    }

    /**
     * Passes on what happens to job {@code id}, from its beginning, and returns when it is final.
     *
     * @throws GatewayException if there is no such job, or the gateway stays away
     */
    public JobView follow(String id, Consumer<StreamedEvent> listener) {
        long lastAnswer = System.nanoTime();
        Duration pause = FIRST_RETRY;
        while (true) {
            try {
                long before = lastSeq;
                pause = readOnce(id, listener);
                lastAnswer = System.nanoTime();
                JobView job = gateway.job(id);
                if (job.isFinal()) {
                    return job;
                }
                if (lastSeq > before) {
                    continue; // it does give something
                }
            } catch (GatewayException e) {
                boolean mayPass = e.reason() == Reason.UNREACHABLE || e.reason() == Reason.UNAVAILABLE;
                if (!mayPass || System.nanoTime() - lastAnswer > patience.toNanos()) {
                    throw e;
                }
            }
            pause(pause);
        }
    }

    /** Reads one connection to its end, and returns how long to wait before the next. */
    private Duration readOnce(String id, Consumer<StreamedEvent> listener) {
        try (Body body = new Body(gateway.events(id, lastId).body(), longestSilence)) {
            EventStreamReader reader = new EventStreamReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            try {
                for (ServerSentEvent event = reader.next(); event != null; event = reader.next()) {
                    lastId = event.id();
                    StreamedEvent read = read(event);
                    if (read == null || read.seq() <= lastSeq) {
                        continue;
                    }
                    lastSeq = read.seq();
                    listener.accept(read);
                    if (read.event() instanceof JobEvent.Final) {
                        break;
                    }
                }
            } catch (IOException e) {
                return reader.retry().orElse(FIRST_RETRY); // a connection broke: not yet a reason to give up
            }
            return reader.retry().orElse(FIRST_RETRY);
        } catch (IOException e) {
            throw gateway.unreachable(e);
        }
    }

    private static @Nullable StreamedEvent read(ServerSentEvent event) {
        byte[] json = event.data().getBytes(StandardCharsets.UTF_8);
        try {
            JsonNode tree = Json.tree(json);
            return new StreamedEvent(
                    tree.path("seq").asLong(),
                    Instant.parse(tree.path("time").asString("")),
                    Json.readEvent(json),
                    tree.toString());
        } catch (JacksonException | DateTimeParseException e) {
            return null; // nothing that this version can read; the job itself tells how it ends
        }
    }

    private static void pause(Duration length) {
        try {
            Thread.sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(Reason.UNREACHABLE, "interrupted while following the job", e);
        }
    }

    /** A body that is closed when nothing has come for too long, so that its reader notices a dead connection. */
    private static final class Body extends FilterInputStream {

        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("silence-watch").factory());
        private final ScheduledFuture<?> checks;
        private volatile long lastRead = System.nanoTime();

        Body(InputStream in, Duration longestSilence) {
            super(in);
            long period = Math.max(1, longestSilence.toMillis() / 4);
            checks = clock.scheduleAtFixedRate(() -> check(longestSilence), period, period, TimeUnit.MILLISECONDS);
        }

        private void check(Duration longestSilence) {
            if (System.nanoTime() - lastRead > longestSilence.toNanos()) {
                try {
                    in.close();
                } catch (IOException e) {
                    lastRead = System.nanoTime(); // it is tried again
                }
            }
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            lastRead = System.nanoTime();
            return count;
        }

        @Override
        public void close() throws IOException {
            checks.cancel(false);
            clock.shutdown();
            super.close();
        }
    }
}

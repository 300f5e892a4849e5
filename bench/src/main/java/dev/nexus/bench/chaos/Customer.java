package dev.nexus.bench.chaos;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who wants one job: submits it until it is accepted, follows it to its end over connections that break all the time, and
 * perhaps cancels it. It keeps what it was told, and believes all of it.
 */
final class Customer implements Runnable {

    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(400);
    private static final Duration LONGEST_CONNECTION = Duration.ofSeconds(20);
    private static final int MOST_FRAMES = 12;

    private final Wish wish;
    private final Market market;
    private final Random random;
    private final List<Frame> frames = new ArrayList<>();
    private final List<String> surprises = new ArrayList<>();
    private volatile @Nullable String job;
    private volatile boolean ended;
    private volatile @Nullable Long cancelTaken;
    private volatile long askedAt;
    private final AtomicInteger submissions = new AtomicInteger();

    /** What all customers share. */
    record Market(
            long seed,
            HttpClient http,
            List<URI> gateways,
            Producer<String, byte[]> producer,
            String requests,
            String control,
            ScheduledExecutorService clock,
            Map<String, Customer> accepted) {

        Market(
                long seed,
                HttpClient http,
                List<URI> gateways,
                Producer<String, byte[]> producer,
                String requests,
                String control,
                ScheduledExecutorService clock) {
            this(seed, http, gateways, producer, requests, control, clock, new ConcurrentHashMap<>());
        }
    }

    Customer(Wish wish, Market market) {
        this.wish = wish;
        this.market = market;
        this.random = new Random(market.seed() * 1_000_003 + wish.number());
    }

    Wish wish() {
        return wish;
    }

    /** The job's id; null until it is accepted. */
    @Nullable
    String job() {
        return job;
    }

    /** When it asked for the first time, wall clock, milliseconds since 1970. */
    long askedAt() {
        return askedAt;
    }

    /** Whether the final event was received. */
    boolean hasEnded() {
        return ended;
    }

    /** What it knows by now. */
    Told told() {
        return new Told(wish, job, ended, submissions.get(), cancelTaken);
    }

    /** Everything received, in order, repeats too. */
    List<Frame> frames() {
        synchronized (frames) {
            return List.copyOf(frames);
        }
    }

    /** Answers that no client should get. */
    List<String> surprises() {
        synchronized (surprises) {
            return List.copyOf(surprises);
        }
    }

    @Override
    public void run() {
        try {
            askedAt = System.currentTimeMillis();
            String id = submit();
            job = id;
            market.accepted().put(id, this);
            if (wish.repeated() && wish.door() != Wish.Door.HTTP) {
                String again = submit();
                if (!again.equals(id)) {
                    surprise("the same request with the same key made another job, " + again);
                }
            }
            Duration cancelAfter = wish.cancelAfter();
            if (cancelAfter != null) {
                Thread.startVirtualThread(() -> cancel(id, cancelAfter));
            }
            follow(id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the run is over
        }
    }

    private void surprise(String what) {
        synchronized (surprises) {
            surprises.add(what);
        }
    }

    private URI anyGateway() {
        return market.gateways().get(random.nextInt(market.gateways().size()));
    }

    private static void pause() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }

    private String key() {
        return "chaos-" + market.seed() + "-" + wish.number();
    }

    private String submit() throws InterruptedException {
        return switch (wish.door()) {
            case HTTP -> post(null);
            case HTTP_WITH_KEY -> post(key());
            case KAFKA_WITH_ID -> {
                // the same one, should it be sent again
                String id = JobId.next(0, new Random(market.seed() * 1_000_003 + wish.number()))
                        .value();
                send(new ProducerRecord<>(market.requests(), id, request()));
                yield id;
            }
            case KAFKA_WITH_KEY -> {
                var record = new ProducerRecord<String, byte[]>(market.requests(), null, request());
                Envelope.add(record, Envelope.IDEMPOTENCY_KEY, key());
                send(record);
                yield JobId.ofIdempotencyKey(Envelope.DEFAULT_TENANT, key()).value();
            }
        };
    }

    private byte[] request() {
        ObjectNode body = (ObjectNode) Json.tree(wish.body().getBytes(StandardCharsets.UTF_8));
        return Json.write(body.put("type", wish.shape().type()));
    }

    /** Until the brokers have it. */
    private void send(ProducerRecord<String, byte[]> record) throws InterruptedException {
        while (true) {
            try {
                EventLog.send(market.producer(), record).join();
                return;
            } catch (CompletionException e) {
                pause();
            }
        }
    }

    /** Until a gateway says 202. */
    private String post(@Nullable String key) throws InterruptedException {
        while (true) {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            anyGateway().resolve(wish.shape().path()))
                    .header("Content-Type", "application/json")
                    .timeout(ANSWER.plusSeconds(10)) // a gateway waits 15 s itself before it says that it cannot tell
                    .POST(HttpRequest.BodyPublishers.ofString(wish.body()));
            if (key != null) {
                request.header("Idempotency-Key", key);
            }
            submissions.incrementAndGet();
            try {
                HttpResponse<byte[]> answer =
                        market.http().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() == 202) {
                    return Json.tree(answer.body()).path("id").asString("");
                }
                if (answer.statusCode() != 503) {
                    surprise("POST " + wish.shape().path() + " answered " + answer.statusCode());
                }
            } catch (IOException e) {
                // nobody there, or gone meanwhile: again, as the client of a service that may fail must
            }
            pause();
        }
    }

    private void cancel(String id, Duration after) {
        try {
            TimeUnit.NANOSECONDS.sleep(after.toNanos());
            if (wish.cancelOverKafka()) {
                send(new ProducerRecord<>(
                        market.control(), id, "{\"type\":\"cancel\"}".getBytes(StandardCharsets.UTF_8)));
                cancelTaken = System.currentTimeMillis();
                return;
            }
            while (!ended) {
                boolean known = isKnown();
                try {
                    int status = market.http()
                            .send(
                                    HttpRequest.newBuilder(anyGateway().resolve("/jobs/" + id + "/cancel"))
                                            .timeout(ANSWER)
                                            .POST(HttpRequest.BodyPublishers.noBody())
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode();
                    if (status == 200 || status == 202) {
                        cancelTaken = System.currentTimeMillis();
                        return;
                    }
                    if (status == 409) {
                        return; // too late
                    }
                    if (!isExpected(status, known)) {
                        surprise("POST …/cancel answered " + status);
                    }
                } catch (IOException e) {
                    // as above
                }
                pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * 503 from a gateway that cannot reach Kafka. 404 only while nobody can know of the job: a 202 says that it is in the
     * log, and so does an event; no replica answers 404 before it has read to the log's end.
     *
     * @param known whether the job was when the question was sent
     */
    private static boolean isExpected(int status, boolean known) {
        return status == 503 || (status == 404 && !known);
    }

    private boolean isKnown() {
        return wish.door().isHttp() || !frames().isEmpty();
    }

    private void follow(String id) throws InterruptedException {
        for (int connection = 1; !ended; connection++) {
            try {
                read(id, connection);
            } catch (IOException e) {
                pause(); // it broke, or was closed: on with the next replica
            }
        }
    }

    private void read(String id, int connection) throws IOException, InterruptedException {
        URI gateway = anyGateway();
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve("/jobs/" + id + "/events"))
                .header("Accept", "text/event-stream")
                .timeout(ANSWER);
        String last = frames.isEmpty() ? "" : frames.getLast().id();
        if (!last.isEmpty()) {
            request.header("Last-Event-ID", last);
        }
        boolean known = isKnown();
        HttpResponse<InputStream> answer =
                market.http().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200) {
                if (answer.statusCode() == 204) {
                    surprise("204 behind event " + last + ", though no final event was received");
                    ended = true;
                } else if (!isExpected(answer.statusCode(), known)) {
                    surprise("GET …/events answered " + answer.statusCode());
                }
                throw new IOException("status " + answer.statusCode());
            }
            int most = 1 + random.nextInt(MOST_FRAMES);
            long longest = 200 + random.nextLong(LONGEST_CONNECTION.toMillis());
            var cut = market.clock().schedule(() -> close(body), longest, TimeUnit.MILLISECONDS);
            try {
                read(body, gateway, connection, most);
            } finally {
                cut.cancel(false);
            }
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // it was broken anyway
        }
    }

    /** Reads whole frames, at most so many (WHATWG HTML, section 9.2.6, as far as the gateway uses it). */
    private void read(InputStream body, URI gateway, int connection, int most) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        String id = "";
        String event = "";
        StringBuilder data = new StringBuilder();
        int count = 0;
        for (String line = lines.readLine(); line != null && count < most; line = lines.readLine()) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data.append(line, 6, line.length());
            } else if (line.isEmpty() && !data.isEmpty()) {
                Frame frame = new Frame(
                        id,
                        event,
                        Json.tree(data.toString().getBytes(StandardCharsets.UTF_8)),
                        connection,
                        gateway,
                        System.currentTimeMillis());
                synchronized (frames) {
                    frames.add(frame);
                }
                count++;
                data.setLength(0);
                if (event.equals("job.completed") || event.equals("job.failed") || event.equals("job.cancelled")) {
                    ended = true;
                    return;
                }
            }
        }
    }
}

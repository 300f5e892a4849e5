package dev.nexus.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** A client that submits jobs and follows each to its end, as any would. */
final class Client implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    private final URI gateway;

    Client(URI gateway) {
        this.gateway = gateway;
    }

    /**
     * A job that was completed.
     *
     * @param location its path
     * @param took from the first byte of the request to the final event
     */
    record Ended(String location, Duration took) {}

    /** Time from the first byte of the request to the final event, of one job. */
    Duration oneJob() throws IOException, InterruptedException {
        return run("/jobs", "{\"spec\": \"nothing\"}").took();
    }

    /** Posts a request, and follows its job to the end. */
    Ended run(String path, String request) throws IOException, InterruptedException {
        long start = System.nanoTime();
        HttpResponse<String> accepted = http.send(
                HttpRequest.newBuilder(gateway.resolve(path))
                        .header("Content-Type", "application/json")
                        .timeout(LIMIT)
                        .POST(HttpRequest.BodyPublishers.ofString(request))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (accepted.statusCode() != 202) {
            throw new IOException("POST " + path + " answered " + accepted.statusCode() + ": " + accepted.body());
        }
        String job = accepted.headers().firstValue("Location").orElseThrow();
        HttpResponse<Stream<String>> events = http.send(
                HttpRequest.newBuilder(gateway.resolve(job + "/events"))
                        .timeout(LIMIT)
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = events.body()) {
            String end = lines.filter(line -> line.startsWith("event: job.") && !line.equals("event: job.accepted"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the stream of " + job + " ended without a final event"));
            if (!end.equals("event: job.completed")) {
                throw new IOException(job + " ended with " + end);
            }
        }
        return new Ended(job, Duration.ofNanos(System.nanoTime() - start));
    }

    /** The body of the answer. */
    String get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(gateway.resolve(path)).timeout(LIMIT).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** That many jobs one after the other. */
    List<Duration> inTurn(int jobs) throws IOException, InterruptedException {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < jobs; i++) {
            times.add(oneJob());
        }
        return times;
    }

    /** That many jobs at once; the time from the first request to the last final event. */
    Duration atOnce(int jobs) throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Duration>> all = new ArrayList<>();
            for (int i = 0; i < jobs; i++) {
                all.add(clients.submit(this::oneJob));
            }
            for (Future<Duration> one : all) {
                one.get();
            }
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Returns when the gateway is ready; fails after {@link #LIMIT}. */
    void awaitReady() throws InterruptedException {
        HttpRequest health = HttpRequest.newBuilder(gateway.resolve("/health"))
                .timeout(LIMIT)
                .build();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // not listening yet
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("the gateway at " + gateway + " is not ready after " + LIMIT);
    }

    /** Returns when the gateway shows the job as completed; fails after {@link #LIMIT}. */
    void awaitCompleted(String job) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            if (get("/jobs/" + job).contains("\"status\":\"completed\",")) {
                return;
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("job " + job + " is not completed after " + LIMIT);
    }

    @Override
    public void close() {
        http.close();
    }
}

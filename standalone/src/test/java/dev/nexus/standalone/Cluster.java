package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.Json;
import dev.nexus.gateway.GatewayApplication;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import tools.jackson.databind.JsonNode;

/** Any number of services around running brokers, each a process of its own; and an HTTP client of them. */
final class Cluster implements AutoCloseable {

    static final Duration LIMIT = Duration.ofMinutes(3);
    static final String SPEC = "Convert Roman numerals to integers and back";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Deque<ServiceProcess> running = new ConcurrentLinkedDeque<>();
    private final String bootstrapServers;

    /** @param bootstrapServers of brokers that run; whoever started them ends them, after this */
    Cluster(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** A gateway in a process. */
    record Gateway(URI uri, ServiceProcess process) {}

    Gateway gateway(String... more) throws IOException {
        return gatewayAt(BrokerPort.free(), more);
    }

    Gateway gatewayAt(int port, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--server.port=" + port, "--management.server.port=0"));
        arguments.addAll(List.of(more));
        URI uri = URI.create("http://127.0.0.1:" + port);
        return new Gateway(uri, start(GatewayApplication.class, arguments));
    }

    ServiceProcess agent(Class<?> application, String... more) throws IOException {
        // Many jobs at once are about the chain, not about what their tests are worth.
        List<String> arguments = new ArrayList<>(List.of(more));
        for (String usual : List.of("--server.port=0", "--nexus.tester.scrutiny.enabled=false")) {
            String setting = usual.substring(0, usual.indexOf('=') + 1);
            if (arguments.stream().noneMatch(given -> given.startsWith(setting))) { // twice would be a list
                arguments.add(usual);
            }
        }
        return start(application, arguments);
    }

    private ServiceProcess start(Class<?> application, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--spring.kafka.bootstrap-servers=" + bootstrapServers));
        all.addAll(arguments);
        Path logs = Files.createDirectories(Path.of("target", "cluster-it"));
        Path log = Files.createTempFile(logs, application.getSimpleName(), ".log");
        ServiceProcess process = ServiceProcess.start(application, log, all.toArray(String[]::new));
        running.push(process);
        return process;
    }

    void awaitReady(Gateway gateway) {
        HttpRequest health =
                HttpRequest.newBuilder(gateway.uri().resolve("/health")).build();
        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(IOException.class) // not listening yet
                .until(() -> http.send(health, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200);
    }

    String submit(Gateway gateway) throws IOException, InterruptedException {
        return submit(gateway, SPEC);
    }

    /** Submits a pipeline, and returns the job's id. */
    String submit(Gateway gateway, String spec) throws IOException, InterruptedException {
        return submit(gateway, spec, "pipeline");
    }

    /** Submits a job of that kind, and returns its id. */
    String submit(Gateway gateway, String spec, String kind) throws IOException, InterruptedException {
        return post(
                gateway,
                "/jobs",
                Json.MAPPER
                        .createObjectNode()
                        .put("spec", spec)
                        .put("kind", kind)
                        .toString());
    }

    /** Has the plan of an earlier job built, and returns the new job's id. */
    String build(Gateway gateway, String planned) throws IOException, InterruptedException {
        return post(gateway, "/tasks/build", "{\"job\": \"" + planned + "\"}");
    }

    private String post(Gateway gateway, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(gateway.uri().resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer.body()).get("id").stringValue();
    }

    JsonNode job(Gateway gateway, String job) {
        return json(get(gateway, "/jobs/" + job));
    }

    /** A task of a job; with status {@code none} and attempt 0 if there is none yet. */
    JsonNode task(Gateway gateway, String job, String task) {
        for (JsonNode each : job(gateway, job).path("tasks")) {
            if (each.get("id").stringValue().equals(task)) {
                return each;
            }
        }
        return Json.MAPPER.createObjectNode().put("status", "none").put("attempt", 0);
    }

    void awaitRunning(Gateway gateway, String job, String task) {
        await().atMost(LIMIT).until(() -> isRunning(gateway, job, task));
    }

    boolean isRunning(Gateway gateway, String job, String task) {
        return task(gateway, job, task).get("status").stringValue().equals("running");
    }

    boolean isFinal(Gateway gateway, String job) {
        return job(gateway, job).has("finishedAt");
    }

    void awaitCompleted(Gateway gateway, List<String> jobs) {
        await().atMost(LIMIT).until(() -> jobs.stream().allMatch(job -> isFinal(gateway, job)));
        for (String job : jobs) {
            assertThat(job(gateway, job).get("status").stringValue())
                    .as("job %s", job)
                    .isEqualTo("completed");
        }
    }

    String get(Gateway gateway, String path) {
        try {
            return http.send(
                            HttpRequest.newBuilder(gateway.uri().resolve(path))
                                    .timeout(LIMIT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("GET " + path + " failed", e);
        }
    }

    /** The job's stream behind that event, as it comes. */
    InputStream events(Gateway gateway, String job, String lastEventId) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(gateway.uri().resolve("/jobs/" + job + "/events"))
                                .header("Last-Event-ID", lastEventId)
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }

    static JsonNode json(String body) {
        return Json.tree(body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        running.forEach(ServiceProcess::close); // the last one started first
        http.close();
    }
}

package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.builder.BuilderApplication;
import dev.nexus.contract.Json;
import dev.nexus.gateway.GatewayApplication;
import dev.nexus.planner.PlannerApplication;
import dev.nexus.tester.TesterApplication;
import java.io.IOException;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Every service as processes of its own around one broker: many at once, and killed in the middle of their work. */
class ClusterIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String SPEC = "{\"spec\": \"Convert Roman numerals to integers and back\"}";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Deque<AutoCloseable> running = new ConcurrentLinkedDeque<>();

    @TempDir
    Path folder;

    private EmbeddedBroker broker;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.start(folder.resolve("data"), new BrokerPort.Any(), EmbeddedBroker.Life.SHORT);
    }

    @AfterEach
    void stopAll() throws Exception {
        for (AutoCloseable each : running) { // the last one started first
            each.close();
        }
        broker.close();
        http.close();
    }

    @Test
    void aHundredJobsOverTwoOfEachEndTheSameOnBothGateways() throws Exception {
        URI one = gateway();
        URI two = gateway();
        for (int i = 0; i < 2; i++) {
            agent(PlannerApplication.class);
            agent(BuilderApplication.class);
            agent(TesterApplication.class);
        }
        awaitReady(one);
        awaitReady(two);

        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            jobs.add(submit(i % 2 == 0 ? one : two));
        }

        await().atMost(LIMIT).until(() -> jobs.stream().allMatch(job -> isFinal(one, job) && isFinal(two, job)));
        for (String job : jobs) {
            String body = get(one, "/jobs/" + job);
            assertThat(json(body).get("status").stringValue()).as(body).isEqualTo("completed");
            assertThat(get(two, "/jobs/" + job)).isEqualTo(body);
            assertThat(get(two, "/jobs/" + job + "/events")).isEqualTo(get(one, "/jobs/" + job + "/events"));
        }
    }

    @Test
    void theTaskOfAKilledWorkerIsIssuedAgainAndTheJobCompletes() throws Exception {
        URI gateway = gateway();
        agent(PlannerApplication.class);
        agent(TesterApplication.class);
        ServiceProcess slow = agent(BuilderApplication.class, "--nexus.models.offline.latency=10m");
        awaitReady(gateway);
        String job = submit(gateway);
        await().atMost(LIMIT)
                .until(() -> task(gateway, job, "build:roman")
                        .get("status")
                        .stringValue()
                        .equals("running"));
        agent(BuilderApplication.class);

        slow.kill();
        long killed = System.nanoTime();

        await().atMost(LIMIT)
                .until(() -> task(gateway, job, "build:roman").get("attempt").intValue() == 2);
        System.out.printf("issued again %.1f s after the kill%n", (System.nanoTime() - killed) / 1e9);
        await().atMost(LIMIT).until(() -> isFinal(gateway, job));
        assertThat(json(get(gateway, "/jobs/" + job)).get("status").stringValue())
                .isEqualTo("completed");
    }

    @Test
    void openJobsGoOnWhenTheOnlyGatewayIsKilledAndStartedAgain() throws Exception {
        int port = BrokerPort.free();
        URI gateway = URI.create("http://127.0.0.1:" + port);
        ServiceProcess killed = gatewayAt(port);
        awaitReady(gateway);
        List<String> jobs = List.of(submit(gateway), submit(gateway), submit(gateway));
        agent(PlannerApplication.class);
        agent(BuilderApplication.class);
        agent(TesterApplication.class);
        await().atMost(LIMIT)
                .until(() -> jobs.stream()
                        .anyMatch(job -> json(get(gateway, "/jobs/" + job))
                                .get("status")
                                .stringValue()
                                .equals("in_progress")));

        killed.kill();
        gatewayAt(port);
        awaitReady(gateway);

        await().atMost(LIMIT).until(() -> jobs.stream().allMatch(job -> isFinal(gateway, job)));
        for (String job : jobs) {
            assertThat(json(get(gateway, "/jobs/" + job)).get("status").stringValue())
                    .isEqualTo("completed");
        }
    }

    private URI gateway() throws IOException {
        int port = BrokerPort.free();
        gatewayAt(port);
        return URI.create("http://127.0.0.1:" + port);
    }

    private ServiceProcess gatewayAt(int port) throws IOException {
        return start(GatewayApplication.class, "--server.port=" + port);
    }

    private ServiceProcess agent(Class<?> application, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--server.port=0"));
        arguments.addAll(List.of(more));
        return start(application, arguments.toArray(String[]::new));
    }

    private ServiceProcess start(Class<?> application, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--spring.kafka.bootstrap-servers=" + broker.bootstrapServers()));
        all.addAll(List.of(arguments));
        Path logs = Files.createDirectories(Path.of("target", "cluster-it"));
        Path log = Files.createTempFile(logs, application.getSimpleName(), ".log");
        ServiceProcess process = ServiceProcess.start(application, log, all.toArray(String[]::new));
        running.push(process);
        return process;
    }

    private void awaitReady(URI gateway) {
        HttpRequest health = HttpRequest.newBuilder(gateway.resolve("/health")).build();
        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(IOException.class) // not listening yet
                .until(() -> http.send(health, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200);
    }

    private String submit(URI gateway) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(gateway.resolve("/jobs"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(SPEC))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer.body()).get("id").stringValue();
    }

    private JsonNode task(URI gateway, String job, String task) {
        for (JsonNode each : json(get(gateway, "/jobs/" + job)).get("tasks")) {
            if (each.get("id").stringValue().equals(task)) {
                return each;
            }
        }
        return Json.MAPPER.createObjectNode().put("status", "none").put("attempt", 0);
    }

    private boolean isFinal(URI gateway, String job) {
        return json(get(gateway, "/jobs/" + job)).has("finishedAt");
    }

    private String get(URI gateway, String path) {
        try {
            return http.send(
                            HttpRequest.newBuilder(gateway.resolve(path))
                                    .timeout(LIMIT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("GET " + path + " failed", e);
        }
    }

    private static JsonNode json(String body) {
        return Json.tree(body.getBytes(StandardCharsets.UTF_8));
    }
}

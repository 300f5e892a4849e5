package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The whole chain in this process, and an HTTP client of it. */
final class Chain implements AutoCloseable {

    static final Duration LIMIT = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final DataDirectory directory;
    private final Embedded embedded;

    /** @param environment settings, as environment variables */
    Chain(Path folder, Map<String, String> environment) {
        directory = DataDirectory.open(folder, "test");
        embedded = Embedded.start(new Embedded.Settings(
                directory, "127.0.0.1", 0, new BrokerPort.Any(), EmbeddedBroker.Life.SHORT, "OFF", environment));
    }

    /** Submits, and returns the id. */
    String submit(String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer.body()).get("id").stringValue();
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    String get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    JsonNode job(String id) throws IOException, InterruptedException {
        return json(get("/jobs/" + id));
    }

    /** The job once it has ended. */
    JsonNode ended(String id) {
        return await().atMost(LIMIT).until(() -> job(id), job -> job.has("finishedAt"));
    }

    /** Submits, and returns the job once it has ended. */
    JsonNode done(String path, String body) throws IOException, InterruptedException {
        return ended(submit(path, body));
    }

    /** Where the gateway listens. */
    URI gateway() {
        return embedded.gateway();
    }

    /** All figures as Prometheus reads them; the settings must have a port for them. */
    String figures() throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(embedded.metrics()).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** What Kafka clients connect to. */
    String bootstrapServers() {
        return embedded.bootstrapServers();
    }

    private URI uri(String path) {
        return embedded.gateway().resolve(path);
    }

    static JsonNode json(String body) {
        return Json.tree(body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        embedded.close();
        directory.close();
        http.close();
    }
}

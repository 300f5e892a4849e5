package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nexus.contract.Json;
import dev.nexus.standalone.Cluster.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A receiver that is away, and gateways that are killed meanwhile: each event arrives, and npm's library believes it. */
class WebhooksIT {

    private static final String LIBRARY = "standardwebhooks@1.1.1";
    private static final String[] LOCAL = {
        "--nexus.webhooks.allow-http=true", "--nexus.webhooks.allowed-networks=127.0.0.0/8"
    };

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Queue<ObjectNode> received = new ConcurrentLinkedQueue<>();

    @Test
    void eachEventArrivesThoughTheReceiverWasAwayAndEveryGatewayWasKilled() throws Exception {
        try (EmbeddedBroker broker =
                        EmbeddedBroker.start(folder.resolve("data"), new BrokerPort.Any(), EmbeddedBroker.Life.SHORT);
                Cluster cluster = new Cluster(broker.bootstrapServers())) {
            Gateway one = cluster.gateway(LOCAL);
            Gateway two = cluster.gateway(LOCAL);
            cluster.awaitReady(one);
            cluster.awaitReady(two);
            int port = BrokerPort.free();
            JsonNode webhook = post(
                    one.uri().resolve("/webhooks"),
                    "{\"url\": \"http://127.0.0.1:" + port + "/hooks\", \"events\": [\"job.cancelled\"]}",
                    201);
            List<String> jobs = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                String job = cluster.submit(i % 2 == 0 ? one : two);
                post(two.uri().resolve("/jobs/" + job + "/cancel"), "", 202);
                jobs.add(job);
            }
            one.process().kill();
            two.process().kill();
            HttpServer receiver = receiver(port);
            try {
                Gateway three = cluster.gateway(LOCAL);
                cluster.awaitReady(three);

                await().atMost(Cluster.LIMIT)
                        .untilAsserted(() ->
                                assertThat(received).extracting(WebhooksIT::job).containsAll(jobs));
            } finally {
                receiver.stop(0);
            }
            assertThat(received.stream()
                            .map(each -> each.at("/headers/webhook-id").stringValue())
                            .distinct())
                    .hasSize(jobs.size());
            verifyWithNpm(webhook.get("secret").stringValue());
        }
    }

    private HttpServer receiver(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        server.createContext("/hooks", this::take);
        server.start();
        return server;
    }

    private void take(HttpExchange exchange) throws IOException {
        ObjectNode one = Json.MAPPER.createObjectNode();
        for (String name : List.of("webhook-id", "webhook-timestamp", "webhook-signature")) {
            one.withObject("/headers").put(name, exchange.getRequestHeaders().getFirst(name));
        }
        one.put(
                "body",
                Base64.getEncoder().encodeToString(exchange.getRequestBody().readAllBytes()));
        received.add(one);
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private static String job(ObjectNode sent) {
        byte[] body = Base64.getDecoder().decode(sent.get("body").stringValue());
        return Json.tree(body).at("/data/jobId").stringValue();
    }

    private JsonNode post(URI uri, String body, int expected) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(expected);
        return Json.tree(answer.body());
    }

    /** Last, so that all else is looked at where npm is missing. */
    private void verifyWithNpm(String secret) throws Exception {
        assumeTrue(isThere("node"), "nodejs is not installed (apt-get install nodejs)");
        assumeTrue(isThere("npm"), "npm is not installed (apt-get install npm)");
        Path modules = Path.of("target", "webhook-clients").toAbsolutePath();
        Ran installed = run(
                Map.of(),
                "npm",
                "install",
                "--no-save",
                "--no-package-lock",
                "--no-audit",
                "--no-fund",
                "--prefix",
                modules.toString(),
                LIBRARY);
        assumeTrue(installed.exit() == 0, () -> "npm cannot install " + LIBRARY + ": " + installed.output());
        Path sent = folder.resolve("sent.jsonl");
        Files.write(sent, received.stream().map(ObjectNode::toString).toList());

        Ran script = run(
                Map.of("NODE_PATH", modules.resolve("node_modules").toString()),
                "node",
                Path.of("src", "test", "clients", "standardwebhooks.js")
                        .toAbsolutePath()
                        .toString(),
                secret,
                sent.toString());

        assertThat(script.exit()).as(script.output()).isZero();
        assertThat(script.output()).contains("verified");
    }

    private boolean isThere(String command) throws InterruptedException {
        try {
            return run(Map.of(), command, "--version").exit() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** What a command printed, on both streams, and how it ended. */
    private record Ran(int exit, String output) {}

    private Ran run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "client", ".txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as(() -> "ends by itself: " + List.of(command))
                    .isTrue();
            return new Ran(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }
}

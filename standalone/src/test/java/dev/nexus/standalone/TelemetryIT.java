package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.nexus.planner.PlannerApplication;
import dev.nexus.standalone.Cluster.Gateway;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a planner process tells of its work: over OTLP where an endpoint is set, and to whoever may look at it. */
@Timeout(300)
class TelemetryIT {

    private static final String SPEC = "Convert Roman numerals to integers and back, confidentially";
    private static final String SECRET = "sk-that-nobody-may-see";

    @TempDir
    Path folder;

    private final Map<String, ConcurrentLinkedQueue<String>> received = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer collector;
    private EmbeddedBroker broker;
    private Cluster cluster;

    @BeforeEach
    void start() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean isZipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            received.computeIfAbsent(exchange.getRequestURI().getPath(), _ -> new ConcurrentLinkedQueue<>())
                    .add(latin(isZipped ? unzipped(body) : body));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        broker = EmbeddedBroker.start(folder.resolve("data"), new BrokerPort.Any(), EmbeddedBroker.Life.SHORT);
        cluster = new Cluster(broker.bootstrapServers());
    }

    @AfterEach
    void stop() {
        cluster.close();
        broker.close();
        collector.stop(0);
        http.close();
    }

    @Test
    void aJobIsToldOfWithoutItsContent() throws Exception {
        String base = "http://127.0.0.1:" + collector.getAddress().getPort();
        int port = BrokerPort.free();
        Gateway gateway = cluster.gateway();
        cluster.awaitReady(gateway);
        cluster.agent(
                PlannerApplication.class,
                "--management.server.port=" + port,
                "--spring.data.redis.password=" + SECRET,
                "--nexus.models.providers.openai.api-key=" + SECRET,
                "--management.opentelemetry.tracing.export.otlp.endpoint=" + base + "/v1/traces",
                "--management.opentelemetry.tracing.export.schedule-delay=100ms",
                "--logging.config=" + logging(),
                "--logging.file.name=" + folder.resolve("planner.log"),
                "--logging.structured.format.file=ecs",
                "--management.otlp.metrics.export.enabled=true",
                "--management.otlp.metrics.export.step=1s",
                "--management.otlp.metrics.export.url=" + base + "/v1/metrics");

        String job = cluster.submit(gateway, SPEC, "plan");
        cluster.awaitCompleted(gateway, List.of(job));

        String traces = awaitReceived("/v1/traces", "invoke_agent planner");
        String metrics = awaitReceived("/v1/metrics", "gen_ai.client.token.usage");
        String trace = latin(HexFormat.of().parseHex(job.replace("-", "")));
        assertThat(traces).contains("chat offline", "planner-service", "gen_ai.usage.input_tokens", trace);
        assertThat(metrics)
                .contains("gen_ai.client.operation.duration", "gen_ai.client.operation.time_to_first_chunk", "{token}");
        assertThat(traces + metrics).doesNotContain("confidentially", SECRET);
        URI planner = URI.create("http://127.0.0.1:" + port);
        assertThat(get(planner, "/actuator/health/live").statusCode()).isEqualTo(200);
        assertThat(get(planner, "/actuator/health/ready").statusCode()).isEqualTo(200);
        assertThat(get(planner, "/actuator/prometheus").body())
                .contains("nexus_model_calls_total{", "nexus_agent_ready{service=\"planner-service\"} 1.0")
                .doesNotContain("confidentially", SECRET, job);
        assertLinesOfATaskNameItsJobAndTrace(gateway);
        assertNothingButHealthAndMetricsIsShown(URI.create("http://127.0.0.1:" + port));
    }

    /** As Spring Boot does it by itself where no configuration for tests is on the class path. */
    private Path logging() throws IOException {
        return Files.writeString(folder.resolve("logback.xml"), """
                <configuration>
                  <include resource="org/springframework/boot/logging/logback/defaults.xml"/>
                  <include resource="org/springframework/boot/logging/logback/structured-file-appender.xml"/>
                  <root level="INFO"><appender-ref ref="FILE"/></root>
                </configuration>
                """);
    }

    /** In the form that {@code logging.structured.format} gives them. */
    private void assertLinesOfATaskNameItsJobAndTrace(Gateway gateway) throws Exception {
        String job = cluster.submit(gateway, "A stack, confidentially, written in Rust", "plan");
        JsonNode line = await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> Files.readAllLines(folder.resolve("planner.log")).stream()
                                .map(Cluster::json)
                                .filter(each -> job.equals(each.path("jobId").asString("")))
                                .findFirst()
                                .orElse(null),
                        found -> found != null);
        assertThat(line.get("taskId").stringValue()).isEqualTo("plan");
        assertThat(line.get("traceId").stringValue()).isEqualTo(job.replace("-", ""));
        assertThat(Files.readString(folder.resolve("planner.log"))).doesNotContain("confidentially", SECRET);
    }

    private void assertNothingButHealthAndMetricsIsShown(URI planner) throws Exception {
        List<String> shown = new ArrayList<>();
        for (String endpoint : List.of("env", "configprops", "beans", "loggers", "heapdump", "httpexchanges")) {
            assertThat(get(planner, "/actuator/" + endpoint).statusCode())
                    .as(endpoint)
                    .isEqualTo(404);
        }
        shown.add(get(planner, "/actuator").body());
        shown.add(get(planner, "/actuator/health").body());
        String metrics = get(planner, "/actuator/metrics").body();
        JsonNode names = Cluster.json(metrics).get("names");
        assertThat(metrics).contains("gen_ai.client.operation.duration");
        for (JsonNode name : names) {
            shown.add(get(planner, "/actuator/metrics/" + name.stringValue()).body());
        }
        assertThat(shown).hasSizeGreaterThan(20).noneMatch(each -> each.contains(SECRET));
        assertThat(shown).noneMatch(each -> each.contains("confidentially"));
    }

    private HttpResponse<String> get(URI server, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(server.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** All that came to a path, once it has that text. */
    private String awaitReceived(String path, String text) {
        return await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> String.join("\n", received.getOrDefault(path, new ConcurrentLinkedQueue<>())),
                        all -> all.contains(text));
    }

    private static byte[] unzipped(byte[] body) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return in.readAllBytes();
        }
    }

    /** Protobuf, with the texts in it readable. */
    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

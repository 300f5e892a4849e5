package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.JobId;
import dev.nexus.contract.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;

/** What gateways tell Prometheus, and those who watch over processes. */
class FiguresTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private EmbeddedKafkaBroker broker;
    private Gateways gateways;

    @BeforeEach
    void open() {
        broker = Gateways.broker();
        gateways = new Gateways(broker);
    }

    @AfterEach
    void close() {
        gateways.close();
        http.close();
        broker.destroy();
    }

    @Test
    void sumsOverAllGatewaysAreRight() throws Exception {
        List<ConfigurableApplicationContext> both = List.of(gateways.start(), gateways.start());
        both.forEach(gateways::awaitReady);
        awaitSum(both, "nexus_gateway_driving", 1);

        JobId job = gateways.submit(both.getFirst(), "/jobs", "{\"spec\": \"a stack\"}");
        gateways.submit(both.getLast(), "/tasks/plan", "{\"spec\": \"a list\"}");
        gateways.post(both.getLast(), "/jobs/" + job + "/cancel", "");
        gateways.send(Topic.JOB_REQUESTS, null, "{\"type\": \"plan\"}", Map.of());

        awaitSum(both, "nexus_jobs_accepted_total", 2);
        awaitSum(both, "nexus_job_duration_seconds_count", 1);
        awaitSum(both, "nexus_requests_refused_total", 1);
        awaitSum(both, "nexus_dead_letters_total", 1);
        awaitSum(both, "nexus_jobs_open", 1);
        awaitSum(both, "nexus_queue_tasks", 1);
        awaitSum(both, "nexus_workers", 0);
    }

    @Test
    void readersAreCountedWhileTheyRead() throws Exception {
        ConfigurableApplicationContext gateway = gateways.start();
        gateways.awaitReady(gateway);
        JobId job = gateways.submit(gateway, "/jobs", "{\"spec\": \"a stack\"}");

        try (InputStream _ = gateways.stream(gateway, "/jobs/" + job + "/events")) {
            awaitSum(List.of(gateway), "nexus_sse_connections", 1);
        }

        gateways.post(gateway, "/jobs/" + job + "/cancel", "");
        awaitSum(List.of(gateway), "nexus_sse_connections", 0);
    }

    @Test
    void figuresAreOnAPortOfTheirOwnAndTakeNoKey() throws Exception {
        ConfigurableApplicationContext gateway = gateways.start("--nexus.security.mode=keys");
        gateways.awaitReady(gateway);

        assertThat(figures(gateway)).contains("nexus_gateway_ready 1", "jvm_memory_used_bytes");
        assertThat(gateways.get(gateway, "/actuator/prometheus").statusCode()).isEqualTo(401);
        assertThat(gateways.get(gateway, "/health/live").statusCode()).isEqualTo(200);
        assertThat(gateways.get(gateway, "/health/ready").statusCode()).isEqualTo(200);
        assertThat(management(gateway, "/actuator/env").statusCode()).isEqualTo(404);
    }

    @Test
    void whenKafkaIsGoneTheGatewayLivesAndIsNotReady() {
        ConfigurableApplicationContext gateway = gateways.start();
        gateways.awaitReady(gateway);

        broker.destroy();

        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.get(gateway, "/health/ready").statusCode() == 503);
        assertThat(gateways.get(gateway, "/health/live").statusCode()).isEqualTo(200);
    }

    private void awaitSum(List<ConfigurableApplicationContext> all, String name, double sum) {
        await().atMost(Gateways.LIMIT).untilAsserted(() -> {
            double found = 0;
            for (ConfigurableApplicationContext each : all) {
                found += sum(figures(each), name);
            }
            assertThat(found).as(name).isEqualTo(sum);
        });
    }

    private static double sum(String figures, String name) {
        return Pattern.compile("(?m)^" + name + "(?:\\{.*\\})? (\\S+)$")
                .matcher(figures)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }

    private String figures(ConfigurableApplicationContext gateway) throws IOException, InterruptedException {
        return management(gateway, "/actuator/prometheus").body();
    }

    private HttpResponse<String> management(ConfigurableApplicationContext gateway, String path)
            throws IOException, InterruptedException {
        String port = gateway.getEnvironment().getProperty("local.management.port");
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}

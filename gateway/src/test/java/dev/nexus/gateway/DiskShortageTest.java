package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.Topic;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** A gateway whose brokers' disks have less room than it wants. */
class DiskShortageTest {

    private static EmbeddedKafkaBroker broker;

    private Gateways gateways;

    @BeforeAll
    static void startBroker() {
        broker = Gateways.broker();
    }

    @AfterAll
    static void stopBroker() {
        broker.destroy();
    }

    @BeforeEach
    void open() {
        gateways = new Gateways(broker);
    }

    @AfterEach
    void close() {
        gateways.close();
    }

    @Test
    void newJobsAreRefusedAtBothDoorsAndJobsThatWereTakenGoOn() {
        ConfigurableApplicationContext before = gateways.start("--nexus.limits.min-free-disk=0");
        gateways.awaitReady(before);
        JobId running = gateways.submit(before, "/jobs", "{\"spec\": \"a stack\"}");
        before.close();
        ConfigurableApplicationContext full = gateways.start("--nexus.limits.min-free-disk=1000000TB");
        gateways.awaitReady(full);
        await().atMost(Gateways.LIMIT).until(() -> health(full).has("refusesJobs"));
        JobId byKafka = JobId.next(System.currentTimeMillis(), RandomGenerator.getDefault());

        HttpResponse<String> refused = gateways.post(full, "/jobs", "{\"spec\": \"a list\"}");
        gateways.send(Topic.JOB_REQUESTS, byKafka.value(), "{\"type\": \"plan\", \"spec\": \"a list\"}", Map.of());

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("30");
        assertThat(refused.body()).contains("insufficient_storage", "send the request again later");
        assertThat(refused.body()).doesNotContain("broker");
        assertThat(health(full).get("refusesJobs").stringValue()).contains("MB left", "nexus.limits.min-free-disk");
        ConsumerRecord<String, byte[]> rejected =
                gateways.awaitRecords(Topic.JOB_EVENTS, byKafka, 1).getFirst();
        JsonNode error = Json.tree(rejected.value()).get("error");
        assertThat(error.get("code").stringValue()).isEqualTo("insufficient_storage");
        assertThat(error.get("retryable").booleanValue()).isTrue();
        assertThat(health(full).get("status").stringValue()).isEqualTo("UP");
        gateways.post(full, "/jobs/" + running + "/cancel", "");
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.status(full, running).equals("cancelled"));
    }

    /** Whoever may read it without a key need not know what stands where. */
    @Test
    void whereKeysAreAskedForTheReasonIsInTheLogAlone() {
        ConfigurableApplicationContext full =
                gateways.start("--nexus.limits.min-free-disk=1000000TB", "--nexus.security.mode=keys");
        gateways.awaitReady(full);

        JsonNode told = await().atMost(Gateways.LIMIT).until(() -> health(full), health -> health.has("refusesJobs"));

        assertThat(told.get("refusesJobs").stringValue()).isEqualTo("the gateway's log has the reason");
    }

    private JsonNode health(ConfigurableApplicationContext gateway) {
        return Json.tree(gateways.get(gateway, "/health").body().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}

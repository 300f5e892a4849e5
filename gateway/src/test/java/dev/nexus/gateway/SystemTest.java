package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.JobEvent.TaskStarted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** What two gateways tell of the installation while a job goes through it. */
class SystemTest {

    private static EmbeddedKafkaBroker broker;
    private static Gateways gateways;
    private static ConfigurableApplicationContext one;
    private static ConfigurableApplicationContext two;

    @BeforeAll
    static void start() {
        broker = Gateways.broker();
        gateways = new Gateways(broker);
        one = gateways.start();
        two = gateways.start();
        gateways.awaitReady(one);
        gateways.awaitReady(two);
    }

    @AfterAll
    static void stop() {
        gateways.close();
        broker.destroy();
    }

    @Test
    void aJobIsFollowedThroughTheChain() {
        JobId job = gateways.submit(one, "/tasks/plan", "{\"spec\": \"a stack\"}");
        await().atMost(Gateways.LIMIT)
                .untilAsserted(
                        () -> assertThat(system(two).at("/stages/0/waiting").intValue())
                                .isEqualTo(1));
        assertThat(system(two).at("/stages/0/oldestWaitingMillis").isNumber()).isTrue();

        gateways.awaitRecords(Topic.PLAN_REQUESTS, job, 1);
        beat("w1", "\"slots\": 4, \"problem\": \"no model answers\"");
        gateways.append(job, new TaskStarted(TaskId.plan(), 1, "w1"));
        await().atMost(Gateways.LIMIT).untilAsserted(() -> {
            JsonNode worker = system(two).at("/workers/0");
            assertThat(worker.get("id").stringValue()).isEqualTo("w1");
            assertThat(worker.get("problem").stringValue()).isEqualTo("no model answers");
            assertThat(worker.at("/tasks/0/jobId").stringValue()).isEqualTo(job.value());
        });
        assertThat(system(one).at("/jobs/in_progress").intValue()).isEqualTo(1);

        gateways.complete(job, TaskId.plan(), 1, Gateways.planned());
        await().atMost(Gateways.LIMIT).untilAsserted(() -> {
            JsonNode shown = system(two);
            assertThat(shown.at("/jobs/completed").intValue()).isEqualTo(1);
            assertThat(shown.at("/jobs/in_progress").intValue()).isZero();
            assertThat(shown.at("/stages/0/doneLastMinute").intValue()).isEqualTo(1);
            assertThat(shown.at("/stages/0/running").intValue()).isZero();
            assertThat(shown.at("/gateway/lag").longValue()).isZero();
        });

        assertThat(gateways.delete(one, "/jobs/" + job).statusCode()).isEqualTo(200);
        await().atMost(Gateways.LIMIT)
                .untilAsserted(() ->
                        assertThat(system(two).at("/jobs/completed").intValue()).isZero());
    }

    @Test
    void eachGatewayKnowsTheOtherAndWhichOfThemDrives() {
        await().atMost(Gateways.LIMIT).untilAsserted(() -> {
            JsonNode here = system(one);
            JsonNode there = system(two);
            assertThat(ids(here)).hasSize(2).isEqualTo(ids(there));
            assertThat(here.at("/gateway/id")).isNotEqualTo(there.at("/gateway/id"));
            assertThat(driving(here)).isEqualTo(1);
            assertThat(driving(there)).isEqualTo(1);
        });
    }

    @Test
    void aGatewayThatStopsIsNotShownAsSilent() {
        ConfigurableApplicationContext third = gateways.start();
        gateways.awaitReady(third);
        String id = system(third).at("/gateway/id").stringValue();
        await().atMost(Gateways.LIMIT).until(() -> ids(system(one)).contains(id));

        third.close();

        await().atMost(10, TimeUnit.SECONDS).until(() -> !ids(system(one)).contains(id)); // by silence after 30 s
    }

    @Test
    void theBrokerIsItsOwnController() {
        JsonNode shown = await().atMost(Gateways.LIMIT)
                .until(() -> system(one), found -> !found.get("brokers").isEmpty());

        assertThat(shown.get("brokers").size()).isEqualTo(1);
        assertThat(broker.getBrokersAsString())
                .endsWith(":" + shown.at("/brokers/0/port").intValue());
        assertThat(shown.at("/brokers/0/controller").isBoolean()).isTrue();
    }

    private static void beat(String worker, String more) {
        gateways.send(
                Topic.WORKER_HEARTBEATS,
                worker,
                "{\"type\": \"worker.heartbeat\", \"worker\": \"" + worker
                        + "\", \"service\": \"planner-service\", \"version\": \"1\", " + more + "}",
                Map.of());
    }

    private static List<String> ids(JsonNode shown) {
        return StreamSupport.stream(shown.get("gateways").spliterator(), false)
                .map(gateway -> gateway.get("id").stringValue())
                .toList();
    }

    private static long driving(JsonNode shown) {
        return StreamSupport.stream(shown.get("gateways").spliterator(), false)
                .filter(gateway -> gateway.get("driving").booleanValue())
                .count();
    }

    private static JsonNode system(ConfigurableApplicationContext gateway) {
        HttpResponse<String> answer = gateways.get(gateway, "/system");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}

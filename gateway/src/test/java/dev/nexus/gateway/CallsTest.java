package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.ModelCall;
import dev.nexus.contract.ModelCharge;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Usage;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** What models were asked, answered and paid, as two gateways show it; the test plays the agents. */
class CallsTest {

    private static final TaskId BUILD = TaskId.build("stack", 0);
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
    void everyGatewayShowsTheCallsOfAJobWithTheirSum() {
        JobId job = submit();
        JobId other = submit();
        record(job, call(TaskId.plan(), 1, "a plan"));
        record(other, call(TaskId.plan(), 1, "another plan"));
        record(job, charge(BUILD));
        gateways.send(Topic.MODEL_CALLS, job.value(), "no JSON", Map.of());
        gateways.send(Topic.MODEL_CALLS, job.value(), "{\"type\": \"model.dream\"}", Map.of());
        record(job, call(BUILD, 1, "files"));

        HttpResponse<String> answer = gateways.get(one, "/jobs/" + job + "/calls");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(gateways.get(two, "/jobs/" + job + "/calls").body()).isEqualTo(answer.body());
        JsonNode shown = json(answer);
        assertThat(shown.get("job").stringValue()).isEqualTo(job.value());
        assertThat(shown.get("calls").valueStream().map(call -> call.get("type").stringValue()))
                .containsExactly("model.call", "model.charge", "model.call");
        JsonNode first = shown.at("/calls/0");
        assertThat(first.at("/messages/0/text").stringValue()).isEqualTo("the question");
        assertThat(first.get("reply").stringValue()).isEqualTo("a plan");
        assertThat(first.get("promptVersion").stringValue()).isEqualTo("0123456789ab");
        assertThat(first.get("durationMillis").longValue()).isEqualTo(250);
        assertThat(Instant.parse(first.get("recordedAt").stringValue()))
                .isBefore(Instant.now().plusSeconds(60));
        assertThat(shown.at("/usage/calls").intValue()).isEqualTo(3);
        assertThat(shown.at("/usage/costUsd").decimalValue()).isEqualByComparingTo("0.75");
        assertThat(shown.at("/usage/estimatedUsd").decimalValue()).isEqualByComparingTo("0.25");
    }

    @Test
    void aCallThatWasAppendedTwiceIsShownAndCountedOnce() {
        JobId job = submit();
        String json = json(call(TaskId.plan(), 1, "a plan", "repeats/model"));
        Instant from = Instant.now().minusSeconds(60);
        gateways.send(Topic.MODEL_CALLS, job.value(), json, Map.of(Envelope.ID, "one"));
        gateways.send(Topic.MODEL_CALLS, job.value(), json, Map.of(Envelope.ID, "one"));
        gateways.send(Topic.MODEL_CALLS, job.value(), json, Map.of(Envelope.ID, "two"));
        gateways.send(Topic.MODEL_CALLS, job.value(), json, Map.of());
        gateways.send(Topic.MODEL_CALLS, job.value(), json, Map.of());

        JsonNode shown = json(gateways.get(one, "/jobs/" + job + "/calls"));

        assertThat(shown.get("calls")).hasSize(4);
        assertThat(shown.at("/usage/calls").intValue()).isEqualTo(4);
        assertThat(usage("from=" + from + "&by=model").get("groups").toString())
                .contains("\"name\":\"repeats/model\",\"usage\":{\"calls\":4");
    }

    @Test
    void theCallsOfOneTaskCanBeAskedFor() {
        JobId job = submit();
        record(job, call(TaskId.plan(), 1, "a plan"));
        record(job, call(BUILD, 1, "files"));

        JsonNode shown = json(gateways.get(one, "/jobs/" + job + "/calls?task=build:stack"));

        assertThat(shown.get("calls").valueStream().map(call -> call.get("task").stringValue()))
                .containsExactly("build:stack");
        assertThat(shown.at("/usage/calls").intValue()).isEqualTo(1);
    }

    @Test
    void aJobThatAskedNobodyHasNoCalls() {
        JobId job = submit();

        JsonNode shown = json(gateways.get(one, "/jobs/" + job + "/calls"));

        assertThat(shown.get("calls")).isEmpty();
        assertThat(shown.at("/usage/calls").intValue()).isZero();
    }

    @Test
    void moreThanFitsInMemoryAtOnceIsPassedOnEntryByEntry() {
        JobId job = submit();
        String large = "x".repeat(1_000_000);
        for (int ordinal = 1; ordinal <= 30; ordinal++) {
            record(job, call(BUILD, ordinal, ordinal + large));
        }

        JsonNode shown = json(gateways.get(one, "/jobs/" + job + "/calls"));

        List<Integer> ordinals = new ArrayList<>();
        shown.get("calls").forEach(call -> ordinals.add(call.get("ordinal").intValue()));
        assertThat(ordinals).hasSize(30).isSorted();
    }

    @Test
    void clientsThatReadSlowlyKeepOthersWaitingOnlyUntilTheyGo() throws Exception {
        JobId job = submit();
        String large = "x".repeat(1_000_000);
        for (int ordinal = 1; ordinal <= 30; ordinal++) {
            record(job, call(BUILD, ordinal, ordinal + large));
        }
        List<InputStream> slow = new ArrayList<>();
        for (int client = 1; client <= 4; client++) {
            InputStream body = gateways.stream(one, "/jobs/" + job + "/calls");
            assertThat(body.read()).isEqualTo('{');
            slow.add(body);
        }

        HttpResponse<String> refused = gateways.get(one, "/jobs/" + job + "/calls");
        for (InputStream body : slow) {
            body.close();
        }

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(json(refused).get("code").stringValue()).isEqualTo("unavailable");
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.get(one, "/jobs/" + job + "/calls").statusCode() == 200);
    }

    @Test
    void anUnknownJobHasNoCalls() {
        HttpResponse<String> answer = gateways.get(one, "/jobs/0198c5a2-7c00-7000-8000-000000000001/calls");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(json(answer).get("code").stringValue()).isEqualTo("not_found");
    }

    @Test
    void usageIsToldApartByModelAgentAndTenant() {
        JobId mine = submit();
        JobId theirs = JobId.next(System.currentTimeMillis(), new java.util.Random(1));
        gateways.send(
                Topic.JOB_REQUESTS,
                theirs.value(),
                "{\"type\": \"plan\", \"spec\": \"a queue\"}",
                Map.of("tenant", "acme"));
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(one, theirs), status -> !status.equals("none"));
        JobId gone = JobId.next(System.currentTimeMillis(), new java.util.Random(2));
        Instant from = record(mine, call(TaskId.plan(), 1, "a plan", "usage/one"));
        record(theirs, call(BUILD, 1, "files", "usage/two"));
        Instant last = record(gone, call(TaskId.tests(), 1, "tests", "usage/two"));
        String between = "from=" + from + "&to=" + last.plusMillis(1);

        assertThat(usage(between + "&by=model").get("groups").toString())
                .contains("\"name\":\"usage/one\",\"usage\":{\"calls\":1")
                .contains("\"name\":\"usage/two\",\"usage\":{\"calls\":2");
        assertThat(names(usage(between + "&by=agent"))).contains("planner", "builder", "tester");
        assertThat(names(usage(between + "&by=tenant"))).containsExactlyInAnyOrder("acme", "default", "unknown");
        assertThat(usage(between).at("/usage/calls").intValue()).isGreaterThanOrEqualTo(3);
        assertThat(usage(between).has("groups")).isFalse();
    }

    @Test
    void whatWasSpentBeforeOrLaterDoesNotCount() {
        Instant at = record(submit(), call(TaskId.plan(), 1, "a plan"));

        JsonNode before = usage("to=" + at.minusSeconds(3600));
        JsonNode later = usage("from=" + at.plusSeconds(3600) + "&to=" + at.plusSeconds(7200));

        assertThat(before.at("/usage/calls").intValue()).isZero();
        assertThat(later.at("/usage/calls").intValue()).isZero();
        assertThat(Instant.parse(before.get("from").stringValue())).isEqualTo(at.minusSeconds(3600 * 25));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            from=yesterday                | from must be a time in the form of RFC 3339, such as 2026-03-02T09:15:27Z
            to=2026-03-02                 | to must be a time in the form of RFC 3339, such as 2026-03-02T09:15:27Z
            from=-999999999-01-01T00:00:00Z | from must be in a year from 1970 to 9999
            to=%2B10000-01-01T00:00:00Z   | to must be in a year from 1970 to 9999
            by=job                        | by must be model, agent or tenant; leave it out for one sum
            since=2026-03-02T09:15:27Z    | a parameter of the query is not known here; use from, to, by
            from=2026-03-02T09:15:27%2B02:00&to=2026-03-02T07:15:27Z | from must be before to, which is 2026-03-02T07:15:27Z; give an earlier time
            """)
    void aWrongParameterIsNamed(String query, String detail) {
        HttpResponse<String> answer = gateways.get(one, "/usage?" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("detail").stringValue()).isEqualTo(detail);
    }

    @Test
    void aTaskThatCannotBeIsRefused() {
        HttpResponse<String> answer = gateways.get(one, "/jobs/" + submit() + "/calls?task=dance");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("detail").stringValue()).startsWith("task is not a task id; give plan,");
    }

    private static JobId submit() {
        return gateways.submit(one, "/jobs", "{\"spec\": \"a stack\"}");
    }

    private static JsonNode usage(String query) {
        HttpResponse<String> answer = gateways.get(one, "/usage?" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static List<String> names(JsonNode usage) {
        return usage.get("groups")
                .valueStream()
                .map(group -> group.get("name").stringValue())
                .toList();
    }

    /** Returns the broker's time of it. */
    private static Instant record(JobId job, Object entry) {
        gateways.send(Topic.MODEL_CALLS, job.value(), json(entry), Map.of());
        return Instant.ofEpochMilli(
                gateways.records(Topic.MODEL_CALLS, job).getLast().timestamp());
    }

    private static ModelCall call(TaskId task, int ordinal, String reply) {
        return call(task, ordinal, reply, "test/model");
    }

    private static ModelCall call(TaskId task, int ordinal, String reply, String model) {
        return new ModelCall(
                "key/" + ordinal,
                task,
                1,
                ordinal,
                model,
                "0123456789ab",
                "you answer",
                List.of(new ModelCall.Message("user", "the question")),
                reply,
                "end",
                new Usage(1, 0, 100, 50, new BigDecimal("0.25")),
                Fidelity.IMPLEMENTATION,
                250);
    }

    private static ModelCharge charge(TaskId task) {
        BigDecimal cost = new BigDecimal("0.25");
        return new ModelCharge(
                task, 1, 1, "test/model", "cancelled", new Usage(1, 0, 100, 10, cost, null, null, null, cost));
    }

    private static String json(Object entry) {
        return new String(Json.write(entry), StandardCharsets.UTF_8);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}

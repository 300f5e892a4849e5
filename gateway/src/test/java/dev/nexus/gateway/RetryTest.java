package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Verdict;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** Finished jobs that are done again from one of their stages on, through both doors; the test plays the agents. */
class RetryTest {

    private static final String STACK = "{\"spec\": \"a stack\", \"options\": {\"maxRepairs\": 1}}";
    private static final String ASKING = "{\"spec\": \"a stack\", \"options\": {\"approval\": \"plan\"}}";
    private static EmbeddedKafkaBroker broker;
    private static Gateways gateways;
    private static ConfigurableApplicationContext gateway;

    @BeforeAll
    static void start() {
        broker = Gateways.broker();
        gateways = new Gateways(broker);
        gateway = gateways.start();
        gateways.awaitReady(gateway);
    }

    @AfterAll
    static void stop() {
        gateways.close();
        broker.destroy();
    }

    @Test
    void fromPlanEverythingIsAskedAnew() {
        JobId before = built(STACK);

        HttpResponse<String> answer = retry(before, "{\"from\": \"plan\", \"metadata\": {\"why\": \"luck\"}}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JobId job = new JobId(json(answer).get("id").stringValue());
        assertThat(answer.headers().firstValue("Location")).hasValue("/jobs/" + job);
        Order.PlanOrder order = first(Topic.PLAN_REQUESTS, job, Order.PlanOrder.class);
        assertThat(order.mayUseCache()).isFalse();
        assertThat(order.spec()).isEqualTo("a stack");
        JsonNode shown = gateways.job(gateway, job);
        assertThat(shown.get("basedOn").stringValue()).isEqualTo(before.value());
        assertThat(shown.get("from").stringValue()).isEqualTo("plan");
        assertThat(shown.at("/options/maxRepairs").intValue()).isEqualTo(1);
        assertThat(shown.at("/metadata/why").stringValue()).isEqualTo("luck");
    }

    /** As nobody is asked for a key here, and all jobs are shown to all. */
    @Test
    void aJobOfAnyTenantCanBeRetriedAndWhatComesOfItIsOfTheSameTenant() {
        JobId before = new JobId(java.util.UUID.randomUUID().toString());
        gateways.send(
                Topic.JOB_REQUESTS,
                before.value(),
                "{\"type\": \"pipeline\", \"spec\": \"a stack\"}",
                Map.of("tenant", "acme"));
        await().atMost(Gateways.LIMIT)
                .until(() -> !gateways.status(gateway, before).equals("none"));
        cancel(before);
        Map<String, String> keyed = Map.of("Content-Type", "application/json", "Idempotency-Key", "again");

        HttpResponse<String> first =
                gateways.send(gateway, "POST", "/jobs/" + before + "/retry", "{\"from\": \"plan\"}", keyed);
        HttpResponse<String> again =
                gateways.send(gateway, "POST", "/jobs/" + before + "/retry", "{\"from\": \"plan\"}", keyed);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(again.statusCode()).as(again.body()).isEqualTo(202);
        assertThat(json(again).get("id")).isEqualTo(json(first).get("id"));
        JobId job = new JobId(json(first).get("id").stringValue());
        assertThat(new String(
                        gateways.awaitRecords(Topic.JOB_EVENTS, job, 1)
                                .getFirst()
                                .value(),
                        java.nio.charset.StandardCharsets.UTF_8))
                .contains("\"tenant\":\"acme\"");
    }

    @Test
    void fromBuildThePlanThatWasApprovedIsBuiltAndNobodyIsAskedAgain() {
        JobId before = planned(ASKING);
        String hash = gateways.job(gateway, before).get("planHash").stringValue();
        gateways.post(gateway, "/jobs/" + before + "/approve", """
                {"planHash": "%s", "plan": {"summary": "A deque", "language": "python", "steps": [
                  {"id": "deque", "title": "Deque", "files": ["deque.py"]}]}}""".formatted(hash));
        cancel(before);

        JobId job = gateways.submit(gateway, "/jobs/" + before + "/retry", "{\"from\": \"build\"}");

        Order.BuildOrder order = first(Topic.BUILD_REQUESTS, job, Order.BuildOrder.class);
        assertThat(order.task()).isEqualTo(TaskId.build("deque", 0));
        assertThat(order.spec()).isEqualTo("a stack");
        assertThat(gateways.records(Topic.PLAN_REQUESTS, job)).isEmpty();
    }

    @Test
    void fromBuildWithAnApprovalThePlanWaitsFirst() {
        JobId before = built(STACK);

        JobId job = gateways.submit(
                gateway, "/jobs/" + before + "/retry", "{\"from\": \"build\", \"options\": {\"approval\": \"plan\"}}");

        assertThat(gateways.status(gateway, job)).isEqualTo("awaiting_approval");
    }

    @Test
    void fromTestTheTestsRunAtOnceAndARepairFollows() {
        JobId before = built(STACK);

        JobId job = gateways.submit(gateway, "/jobs/" + before + "/retry", "{\"from\": \"test\"}");

        Order.RunTestsOrder order = first(Topic.TEST_REQUESTS, job, Order.RunTestsOrder.class);
        assertThat(order.task()).isEqualTo(TaskId.test(0));
        assertThat(order.files())
                .extracting(file -> file.path())
                .containsExactlyInAnyOrder("stack.py", "tests/test_it.py");
        var failed = new TestReport.Result(
                "tests/test_it.py::test_it", TestReport.Outcome.FAILED, 5, "no", null, List.of("stack.py"));
        gateways.complete(
                job,
                TaskId.test(0),
                1,
                new Outcome.Tested(new TestReport(Verdict.FAILED, List.of(failed), 50, null, null)));
        Order.BuildOrder repair = first(Topic.BUILD_REQUESTS, job, Order.BuildOrder.class);
        assertThat(repair.task()).isEqualTo(TaskId.build("stack", 1));
        assertThat(repair.files()).extracting(file -> file.path()).containsExactly("stack.py");
        gateways.complete(
                job,
                TaskId.build("stack", 1),
                1,
                new Outcome.Written(List.of(
                        new ArtefactRef("stack.py", "cd".repeat(32), 10, 0, 0),
                        new ArtefactRef("tests/test_it.py", "cd".repeat(32), 10, 0, 0))));
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.records(Topic.TEST_REQUESTS, job).size() == 2);
        gateways.complete(job, TaskId.test(1), 1, Gateways.passed());
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(gateway, job).equals("completed"));
        assertThat(sha256(job, "stack.py")).isEqualTo("cd".repeat(32));
        assertThat(sha256(job, "tests/test_it.py")).isEqualTo("ab".repeat(32)); // a test that came with it is locked
    }

    @Test
    void anOpenJobIsNotTriedAgain() {
        JobId open = gateways.submit(gateway, "/jobs", STACK);

        HttpResponse<String> answer = retry(open, "{\"from\": \"plan\"}");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(json(answer).get("detail").stringValue())
                .isEqualTo("job " + open + " is still queued; send this again when it has ended, or cancel it first");
        assertThat(retry(new JobId("0198c5a2-7c00-7000-8000-000000000001"), "{\"from\": \"plan\"}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatAStageNeedsHasToBeThere() {
        JobId nothing = gateways.submit(gateway, "/jobs", STACK);
        cancel(nothing);
        JobId plan = planned(STACK);
        cancel(plan);
        JobId scaffold = built(STACK, Fidelity.SCAFFOLD);

        assertRefused(
                retry(nothing, "{\"from\": \"build\"}"),
                "/from",
                "cannot be build: that job made no plan; retry it from plan");
        assertRefused(
                retry(nothing, "{\"from\": \"test\"}"),
                "/from",
                "cannot be test: that job did not write all its files and tests; retry it from plan");
        assertRefused(
                retry(plan, "{\"from\": \"test\"}"),
                "/from",
                "cannot be test: that job did not write all its files and tests; retry it from build");
        assertRefused(
                retry(scaffold, "{\"from\": \"test\"}"),
                "/from",
                "cannot be test: the files of that job are a scaffold, without code; retry it from plan");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|/from|is missing; it must be one of plan, build, test",
                "{\"from\": \"repair\"}|/from|must be one of plan, build, test",
                "{\"from\": \"plan\", \"spec\": \"x\"}|/spec|is not known here; use from, metadata, options",
                "{\"from\": \"test\", \"options\": {\"approval\": \"plan\"}}|/options/approval|is of no use from test on, where the plan is built already; leave it out, or retry from build"
            })
    void aWrongRetryIsRefusedWithThePlace(String body, String pointer, String detail) {
        JobId before = built(STACK);

        assertRefused(retry(before, body), pointer, detail);
    }

    @Test
    void aPlanOnItsOwnIsTriedAgainAsOneAndHasNoOtherStage() {
        JobId before = gateways.submit(gateway, "/jobs", "{\"kind\": \"plan\", \"spec\": \"a stack\"}");
        cancel(before);

        JobId job = gateways.submit(gateway, "/jobs/" + before + "/retry", "{\"from\": \"plan\"}");

        assertThat(gateways.job(gateway, job).get("kind").stringValue()).isEqualTo("plan");
        assertRefused(
                retry(before, "{\"from\": \"test\"}"), "/from", "must be plan: a job of kind plan has no other stage");
    }

    @Test
    void aKeyNamesTheSameRetryOnBothDoors() {
        JobId before = built(STACK);
        String key = UUID.randomUUID().toString();
        String body = "\"job\": \"" + before + "\", \"from\": \"build\"}";

        HttpResponse<String> first = gateways.keyed(gateway, key, "{\"kind\": \"retry\", " + body);
        gateways.send(Topic.JOB_REQUESTS, null, "{\"type\": \"retry\", " + body, Map.of("idempotency-key", key));
        gateways.send(
                Topic.JOB_REQUESTS,
                null,
                "{\"type\": \"retry\", " + body.replace("build", "plan"),
                Map.of("idempotency-key", key));

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        JobId job = new JobId(json(first).get("id").stringValue());
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.countedEvents(job).stream().anyMatch(event -> event.endsWith("job.rejected")));
        assertThat(gateways.countedEvents(job))
                .filteredOn(event -> event.endsWith("job.rejected"))
                .hasSize(1); // the other request alone
        assertThat(gateways.keyed(gateway, key, "{\"kind\": \"retry\", " + body).statusCode())
                .isEqualTo(202);
    }

    @Test
    void aReplayOfARetryFromTestExchangesTheBuilderAlone() {
        JobId before = built(STACK);
        JobId retried = gateways.submit(gateway, "/jobs/" + before + "/retry", "{\"from\": \"test\"}");
        cancel(retried);

        HttpResponse<String> planner = gateways.post(
                gateway,
                "/jobs",
                "{\"kind\": \"replay\", \"job\": \"" + retried + "\", \"models\": {\"planner\": \"a/b\"}}");
        JobId replay = gateways.submit(
                gateway,
                "/jobs",
                "{\"kind\": \"replay\", \"job\": \"" + retried + "\", \"models\": {\"builder\": \"a/b\"}}");

        assertRefused(
                planner,
                "/models/planner",
                "is of no use: it is never asked for in a job of kind pipeline that was given its tests");
        assertThat(first(Topic.TEST_REQUESTS, replay, Order.RunTestsOrder.class).task())
                .isEqualTo(TaskId.test(0));
    }

    private static JobId planned(String body) {
        JobId job = gateways.submit(gateway, "/jobs", body);
        gateways.awaitRecords(Topic.PLAN_REQUESTS, job, 1);
        gateways.complete(job, TaskId.plan(), 1, Gateways.planned());
        await().atMost(Gateways.LIMIT).until(() -> gateways.job(gateway, job).get("planHash") != null);
        return job;
    }

    private static JobId built(String body) {
        return built(body, Fidelity.IMPLEMENTATION);
    }

    /** A job that wrote its files and tests, and was cancelled then. */
    private static JobId built(String body, Fidelity fidelity) {
        JobId job = planned(body);
        gateways.append(
                job,
                new JobEvent.TaskCompleted(
                        TaskId.build("stack", 0), 1, "w1", Gateways.wrote("stack.py"), Usage.NONE, fidelity));
        gateways.complete(job, TaskId.tests(), 1, Gateways.wrote("tests/test_it.py"));
        cancel(job);
        return job;
    }

    private static void cancel(JobId job) {
        gateways.post(gateway, "/jobs/" + job + "/cancel", "");
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(gateway, job).equals("cancelled"));
    }

    private static HttpResponse<String> retry(JobId job, String body) {
        return gateways.post(gateway, "/jobs/" + job + "/retry", body);
    }

    private static void assertRefused(HttpResponse<String> answer, String pointer, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).at("/errors/0/pointer").stringValue()).isEqualTo(pointer);
        assertThat(json(answer).at("/errors/0/detail").stringValue()).isEqualTo(detail);
    }

    private static String sha256(JobId job, String path) {
        for (JsonNode file : gateways.job(gateway, job).get("artefacts")) {
            if (file.get("path").stringValue().equals(path)) {
                return file.get("sha256").stringValue();
            }
        }
        return "none";
    }

    private static <T> T first(Topic topic, JobId job, Class<T> type) {
        return Json.read(gateways.awaitRecords(topic, job, 1).getFirst().value(), type);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}

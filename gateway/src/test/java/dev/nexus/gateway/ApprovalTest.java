package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** Plans that wait for a human, who answers through both doors at two gateways; the test plays the agents. */
class ApprovalTest {

    private static final String ASKING = "{\"spec\": \"a stack\", \"options\": {\"approval\": \"plan\"}}";
    private static final Plan PLAN = ((Outcome.Planned) Gateways.planned()).plan();
    private static final String HASH = PLAN.hash();
    private static final String OTHER = "0".repeat(64);
    private static final String EDITED = """
            {"summary": "A deque", "language": "python", "steps": [
              {"id": "deque", "title": "Deque", "files": ["deque.py"]}]}""";

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
    void aPlanWaitsAndIsShownWithItsHash() {
        JobId job = waiting();

        JsonNode shown = gateways.job(two, job);
        assertThat(shown.get("planHash").stringValue()).isEqualTo(HASH);
        assertThat(shown.at("/approval/status").stringValue()).isEqualTo("awaited");
        assertThat(shown.at("/links/approve").stringValue()).isEqualTo("/jobs/" + job + "/approve");
        assertThat(gateways.records(Topic.BUILD_REQUESTS, job)).isEmpty();
    }

    @Test
    void anEditedPlanIsBuiltAndTheSameAnswerAgainIsTheSame() {
        JobId job = waiting();

        HttpResponse<String> first = approve(one, job, HASH, EDITED);
        HttpResponse<String> again = approve(two, job, HASH, EDITED);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        assertThat(gateways.countedEvents(job))
                .filteredOn(event -> event.endsWith(" plan.approved"))
                .hasSize(1);
        Order.BuildOrder order = Json.MAPPER.readValue(
                gateways.awaitRecords(Topic.BUILD_REQUESTS, job, 1).getFirst().value(), Order.BuildOrder.class);
        assertThat(order.task()).isEqualTo(TaskId.build("deque", 0));
        JsonNode shown = gateways.job(two, job);
        assertThat(shown.at("/plan/summary").stringValue()).isEqualTo("A deque");
        assertThat(shown.at("/approval/edited").booleanValue()).isTrue();
        assertThat(shown.at("/approval/planHash").stringValue()).isEqualTo(HASH);
        assertThat(shown.get("planHash").stringValue()).isNotEqualTo(HASH);
    }

    @Test
    void aPlanThatIsSentAlongUnchangedIsNotEdited() {
        JobId job = waiting();

        HttpResponse<String> answer = approve(one, job, HASH, new String(Json.write(PLAN), StandardCharsets.UTF_8));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).at("/approval/edited").booleanValue()).isFalse();
        assertThat(approve(two, job, HASH, null).statusCode()).isEqualTo(200);
    }

    @Test
    void aRejectedJobFailsWithTheReason() {
        JobId job = waiting();

        HttpResponse<String> answer = reject(one, job, "\"too large\"");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(two, job).equals("failed"));
        JsonNode shown = gateways.job(two, job);
        assertThat(shown.at("/error/code").stringValue()).isEqualTo("plan_rejected");
        assertThat(shown.at("/error/message").stringValue()).contains("too large");
        assertThat(reject(two, job, "\"too large\"").statusCode()).isEqualTo(200);
        HttpResponse<String> late = approve(one, job, HASH, null);
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(json(late).get("detail").stringValue()).isEqualTo("the plan was rejected already in job " + job);
    }

    @Test
    void ofAnswersAtTheSameTimeOneCountsAndTheOthersLearnIt() {
        JobId job = waiting();
        List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();

        for (int i = 0; i < 5; i++) {
            var at = i % 2 == 0 ? one : two;
            sent.add(CompletableFuture.supplyAsync(() -> approve(at, job, HASH, null)));
            sent.add(CompletableFuture.supplyAsync(() -> reject(at, job, "\"no\"")));
        }

        List<Integer> statuses =
                sent.stream().map(each -> each.join().statusCode()).toList();
        assertThat(statuses).containsOnly(200, 409);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(5);
        String status = gateways.job(one, job).at("/approval/status").stringValue();
        assertThat(sent.get(status.equals("approved") ? 0 : 1).join().statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatNamesAnotherPlanIsRefused() {
        JobId job = waiting();

        HttpResponse<String> answer = approve(one, job, OTHER, null);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(json(answer).get("detail").stringValue()).startsWith("planHash names another plan than that of job");
        assertThat(gateways.status(one, job)).isEqualTo("awaiting_approval");
    }

    @Test
    void aRawEventAboutAnotherPlanDoesNotKeepTheJobWaitingForEver() {
        JobId job = waiting();
        gateways.append(job, new JobEvent.PlanRejected(OTHER, null));

        HttpResponse<String> answer = approve(one, job, HASH, null);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        gateways.awaitRecords(Topic.BUILD_REQUESTS, job, 1);
    }

    @Test
    void whoeverDoesNotWaitCannotBeAnswered() {
        JobId without = gateways.submit(one, "/jobs", "{\"spec\": \"a stack\"}");
        JobId planning = gateways.submit(one, "/jobs", ASKING);
        JobId cancelled = waiting();
        gateways.post(one, "/jobs/" + cancelled + "/cancel", "");
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.status(one, cancelled).equals("cancelled"));

        assertThat(approve(one, without, HASH, null).statusCode()).isEqualTo(409);
        assertThat(approve(one, planning, HASH, null).statusCode()).isEqualTo(409);
        assertThat(approve(two, cancelled, HASH, null).statusCode()).isEqualTo(409);
        assertThat(gateways.post(one, "/jobs/0198c5a2-7c00-7000-8000-000000000001/approve", "{}")
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|/planHash|is missing; it says which plan was looked at, as GET /jobs/{id} shows it",
                "{\"planHash\": \"AB\"}|/planHash|must be 64 lower-case hex digits: it says which plan was looked at, as GET /jobs/{id} shows it",
                "{\"planHash\": \"HASH\", \"plan\": {}}|/plan|must have summary, language, interface and steps, as GET /jobs/{id} shows a plan",
                "{\"planHash\": \"HASH\", \"plan\": {\"summary\": \"\", \"language\": \"python\", \"steps\": []}}|/plan|/steps is empty; give at least one step",
                "{\"planHash\": \"HASH\", \"reason\": \"x\"}|/reason|is not known here; use plan, planHash"
            })
    void anAnswerThatIsWrongIsRefusedWithThePlace(String body, String pointer, String detail) {
        JobId job = waiting();

        HttpResponse<String> answer = gateways.post(one, "/jobs/" + job + "/approve", body.replace("HASH", HASH));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/errors/0/pointer").stringValue()).isEqualTo(pointer);
        assertThat(json(answer).at("/errors/0/detail").stringValue()).isEqualTo(detail);
        assertThat(gateways.status(one, job)).isEqualTo("awaiting_approval");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kind\": \"plan\", \"spec\": \"a stack\", \"options\": {\"approval\": \"plan\"}}",
                "{\"kind\": \"build\", \"plan\": PLAN, \"options\": {\"approval\": \"plan\"}}",
                "{\"kind\": \"test\", \"spec\": \"a\", \"files\": [{\"path\": \"a.py\", \"content\": \"\"}], \"options\": {\"approval\": \"plan\"}}"
            })
    void kindsThatDoNotGoOnFromAPlanAskNobody(String body) {
        HttpResponse<String> answer = gateways.post(one, "/jobs", body.replace("PLAN", EDITED));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/errors/0/pointer").stringValue()).isEqualTo("/options/approval");
    }

    @Test
    void aCommandApprovesAndAnotherOneIsTooLate() {
        JobId job = waiting();

        command(job, "{\"type\": \"approve\", \"planHash\": \"" + HASH + "\", \"plan\": " + EDITED + "}");
        gateways.awaitRecords(Topic.BUILD_REQUESTS, job, 1);
        command(job, "{\"type\": \"reject\", \"planHash\": \"" + HASH + "\", \"reason\": \"no\"}");

        assertThat(refusal(job)).isEqualTo("the plan was approved already, with changes, in job " + job);
    }

    @Test
    void aCommandAboutAnotherPlanIsRefusedInTheWordsOfHttp() {
        JobId job = waiting();

        command(job, "{\"type\": \"reject\", \"planHash\": \"" + OTHER + "\"}");

        assertThat(refusal(job))
                .isEqualTo(json(approve(one, job, OTHER, null)).get("detail").stringValue());
        command(job, "{\"type\": \"reject\", \"planHash\": \"" + HASH + "\"}");
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(one, job).equals("failed"));
    }

    @Test
    void aReplayTakesTheApprovedPlanAndAsksNobodyAgain() {
        JobId job = waiting();
        approve(one, job, HASH, EDITED);
        gateways.post(one, "/jobs/" + job + "/cancel", "");
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(one, job).equals("cancelled"));

        JobId replay = gateways.submit(one, "/jobs", "{\"kind\": \"replay\", \"job\": \"" + job + "\"}");

        gateways.awaitRecords(Topic.BUILD_REQUESTS, replay, 1);
        assertThat(gateways.job(one, replay).at("/plan/summary").stringValue()).isEqualTo("A deque");
    }

    @Test
    void aReplayOfARejectedPlanAsksAgain() {
        JobId job = waiting();
        reject(one, job, "null");
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(one, job).equals("failed"));

        JobId replay = gateways.submit(one, "/jobs", "{\"kind\": \"replay\", \"job\": \"" + job + "\"}");

        assertThat(gateways.status(one, replay)).isEqualTo("awaiting_approval");
    }

    /** A job whose plan was made, and seen to wait on both gateways. */
    private static JobId waiting() {
        JobId job = gateways.submit(one, "/jobs", ASKING);
        gateways.awaitRecords(Topic.PLAN_REQUESTS, job, 1);
        gateways.complete(job, TaskId.plan(), 1, Gateways.planned());
        for (var gateway : List.of(one, two)) {
            await().atMost(Gateways.LIMIT)
                    .until(() -> gateways.status(gateway, job).equals("awaiting_approval"));
        }
        return job;
    }

    private static HttpResponse<String> approve(
            ConfigurableApplicationContext at, JobId job, String hash, @Nullable String plan) {
        return gateways.post(
                at,
                "/jobs/" + job + "/approve",
                "{\"planHash\": \"" + hash + "\"" + (plan == null ? "" : ", \"plan\": " + plan) + "}");
    }

    private static HttpResponse<String> reject(ConfigurableApplicationContext at, JobId job, String reason) {
        return gateways.post(
                at, "/jobs/" + job + "/reject", "{\"planHash\": \"" + HASH + "\", \"reason\": " + reason + "}");
    }

    private static void command(JobId job, String json) {
        gateways.send(Topic.JOB_CONTROL, job.value(), json, Map.of());
    }

    private static String refusal(JobId job) {
        ConsumerRecord<String, byte[]> rejected = await().atMost(Gateways.LIMIT)
                .until(
                        () -> gateways.records(Topic.JOB_EVENTS, job).stream()
                                .filter(each -> "job.rejected".equals(Envelope.header(each, Envelope.TYPE)))
                                .toList(),
                        found -> !found.isEmpty())
                .getFirst();
        return Json.tree(rejected.value()).at("/error/message").stringValue();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}

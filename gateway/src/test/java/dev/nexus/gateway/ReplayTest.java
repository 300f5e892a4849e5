package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order;
import dev.nexus.contract.Replay;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Terms;
import dev.nexus.contract.Topic;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** Jobs that run another one again, through both doors; the test plays the agents. */
class ReplayTest {

    private static final String PROMPT = "Write.\\n---\\n{{spec}}";
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
    void aReplayKeepsThePlanAndTellsTheAgentsWhereTheRepliesAre() {
        JobId original = ended("{\"spec\": \"a stack\", \"options\": {\"maxRepairs\": 1, \"deadline\": \"PT1H\"}}");

        JobId job = gateways.submit(
                gateway,
                "/jobs",
                "{\"kind\": \"replay\", \"job\": \"" + original + "\", \"prompts\": {\"builder\": \"" + PROMPT
                        + "\"}, \"options\": {\"maxRepairs\": 0}}");

        Terms.Replay build = replayIn(Topic.BUILD_REQUESTS, job);
        assertThat(build.job()).isEqualTo(original);
        assertThat(build.since()).isEqualTo(accepted(original).since());
        assertThat(build.prompts()).containsExactly(Map.entry("builder", "Write.\n---\n{{spec}}"));
        assertThat(replayIn(Topic.TEST_REQUESTS, job).prompts()).isEmpty();
        assertThat(gateways.records(Topic.PLAN_REQUESTS, job)).isEmpty();
        JsonNode shown = gateways.job(gateway, job);
        assertThat(shown.get("kind").stringValue()).isEqualTo("pipeline");
        assertThat(shown.get("spec").stringValue()).isEqualTo("a stack");
        assertThat(shown.get("basedOn").stringValue()).isEqualTo(original.value());
        assertThat(shown.at("/options/maxRepairs").intValue()).isZero();
        assertThat(shown.at("/options/deadline").stringValue()).isEqualTo("PT1H");
        assertThat(shown.at("/replay/prompts/0").stringValue()).isEqualTo("builder");
        assertThat(shown.at("/plan/steps/0/id").stringValue()).isEqualTo("stack");
    }

    @Test
    void anotherPlannerPlansAnew() {
        JobId original = ended("{\"spec\": \"a stack\"}");

        JobId job = gateways.submit(
                gateway,
                "/jobs",
                "{\"kind\": \"replay\", \"job\": \"" + original + "\", \"models\": {\"planner\": \"a/b\"}}");

        assertThat(replayIn(Topic.PLAN_REQUESTS, job).model()).isEqualTo("a/b");
        assertThat(gateways.records(Topic.BUILD_REQUESTS, job)).isEmpty();
    }

    @Test
    void aReplayOfAReplayLooksInBothAndExchangesWhatBothDo() {
        JobId original = ended("{\"spec\": \"a stack\"}");
        JobId first = gateways.submit(
                gateway,
                "/jobs",
                "{\"kind\": \"replay\", \"job\": \"" + original + "\", \"models\": {\"builder\": \"a/b\"}}");
        end(first);

        JobId second = gateways.submit(
                gateway,
                "/jobs",
                "{\"kind\": \"replay\", \"job\": \"" + first + "\", \"prompts\": {\"builder\": \"" + PROMPT + "\"}}");

        Terms.Replay build = replayIn(Topic.BUILD_REQUESTS, second);
        assertThat(build.job()).isEqualTo(original);
        assertThat(build.between())
                .containsExactly(new Replay.Recorded(first, accepted(first).since()));
        assertThat(build.model()).isEqualTo("a/b");
        assertThat(build.prompts()).containsOnlyKeys("builder");
    }

    @Test
    void kafkaTakesReplaysToo() {
        JobId original = ended("{\"spec\": \"a stack\"}");
        JobId job = JobId.next(System.currentTimeMillis(), new Random(3));

        gateways.send(
                Topic.JOB_REQUESTS,
                job.value(),
                "{\"type\": \"replay\", \"job\": \"" + original + "\", \"models\": {\"tester\": \"a/b\"}}",
                Map.of());

        assertThat(replayIn(Topic.TEST_REQUESTS, job).model()).isEqualTo("a/b");
        assertThat(replayIn(Topic.BUILD_REQUESTS, job).model()).isNull();
    }

    @Test
    void aJobThatGoesOnCannotBeReplayed() {
        JobId open = gateways.submit(gateway, "/jobs", "{\"spec\": \"a stack\"}");

        assertThat(refusal("{\"kind\": \"replay\", \"job\": \"" + open + "\"}"))
                .isEqualTo("/job names a job that is still queued; send this again when it has ended");
    }

    @Test
    void aJobThatIsNotThereCannotBeReplayed() {
        assertThat(refusal("{\"kind\": \"replay\", \"job\": \"0198c5a2-7c00-7000-8000-000000000001\"}"))
                .isEqualTo(
                        "/job names no job that exists here; check the id, or send this again when that job is accepted");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'models': {'builder': 'a/b'}                    | /models/builder is of no use: it is never asked for in a job of kind plan
            'prompts': {'review': 'Review.\\n---\\n{{spec}}'} | /prompts/review is of no use: it is never asked for in a job of kind plan
            'options': {'noCache': true}                    | the request must exchange the planner's model or prompt: nobody else is asked in a job of kind plan
            """)
    void whatWouldChangeNothingIsRefused(String exchange, String detail) {
        JobId original = ended("{\"kind\": \"plan\", \"spec\": \"a stack\"}");

        String refusal =
                refusal(("{'kind': 'replay', 'job': '" + original + "', " + exchange + "}").replace('\'', '"'));

        assertThat(refusal).isEqualTo(detail);
    }

    @Test
    void whoseTestsWereGivenIsNotToldHowToWriteThem() {
        JobId original = gateways.submit(
                gateway,
                "/jobs",
                "{\"kind\": \"test\", \"files\": [{\"path\": \"tests/test_a.py\", \"content\": \"\"}]}");
        end(original);

        assertThat(refusal("{\"kind\": \"replay\", \"job\": \"" + original + "\", \"prompts\": {\"tests\": \"" + PROMPT
                        + "\"}}"))
                .isEqualTo("/prompts/tests is of no use: it is never asked for in a job of kind test that was given its"
                        + " tests");
    }

    /** A job that has its plan, and ended then. */
    private static JobId ended(String request) {
        JobId job = gateways.submit(gateway, "/jobs", request);
        gateways.awaitRecords(Topic.PLAN_REQUESTS, job, 1);
        gateways.complete(job, TaskId.plan(), 1, Gateways.planned());
        end(job);
        return job;
    }

    private static void end(JobId job) {
        gateways.post(gateway, "/jobs/" + job + "/cancel", "");
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.status(gateway, job), status -> !status.matches("none|queued|in_progress"));
    }

    private static Replay.Recorded accepted(JobId job) {
        var record = gateways.records(Topic.JOB_EVENTS, job).getFirst();
        assertThat(Json.read(record.value(), JobEvent.class)).isInstanceOf(JobEvent.JobAccepted.class);
        return new Replay.Recorded(job, java.time.Instant.ofEpochMilli(record.timestamp()));
    }

    private static Terms.Replay replayIn(Topic orders, JobId job) {
        Order order = Json.read(gateways.awaitRecords(orders, job, 1).getFirst().value(), Order.class);
        return Objects.requireNonNull(Objects.requireNonNull(order.terms()).replay());
    }

    private static String refusal(String request) {
        HttpResponse<String> answer = gateways.post(gateway, "/jobs", request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        return Json.tree(answer.body().getBytes(StandardCharsets.UTF_8))
                .get("detail")
                .stringValue();
    }
}

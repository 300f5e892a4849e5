package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.AsyncApi;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.FileChange;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import tools.jackson.databind.JsonNode;

/** Two real gateways on a real broker; the test plays the agents and every client. */
class GatewayTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final TaskId PLAN = TaskId.plan();
    private static final Plan ONE_STEP = new Plan(
            "A stack",
            "python",
            List.of(),
            List.of(new Plan.PlanStep("stack", "Stack", List.of("stack.py"), List.of())));

    private static final Topics TOPICS = new Topics("");
    private static EmbeddedKafkaBroker broker;
    private static ConfigurableApplicationContext one;
    private static ConfigurableApplicationContext two;
    private static KafkaClients clients;
    private static Producer<String, byte[]> producer;
    private static EventLog worker;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        broker = new EmbeddedKafkaKraftBroker(1, 1);
        broker.brokerProperties(Map.of(
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "offsets.topic.replication.factor", "1",
                "group.initial.rebalance.delay.ms", "0",
                "auto.create.topics.enable", "false"));
        broker.afterPropertiesSet();
        one = gateway();
        two = gateway();
        KafkaProperties settings = new KafkaProperties();
        settings.setBootstrapServers(List.of(broker.getBrokersAsString()));
        clients = new KafkaClients(settings, "test");
        producer = clients.producer("test");
        worker = new EventLog(producer, TOPICS, "test");
        http = HttpClient.newHttpClient();
        await().atMost(LIMIT)
                .until(() -> get(one, "/health").statusCode() == 200
                        && get(two, "/health").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        http.close();
        producer.close();
        two.close();
        one.close();
        broker.destroy();
    }

    /** Each gateway is a process of its own outside of tests; here one that closes would take the others' threads along. */
    @Configuration(proxyBeanMethods = false)
    static class OwnThreads {

        @Bean
        ReactorResourceFactory reactorResourceFactory() {
            ReactorResourceFactory resources = new ReactorResourceFactory();
            resources.setUseGlobalResources(false);
            return resources;
        }
    }

    private static ConfigurableApplicationContext gateway() {
        return new SpringApplicationBuilder(GatewayApplication.class, OwnThreads.class)
                .properties("spring.config.name=" + GatewayApplication.CONFIG_NAME)
                .run("--server.port=0", "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString());
    }

    @Test
    void healthAndVersionAnswer() throws Exception {
        assertThat(json(get(one, "/health")).get("status").stringValue()).isEqualTo("UP");
        assertThat(json(get(one, "/version")).get("name").stringValue()).isEqualTo("nexus");
    }

    @Test
    void theTopicsAreDescribedInAsyncApi() throws Exception {
        HttpResponse<String> answer = get(one, "/asyncapi.json");

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(json(answer)).isEqualTo(AsyncApi.document(TOPICS));
    }

    @Test
    void exactlyOneReplicaDrives() {
        await().atMost(LIMIT)
                .until(() -> json(get(one, "/health")).get("driving").booleanValue()
                        ^ json(get(two, "/health")).get("driving").booleanValue());
    }

    @Test
    void aSubmittedJobIsAcceptedWithItsPlaceAndItsOrderIsOnTheTopic() throws Exception {
        HttpResponse<String> answer = post(one, "/jobs", "{\"spec\": \"a stack\", \"metadata\": {\"by\": \"test\"}}");

        assertThat(answer.statusCode()).isEqualTo(202);
        String id = json(answer).get("id").stringValue();
        assertThat(answer.headers().firstValue("Location")).hasValue("/jobs/" + id);
        assertThat(json(answer).get("metadata").get("by").stringValue()).isEqualTo("test");
        JsonNode order = Json.tree(only(Topic.PLAN_REQUESTS, id).value());
        assertThat(order.get("type").stringValue()).isEqualTo("plan");
        assertThat(order.get("attempt").intValue()).isEqualTo(1);
        assertThat(order.get("spec").stringValue()).isEqualTo("a stack");
    }

    @Test
    void bothReplicasShowAFinishedJobInTheSameBytes() throws Exception {
        String id = plannedJob();

        await().atMost(LIMIT)
                .until(() -> statusAt(one, id).equals("completed")
                        && statusAt(two, id).equals("completed"));

        assertThat(get(two, "/jobs/" + id).body())
                .isEqualTo(get(one, "/jobs/" + id).body());
        assertThat(stream(two, id, null)).isEqualTo(stream(one, id, null));
    }

    @Test
    void theStreamReplaysFromTheStartWithDenseIdsAndEndsWithTheFinalEvent() throws Exception {
        String id = plannedJob();

        List<String> frames = stream(one, id, null);

        assertThat(frames.stream().map(frame -> frame.lines().findFirst().orElseThrow()))
                .containsExactly("id: 1", "id: 2", "id: 3", "id: 4", "id: 5");
        assertThat(frames.getLast()).contains("event: job.completed\n");
        JsonNode data =
                Json.tree(frames.getFirst().lines().toList().get(2).substring(6).getBytes(StandardCharsets.UTF_8));
        assertThat(data.get("type").stringValue()).isEqualTo("job.accepted");
        assertThat(data.get("seq").intValue()).isEqualTo(1);
        assertThat(data.get("jobId").stringValue()).isEqualTo(id);
        assertThat(data.has("time")).isTrue();
    }

    @Test
    void theStreamResumesBehindTheLastEventIdOnTheOtherReplica() throws Exception {
        String id = plannedJob();
        List<String> all = stream(one, id, null);

        List<String> rest = stream(two, id, "3");

        assertThat(rest).isEqualTo(all.subList(3, 5));
    }

    @Test
    void aStreamThatHasSeenTheEndIsToldToStop() throws Exception {
        String id = plannedJob();
        stream(one, id, null);

        HttpResponse<String> answer = http.send(
                request(one, "/jobs/" + id + "/events")
                        .header("Last-Event-ID", "5")
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(204);
    }

    @Test
    void theWaitBeforeAReconnectIsToldWithTheFirstEventAndIsLongAfterTheLast() throws Exception {
        String id = plannedJob();
        stream(one, id, null);

        List<String> frames =
                List.of(get(one, "/jobs/" + id + "/events").body().strip().split("\n\n"));

        assertThat(frames).hasSize(5);
        assertThat(frames.getFirst()).endsWith("\nretry: 2000");
        assertThat(frames.subList(1, 4)).noneMatch(frame -> frame.contains("\nretry:"));
        assertThat(frames.getLast()).endsWith("\nretry: 15000");
    }

    @ParameterizedTest
    @CsvSource({"99", "-1", "nonsense", "9999999999999999999999", "1.0"})
    void aPlaceThatIsNoneOfTheJobsGetsTheJobAsItIs(String cursor) throws Exception {
        String id = plannedJob();
        stream(one, id, null);

        for (String body : List.of(
                http.send(
                                request(one, "/jobs/" + id + "/events")
                                        .header("Last-Event-ID", cursor)
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body(),
                get(one, "/jobs/" + id + "/events?starting_after=" + cursor).body())) {
            List<String> lines = body.strip().lines().toList();

            assertThat(lines).hasSize(4);
            assertThat(lines.subList(0, 2)).containsExactly("id: 5", "event: job.snapshot");
            assertThat(lines.get(2))
                    .isEqualTo("data: " + get(one, "/jobs/" + id).body());
            assertThat(lines.get(3)).isEqualTo("retry: 15000");
        }
    }

    @Test
    void aSnapshotIsFollowedByWhatHappensNext() throws Exception {
        String id = submit("/tasks/plan", "{\"spec\": \"a stack\"}");
        only(Topic.PLAN_REQUESTS, id);
        await().atMost(LIMIT)
                .until(() -> json(get(one, "/jobs/" + id)).get("seq").intValue() == 2);
        var body = CompletableFuture.supplyAsync(() -> stream(
                one,
                id,
                "77",
                "id: 2\nevent: job.snapshot\n",
                () -> did(id, PLAN, new Outcome.Planned(ONE_STEP, false))));

        assertThat(body.get(30, TimeUnit.SECONDS).lines().filter(line -> line.startsWith("id: ")))
                .containsExactly("id: 2", "id: 3", "id: 4");
    }

    /** What is streamed, where {@code then} happens once the stream has begun so. */
    private static String stream(
            ConfigurableApplicationContext gateway,
            String id,
            String lastEventId,
            String beginning,
            org.junit.jupiter.api.function.Executable then) {
        try (InputStream stream = http.send(
                        request(gateway, "/jobs/" + id + "/events")
                                .header("Last-Event-ID", lastEventId)
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
            String begun = new String(stream.readNBytes(beginning.length()), StandardCharsets.UTF_8);
            assertThat(begun).isEqualTo(beginning);
            then.execute();
            return begun + new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (Throwable e) {
            throw new AssertionError("the stream did not go on", e);
        }
    }

    @Test
    void thePlaceInTheAddressCountsWhereNoHeaderTellsANewerOne() throws Exception {
        String id = plannedJob();
        List<String> all = stream(one, id, null);

        List<String> rest = List.of(get(one, "/jobs/" + id + "/events?starting_after=3")
                .body()
                .replaceAll("\nretry: \\d+", "")
                .strip()
                .split("\n\n"));
        HttpResponse<String> newer = http.send(
                request(one, "/jobs/" + id + "/events?starting_after=3")
                        .header("Last-Event-ID", "5")
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(rest).isEqualTo(all.subList(3, 5));
        assertThat(newer.statusCode()).isEqualTo(204);
    }

    @Test
    void theStreamForbidsBufferingAndTransforming() throws Exception {
        String id = plannedJob();

        HttpResponse<String> answer = get(one, "/jobs/" + id + "/events");

        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-cache, no-transform");
        assertThat(answer.headers().firstValue("X-Accel-Buffering")).hasValue("no");
    }

    @Test
    void aGatewayThatStopsEndsItsStreamsInOrderSoThatClientsGoElsewhere() throws Exception {
        ConfigurableApplicationContext three = gateway();
        String id = submit("{\"spec\": \"a job that nobody works on\"}");
        await().atMost(LIMIT).until(() -> get(three, "/jobs/" + id).statusCode() == 200);
        InputStream stream = http.send(
                        request(three, "/jobs/" + id + "/events").build(), HttpResponse.BodyHandlers.ofInputStream())
                .body();
        var all = CompletableFuture.supplyAsync(() -> text(stream));

        three.close();

        assertThat(all.get(10, TimeUnit.SECONDS))
                .contains("event: job.accepted\n")
                .doesNotContain("event: job.c");
    }

    @Test
    void cancellingEndsTheJobAndCancellingTwiceIsTheSame() throws Exception {
        String id = submit("{\"spec\": \"a queue\"}");

        HttpResponse<String> first = post(two, "/jobs/" + id + "/cancel", "");
        await().atMost(LIMIT)
                .until(() -> statusAt(one, id).equals("cancelled")
                        && statusAt(two, id).equals("cancelled"));
        HttpResponse<String> second = post(one, "/jobs/" + id + "/cancel", "");

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(stream(one, id, null).getLast()).contains("event: job.cancelled\n");
    }

    @Test
    void aCompletedJobCannotBeCancelled() throws Exception {
        String id = plannedJob();
        await().atMost(LIMIT).until(() -> statusAt(one, id).equals("completed"));

        HttpResponse<String> answer = post(one, "/jobs/" + id + "/cancel", "");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertProblem(answer, "conflict");
    }

    @Test
    void aCommandOnJobControlCancelsToo() throws Exception {
        String id = submit("{\"spec\": \"a list\"}");

        send(Topic.JOB_CONTROL, id, "{\"type\": \"cancel\", \"reason\": \"changed my mind\"}");

        await().atMost(LIMIT).until(() -> statusAt(one, id).equals("cancelled"));
    }

    @Test
    void aCommandThatIsNoneGoesToTheDeadLetters() throws Exception {
        String key = UUID.randomUUID().toString();

        send(Topic.JOB_CONTROL, key, "{\"type\": \"dance\"}");

        ConsumerRecord<String, byte[]> dead = only(TOPICS.deadLetters(Topic.JOB_CONTROL), key);
        assertThat(new String(dead.headers().lastHeader("dlt-reason").value(), StandardCharsets.UTF_8))
                .isEqualTo("invalid_request");
    }

    @Test
    void theSameIdempotencyKeyGivesTheSameJobOnEitherReplica() throws Exception {
        String key = UUID.randomUUID().toString();

        HttpResponse<String> first = keyed(one, key, "{\"spec\": \"once\"}");
        HttpResponse<String> again = keyed(two, key, "{\"spec\": \"once\"}");
        HttpResponse<String> other = keyed(two, key, "{\"spec\": \"something else\"}");

        assertThat(json(again).get("id")).isEqualTo(json(first).get("id"));
        assertThat(other.statusCode()).isEqualTo(422);
        assertProblem(other, "id_in_use");
    }

    @Test
    void aRequestOnKafkaBecomesTheJobThatItsKeyNames() throws Exception {
        String id = UUID.randomUUID().toString();

        send(Topic.JOB_REQUESTS, id, "{\"type\": \"plan\", \"spec\": \"by Kafka\"}");

        await().atMost(LIMIT).until(() -> get(one, "/jobs/" + id).statusCode() == 200);
        assertThat(json(get(one, "/jobs/" + id)).get("spec").stringValue()).isEqualTo("by Kafka");
    }

    @Test
    void aBadRequestOnKafkaIsRejectedByAnEventAndKeptInTheDeadLetters() throws Exception {
        String id = UUID.randomUUID().toString();

        send(Topic.JOB_REQUESTS, id, "{\"type\": \"plan\", \"spec\": \"\"}");

        ConsumerRecord<String, byte[]> dead = only(TOPICS.deadLetters(Topic.JOB_REQUESTS), id);
        assertThat(new String(dead.value(), StandardCharsets.UTF_8)).contains("\"spec\": \"\"");
        JsonNode event = Json.tree(only(Topic.JOB_EVENTS, id).value());
        assertThat(event.get("type").stringValue()).isEqualTo("job.rejected");
        assertThat(event.get("error").get("message").stringValue())
                .isEqualTo("/spec is empty; describe the software in plain language");
        assertThat(get(one, "/jobs/" + id).statusCode()).isEqualTo(404);
    }

    @Test
    void uploadedFilesCanBeFetchedOneByOneAndTogether() throws Exception {
        String id = submit(
                "/tasks/test",
                "{\"files\": [{\"path\": \"pkg/äpp.py\", \"content\": \"x = 1\\n\"},"
                        + " {\"path\": \"tests/test_app.py\", \"content\": \"def test_x(): pass\\n\"}]}");

        JsonNode files = json(get(one, "/jobs/" + id + "/artefacts")).get("artefacts");
        HttpResponse<String> file = get(two, files.get(0).get("href").stringValue());
        HttpResponse<String> archive = get(one, "/jobs/" + id + "/artefacts.zip");

        assertThat(file.body()).isEqualTo("x = 1\n");
        assertThat(archive.headers().firstValue("Content-Type")).hasValue("application/zip");
        assertThat(archive.body()).startsWith("PK");
        assertThat(get(one, "/jobs/" + id + "/artefacts/none.py").statusCode()).isEqualTo(404);
    }

    @Test
    void everyReplicaShowsTheSameRoundsAndTheSameReportOfAJobThatCouldNotBeRepaired() throws Exception {
        String id = submit("{\"spec\": \"a stack\"}");
        did(id, PLAN, new Outcome.Planned(ONE_STEP, false));
        did(id, TaskId.build("stack", 0), wrote("stack.py", "aa", List.of()));
        did(id, TaskId.tests(), wrote("tests/test_stack.py", "bb", List.of()));
        did(id, TaskId.test(0), tested(TestReport.Outcome.PASSED, TestReport.Outcome.FAILED));
        FileChange change = new FileChange("stack.py", "--- a/stack.py\n+++ b/stack.py\n");
        did(id, TaskId.build("stack", 1), wrote("stack.py", "cc", List.of(change)));
        did(id, TaskId.test(1), tested(TestReport.Outcome.FAILED, TestReport.Outcome.FAILED));
        did(id, TaskId.build("stack", 2), wrote("stack.py", "cc", List.of()));
        did(id, TaskId.review(3), new Outcome.Written(List.of())); // takes no test back

        await().atMost(LIMIT).until(() -> statusAt(one, id).equals("failed"));
        await().atMost(LIMIT).until(() -> statusAt(two, id).equals("failed"));

        JsonNode job = json(get(one, "/jobs/" + id));
        assertThat(job.at("/error/code").stringValue()).isEqualTo("no_progress");
        assertThat(job.get("bestRound").intValue()).isZero();
        assertThat(job.at("/artefacts/0/sha256").stringValue()).isEqualTo("aa".repeat(32));
        JsonNode rounds = json(get(one, "/jobs/" + id + "/rounds")).get("rounds");
        assertThat(rounds.at("/0/passed").intValue()).isEqualTo(1);
        assertThat(rounds.at("/1/passed").intValue()).isZero();
        assertThat(rounds.at("/1/changes/0/diff").stringValue()).startsWith("--- a/stack.py");
        assertThat(rounds.get(2).has("verdict")).isFalse();
        HttpResponse<String> report = get(one, "/jobs/" + id + "/report.xml");
        assertThat(report.headers().firstValue("Content-Type")).hasValue("application/xml");
        assertThat(report.body()).contains("<testsuites name=\"nexus\" tests=\"2\" failures=\"1\"");
        for (String path : List.of("", "/rounds", "/report.xml")) {
            assertThat(get(two, "/jobs/" + id + path).body())
                    .isEqualTo(get(one, "/jobs/" + id + path).body());
        }
    }

    @Test
    void aJobThatHasRunNoTestsHasNoReport() throws Exception {
        String id = submit("{\"spec\": \"a stack\"}");

        HttpResponse<String> answer = get(one, "/jobs/" + id + "/report.xml");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertProblem(answer, "not_found");
    }

    private static void did(String job, TaskId task, Outcome outcome) throws Exception {
        worker.append(
                        new JobId(job),
                        new JobEvent.TaskCompleted(task, 1, "w1", outcome, Usage.NONE, Fidelity.IMPLEMENTATION))
                .get();
    }

    private static Outcome wrote(String path, String hash, List<FileChange> changes) {
        return new Outcome.Written(List.of(new ArtefactRef(path, hash.repeat(32), 10, 0, 0)), changes);
    }

    private static Outcome tested(TestReport.Outcome... outcomes) {
        List<TestReport.Result> tests = new ArrayList<>();
        for (TestReport.Outcome outcome : outcomes) {
            tests.add(new TestReport.Result(
                    "tests/test_stack.py::test_" + tests.size(), outcome, 5, null, null, List.of("stack.py")));
        }
        return new Outcome.Tested(new TestReport(Verdict.FAILED, tests, 50, null, null));
    }

    @Test
    void aBuildJobTakesThePlanOfAnEarlierJob() throws Exception {
        String planned = plannedJob();
        await().atMost(LIMIT).until(() -> statusAt(one, planned).equals("completed"));

        String id = submit("/tasks/build", "{\"job\": \"" + planned + "\"}");

        JsonNode order = Json.tree(only(Topic.BUILD_REQUESTS, id).value());
        assertThat(order.get("task").stringValue()).isEqualTo("build:stack");
        assertThat(order.get("plan").get("summary").stringValue()).isEqualTo("A stack");
    }

    @Test
    void theNewestJobIsListedFirst() throws Exception {
        String id = submit("{\"spec\": \"first line\\nsecond line\"}");

        JsonNode newest = json(get(one, "/jobs")).get("jobs").get(0);

        assertThat(newest.get("id").stringValue()).isEqualTo(id);
        assertThat(newest.get("title").stringValue()).isEqualTo("first line");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | /jobs                                              | application/json | {\"spec\": \"\"}  | 400 | invalid_request",
                "POST   | /jobs                                              | application/json | nonsense          | 400 | invalid_request",
                "POST   | /jobs                                              | application/json | ''                | 400 | invalid_request",
                "POST   | /jobs                                              | text/plain       | a stack           | 415 | unsupported_media_type",
                "POST   | /tasks/build                                       | application/json | {\"job\": \"00000000-0000-0000-0000-000000000000\"} | 400 | invalid_request",
                "DELETE | /jobs                                              | application/json | ''                | 405 | method_not_allowed",
                "POST   | /tasks/dance                                       | application/json | {}                | 404 | not_found",
                "GET    | /jobs/nonsense                                     | application/json | ''                | 404 | not_found",
                "GET    | /jobs/00000000-0000-0000-0000-000000000000         | application/json | ''                | 404 | not_found",
                "GET    | /jobs/00000000-0000-0000-0000-000000000000/rounds  | application/json | ''                | 404 | not_found",
                "POST   | /jobs/00000000-0000-0000-0000-000000000000/report.xml | application/json | {}            | 405 | method_not_allowed",
                "GET    | /jobs/00000000-0000-0000-0000-000000000000/events  | application/json | ''                | 404 | not_found",
                "POST   | /jobs/00000000-0000-0000-0000-000000000000/cancel  | application/json | ''                | 404 | not_found",
                "POST   | /asyncapi.json                                     | application/json | {}                | 405 | method_not_allowed",
                "GET    | /nowhere                                           | application/json | ''                | 404 | not_found",
            })
    void everyRefusalIsAProblemDocument(
            String method, String path, String contentType, String body, int status, String code) throws Exception {
        HttpResponse<String> answer = http.send(
                request(one, path)
                        .header("Content-Type", contentType)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(status);
        assertProblem(answer, code);
    }

    @Test
    void aBodyOverTheLimitIsRefusedAsTooLarge() throws Exception {
        HttpResponse<String> little = post(one, "/jobs", "{\"spec\": \"" + "x".repeat(1024 * 1024) + "\"}");
        HttpResponse<String> much = post(one, "/jobs", "{\"spec\": \"" + "x".repeat(3 * 1024 * 1024) + "\"}");

        assertThat(little.statusCode()).isEqualTo(413);
        assertThat(much.statusCode()).isEqualTo(413);
        assertProblem(much, "too_large");
    }

    /** A plan job that the test, as the planner, has finished: five events. */
    private static String plannedJob() throws Exception {
        String id = submit("/tasks/plan", "{\"spec\": \"a stack\"}");
        only(Topic.PLAN_REQUESTS, id);
        JobId job = new JobId(id);
        worker.append(job, new JobEvent.TaskStarted(PLAN, 1, "w1")).get();
        worker.append(
                        job,
                        new JobEvent.TaskCompleted(
                                PLAN,
                                1,
                                "w1",
                                new Outcome.Planned(ONE_STEP, false),
                                Usage.NONE,
                                Fidelity.IMPLEMENTATION))
                .get();
        return id;
    }

    private static String submit(String body) throws Exception {
        return submit("/jobs", body);
    }

    private static String submit(String path, String body) throws Exception {
        HttpResponse<String> answer = post(one, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String id = json(answer).get("id").stringValue();
        await().atMost(LIMIT).until(() -> get(two, "/jobs/" + id).statusCode() == 200);
        return id;
    }

    /** The frames of the whole stream, which must end by itself. */
    private static List<String> stream(ConfigurableApplicationContext gateway, String id, String lastEventId)
            throws Exception {
        HttpRequest.Builder request =
                request(gateway, "/jobs/" + id + "/events").timeout(LIMIT);
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        String body =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
        return List.of(body.strip().replaceAll("\nretry: \\d+", "").split("\n\n"));
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the stream was cut off, not ended", e);
        }
    }

    private static String statusAt(ConfigurableApplicationContext gateway, String id) throws Exception {
        return json(get(gateway, "/jobs/" + id)).get("status").stringValue();
    }

    private static void assertProblem(HttpResponse<String> answer, String code) {
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = json(answer);
        assertThat(problem.get("code").stringValue()).isEqualTo(code);
        assertThat(problem.get("type").stringValue()).isEqualTo("urn:nexus:error:" + code);
        assertThat(problem.get("status").intValue()).isEqualTo(answer.statusCode());
        assertThat(problem.get("detail").stringValue()).isNotBlank();
    }

    private static HttpResponse<String> keyed(ConfigurableApplicationContext gateway, String key, String body)
            throws Exception {
        return http.send(
                request(gateway, "/jobs")
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(ConfigurableApplicationContext gateway, String path, String body)
            throws Exception {
        return http.send(
                request(gateway, path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext gateway, String path) throws Exception {
        return http.send(request(gateway, path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(ConfigurableApplicationContext gateway, String path) {
        String port = gateway.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private static void send(Topic topic, String key, String value) throws Exception {
        producer.send(new ProducerRecord<>(TOPICS.name(topic), key, value.getBytes(StandardCharsets.UTF_8)))
                .get(10, TimeUnit.SECONDS);
    }

    private static ConsumerRecord<String, byte[]> only(Topic topic, String key) {
        return only(TOPICS.name(topic), key);
    }

    /** The one record with this key on the topic, as soon as it is there. */
    private static ConsumerRecord<String, byte[]> only(String topic, String key) {
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        try (var consumer = clients.consumer("look", Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))) {
            consumer.assign(consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList());
            await().atMost(LIMIT).until(() -> {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    if (key.equals(record.key())) {
                        found.add(record);
                    }
                }
                return !found.isEmpty();
            });
        }
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}

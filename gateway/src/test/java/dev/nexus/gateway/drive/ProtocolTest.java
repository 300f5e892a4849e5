package dev.nexus.gateway.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobEvent.TaskStarted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.gateway.GatewayLifecycle;
import dev.nexus.gateway.Gateways;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** What may happen between any two records: the gateways' part of it, with the test as every agent. */
class ProtocolTest {

    private static final TaskId PLAN = TaskId.plan();

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
    void useOwnTopics() {
        gateways = new Gateways(broker);
    }

    @AfterEach
    void stopAll() {
        gateways.close();
    }

    @Test
    void aDriverThatDiedBetweenOrderAndSchedulingIsFollowedByOneThatSendsTheSameAttempt() {
        gateways.prepareTopics();
        JobId job = accept();
        gateways.send(
                Topic.PLAN_REQUESTS,
                job.value(),
                new String(Json.write(firstOrder()), StandardCharsets.UTF_8),
                Map.of());

        ConfigurableApplicationContext next = gateways.start();
        gateways.awaitReady(next);

        List<ConsumerRecord<String, byte[]>> orders = gateways.awaitRecords(Topic.PLAN_REQUESTS, job, 2);
        assertThat(orders)
                .extracting(each -> Json.tree(each.value()).get("attempt").intValue())
                .containsExactly(1, 1);
        plan(job, 1);
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(next, job).equals("completed"));
        assertThat(ids(job)).doesNotHaveDuplicates();
    }

    @Test
    void twoDriversForAMomentDoNoHarm() throws Exception {
        ConfigurableApplicationContext one = gateways.start();
        ConfigurableApplicationContext two = gateways.start();
        gateways.awaitReady(one);
        gateways.awaitReady(two);
        Stream.of(one, two).forEach(each -> each.getBean(Driver.class).take());

        JobId job = gateways.submit(one, "/jobs", "{\"spec\": \"a stack\"}");
        plan(job, 1);
        TaskId build = TaskId.build("stack", 0);
        gateways.awaitRecords(Topic.BUILD_REQUESTS, job, 2);
        gateways.complete(job, build, 1, Gateways.wrote("stack.py"));
        gateways.complete(job, TaskId.tests(), 1, Gateways.wrote("tests/test_stack.py"));
        gateways.complete(job, TaskId.test(0), 1, Gateways.passed());

        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.status(one, job).equals("completed")
                        && gateways.status(two, job).equals("completed"));
        List<String> ids = ids(job);
        assertThat(ids).as("both have written").hasSizeGreaterThan(new HashSet<>(ids).size());
        assertThat(gateways.job(one, job).get("seq").intValue()).isEqualTo(distinctUpToTheEnd(ids));
        assertThat(gateways.get(two, "/jobs/" + job).body())
                .isEqualTo(gateways.get(one, "/jobs/" + job).body());
        assertThat(gateways.get(two, "/jobs/" + job + "/events").body())
                .isEqualTo(gateways.get(one, "/jobs/" + job + "/events").body());
    }

    @Test
    void aCancelWhoseDriverDiedIsCarriedOutByTheNext() {
        gateways.prepareTopics();
        JobId job = accept();
        gateways.append(job, new JobEvent.JobCancelRequested(null));

        ConfigurableApplicationContext next = gateways.start();

        gateways.awaitReady(next);
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(next, job).equals("cancelled"));
        assertThat(gateways.records(Topic.PLAN_REQUESTS, job)).isEmpty();
    }

    @Test
    void aCommandThatNoDriverHasTakenIsTakenByTheNext() {
        gateways.prepareTopics();
        JobId job = accept();
        gateways.send(Topic.JOB_CONTROL, job.value(), "{\"type\": \"cancel\"}", Map.of());

        ConfigurableApplicationContext next = gateways.start();

        gateways.awaitReady(next);
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(next, job).equals("cancelled"));
    }

    @Test
    void theFirstOfCancelAndCompletionWinsOnEveryReplica() {
        ConfigurableApplicationContext one = gateways.start();
        ConfigurableApplicationContext two = gateways.start();
        gateways.awaitReady(one);
        gateways.awaitReady(two);

        for (int i = 0; i < 20; i++) {
            JobId job = gateways.submit(one, "/tasks/plan", "{\"spec\": \"a stack\"}");
            gateways.append(job, new TaskStarted(PLAN, 1, "w1"));

            var completing = CompletableFuture.runAsync(() -> gateways.complete(job, PLAN, 1, Gateways.planned()));
            int cancelling = gateways.post(two, "/jobs/" + job + "/cancel", "").statusCode();

            completing.join();
            assertEndsAsItsFirstFinalEventSays(job, one, two);
            String status = gateways.status(one, job);
            assertThat(List.of(cancelling, status))
                    .isIn(List.of(202, "cancelled"), List.of(202, "completed"), List.of(409, "completed"));
        }
    }

    static Stream<Arguments> twoEnds() {
        JobEvent completed = new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION);
        JobEvent cancelled = new JobEvent.JobCancelled();
        return Stream.of(Arguments.of(completed, cancelled), Arguments.of(cancelled, completed));
    }

    @ParameterizedTest
    @MethodSource("twoEnds")
    void ofTwoFinalEventsTheFirstOneCountsOnEveryReplica(JobEvent first, JobEvent second) {
        ConfigurableApplicationContext one = gateways.start();
        ConfigurableApplicationContext two = gateways.start();
        gateways.awaitReady(one);
        gateways.awaitReady(two);
        JobId job = gateways.submit(one, "/tasks/plan", "{\"spec\": \"a stack\"}");

        gateways.append(job, first);
        gateways.append(job, second);

        awaitReadByBoth(one, two);
        assertThat(finals(job)).hasSize(2);
        assertEndsAsItsFirstFinalEventSays(job, one, two);
    }

    private void assertEndsAsItsFirstFinalEventSays(
            JobId job, ConfigurableApplicationContext one, ConfigurableApplicationContext two) {
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.job(one, job).has("finishedAt")
                        && gateways.job(two, job).has("finishedAt"));
        List<String> finals = finals(job);
        assertThat(finals).isSubsetOf("job.completed", "job.cancelled");
        assertThat("job." + gateways.status(one, job)).isEqualTo(finals.getFirst());
        assertThat(gateways.get(two, "/jobs/" + job).body())
                .isEqualTo(gateways.get(one, "/jobs/" + job).body());
    }

    /** A later job of the same partition is known to both: so is all that was written before it. */
    private void awaitReadByBoth(ConfigurableApplicationContext one, ConfigurableApplicationContext two) {
        int partition = gateways.lastAppend().partition();
        JobId later = Stream.generate(this::accept)
                .filter(_ -> gateways.lastAppend().partition() == partition)
                .findFirst()
                .orElseThrow();
        await().atMost(Gateways.LIMIT)
                .until(() -> !gateways.status(one, later).equals("none")
                        && !gateways.status(two, later).equals("none"));
    }

    /** The types of the job's final events, as they stand in the log. */
    private List<String> finals(JobId job) {
        return gateways.records(Topic.JOB_EVENTS, job).stream()
                .filter(record ->
                        String.valueOf(Envelope.header(record, Envelope.ID)).endsWith("/final"))
                .map(record -> Envelope.header(record, Envelope.TYPE))
                .toList();
    }

    @Test
    void twoDoorsThatUseOneIdAtOnceMakeOneJob() throws Exception {
        ConfigurableApplicationContext one = gateways.start();
        ConfigurableApplicationContext two = gateways.start();
        gateways.awaitReady(one);
        gateways.awaitReady(two);

        for (int i = 0; i < 10; i++) {
            String key = UUID.randomUUID().toString();
            JobId job = JobId.ofIdempotencyKey(Envelope.DEFAULT_TENANT, key);
            var byHttp = CompletableFuture.supplyAsync(
                    () -> gateways.keyed(one, key, "{\"spec\": \"by HTTP\", \"kind\": \"plan\"}"));
            var byKafka = CompletableFuture.supplyAsync(() -> gateways.send(
                    Topic.JOB_REQUESTS,
                    null,
                    "{\"type\": \"plan\", \"spec\": \"by Kafka\"}",
                    Map.of(Envelope.IDEMPOTENCY_KEY, key)));
            byKafka.join();
            int status = byHttp.join().statusCode();

            await().atMost(Gateways.LIMIT).until(() -> types(job).contains("job.rejected") || status == 422);
            JsonNode shown = gateways.job(one, job);
            assertThat(shown.get("spec").stringValue()).isEqualTo(status == 202 ? "by HTTP" : "by Kafka");
            await().atMost(Gateways.LIMIT)
                    .until(() -> gateways.get(two, "/jobs/" + job).statusCode() == 200);
            assertThat(gateways.job(two, job).get("spec")).isEqualTo(shown.get("spec"));
        }
    }

    @Test
    void whatTheNextVersionWritesIsCountedAlikeAndDisturbsNobody() throws Exception {
        ConfigurableApplicationContext one = gateways.start();
        ConfigurableApplicationContext two = gateways.start();
        gateways.awaitReady(one);
        gateways.awaitReady(two);
        JobId job = gateways.submit(one, "/tasks/plan", "{\"spec\": \"a stack\"}");

        asNextVersion(
                job, "task.reviewed", job + "/plan/1/reviewed", "{\"type\": \"task.reviewed\", \"mark\": \"good\"}");
        asNextVersion(
                job, "task.reviewed", job + "/plan/1/reviewed", "{\"type\": \"task.reviewed\", \"mark\": \"good\"}");
        asNextVersion(
                job,
                "task.started",
                job + "/plan/1/started/w1",
                "{\"type\": \"task.started\", \"task\": \"plan\", \"attempt\": 1, \"worker\": \"w1\", \"region\": \"north\"}");
        gateways.complete(job, PLAN, 1, Gateways.planned());

        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.status(one, job).equals("completed")
                        && gateways.status(two, job).equals("completed"));
        // accepted, scheduled, reviewed (once), started, completed, the end
        assertThat(gateways.job(one, job).get("seq").intValue()).isEqualTo(6);
        assertThat(gateways.get(two, "/jobs/" + job + "/events").body())
                .isEqualTo(gateways.get(one, "/jobs/" + job + "/events").body())
                .contains("event: task.reviewed\n", "\"region\":\"north\"");
    }

    @Test
    void aJobIsFoundOnEveryReplicaAsSoonAsOneHasAcceptedIt() {
        ConfigurableApplicationContext one = gateways.start();
        ConfigurableApplicationContext two = gateways.start();
        gateways.awaitReady(one);
        gateways.awaitReady(two);

        for (int i = 0; i < 50; i++) {
            JobId job = gateways.submit(one, "/jobs", "{\"spec\": \"a stack\"}");

            assertThat(gateways.get(two, "/jobs/" + job).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aJobThatOneReplicaHasAcceptedCanBeNamedToTheOtherAtOnce() {
        ConfigurableApplicationContext one = gateways.start();
        ConfigurableApplicationContext two = gateways.start();
        gateways.awaitReady(one);
        gateways.awaitReady(two);

        for (int i = 0; i < 50; i++) {
            JobId job = gateways.submit(
                    one, "/tasks/test", "{\"files\": [{\"path\": \"a.py\", \"content\": \"a = 1\"}], \"spec\": \"a\"}");

            assertThat(gateways.post(two, "/tasks/test", "{\"job\": \"" + job + "\"}")
                            .statusCode())
                    .isEqualTo(202);
        }
    }

    @Test
    void aStreamThatComesFromAReplicaThatHasReadMoreGoesOnWhereItWas() {
        ConfigurableApplicationContext one = gateways.start();
        ConfigurableApplicationContext two = gateways.start();
        gateways.awaitReady(one);
        gateways.awaitReady(two);

        for (int i = 0; i < 20; i++) {
            JobId job = gateways.submit(one, "/tasks/plan", "{\"spec\": \"a stack\"}");
            gateways.complete(job, PLAN, 1, Gateways.planned());
            String ended = gateways.streamed(one, job, "1"); // read to the end there, and perhaps not here

            assertThat(ended).contains("event: job.completed\n");
            assertThat(gateways.streamed(
                            two, job, gateways.job(one, job).get("seq").toString()))
                    .isEmpty();
        }
    }

    private void asNextVersion(JobId job, String type, String id, String json) {
        gateways.send(Topic.JOB_EVENTS, job.value(), json, Map.of(Envelope.TYPE, type, Envelope.ID, id));
    }

    @Test
    void aJobThatNobodyWorksOnEndsAtItsOwnDeadline() throws Exception {
        ConfigurableApplicationContext one = gateways.start();
        gateways.awaitReady(one);

        JobId job = gateways.submit(one, "/jobs", "{\"spec\": \"a stack\", \"options\": {\"deadline\": \"PT1.5S\"}}");

        await().atMost(Gateways.LIMIT).until(() -> gateways.status(one, job).equals("failed"));
        assertThat(gateways.job(one, job).get("error").get("code").stringValue())
                .isEqualTo("deadline_exceeded");
    }

    @Test
    void aDeadlineBeyondTheLimitIsRefusedWithTheSetting() throws Exception {
        ConfigurableApplicationContext one = gateways.start("--nexus.deadlines.job=1h");
        gateways.awaitReady(one);

        HttpResponse<String> answer =
                gateways.post(one, "/jobs", "{\"spec\": \"a stack\", \"options\": {\"deadline\": \"PT2H\"}}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("/options/deadline", "PT1H", "nexus.deadlines.job");
    }

    @Test
    void aBudgetBeyondTheLimitIsRefusedWithTheSetting() throws Exception {
        ConfigurableApplicationContext one = gateways.start("--nexus.budget.per-job-usd=0.75");
        gateways.awaitReady(one);

        HttpResponse<String> answer =
                gateways.post(one, "/jobs", "{\"spec\": \"a stack\", \"options\": {\"budgetUsd\": 0.76}}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("/options/budgetUsd", "0.75 USD", "nexus.budget.per-job-usd");
    }

    @Test
    void aJobThatNamesNoBudgetHasTheGatewaysForGood() throws Exception {
        ConfigurableApplicationContext first = gateways.start("--nexus.budget.per-job-usd=0.75");
        gateways.awaitReady(first);
        JobId job = gateways.submit(first, "/jobs", "{\"spec\": \"a stack\"}");
        JobId own = gateways.submit(first, "/jobs", "{\"spec\": \"a stack\", \"options\": {\"budgetUsd\": 0.5}}");
        first.close();

        ConfigurableApplicationContext next = gateways.start("--nexus.budget.per-job-usd=9");
        gateways.awaitReady(next);

        assertThat(gateways.job(next, job).at("/options/budgetUsd").decimalValue())
                .isEqualByComparingTo("0.75");
        assertThat(gateways.job(next, own).at("/options/budgetUsd").decimalValue())
                .isEqualByComparingTo("0.5");
    }

    @Test
    void severalTasksAreSentAtOnceWithinTheBudgetAndTheLogSaysWhatEachMaySpend() {
        ConfigurableApplicationContext one = gateways.start();
        gateways.awaitReady(one);
        JobId job = gateways.submit(one, "/jobs", "{\"spec\": \"a stack\", \"options\": {\"budgetUsd\": 0.5}}");
        await().atMost(Gateways.LIMIT).until(() -> scheduledAllowances(job), each -> each.equals(List.of("0.5")));

        plan(job, 1);

        List<ConsumerRecord<String, byte[]>> builds = gateways.awaitRecords(Topic.BUILD_REQUESTS, job, 1);
        List<ConsumerRecord<String, byte[]>> tests = gateways.awaitRecords(Topic.TEST_REQUESTS, job, 1);
        assertThat(Stream.of(builds, tests)
                        .map(List::getFirst)
                        .map(each -> Json.tree(each.value())
                                .at("/terms/allowanceUsd")
                                .decimalValue()))
                .allSatisfy(usd -> assertThat(usd).isEqualByComparingTo("0.25"));
        await().atMost(Gateways.LIMIT)
                .until(() -> scheduledAllowances(job), each -> each.equals(List.of("0.5", "0.25", "0.25")));
    }

    private List<String> scheduledAllowances(JobId job) {
        return gateways.records(Topic.JOB_EVENTS, job).stream()
                .map(record -> Json.readEvent(record.value()))
                .filter(JobEvent.TaskScheduled.class::isInstance)
                .map(event -> String.valueOf(((JobEvent.TaskScheduled) event).allowanceUsd()))
                .map(usd -> usd.replaceAll("0+$", ""))
                .toList();
    }

    @Test
    void moreOpenJobsThanTheLimitAreRefusedAtBothDoorsUntilOneEnds() throws Exception {
        ConfigurableApplicationContext one = gateways.start("--nexus.limits.open-jobs=2");
        gateways.awaitReady(one);
        JobId first = gateways.submit(one, "/jobs", "{\"spec\": \"a stack\"}");
        gateways.submit(one, "/jobs", "{\"spec\": \"a queue\"}");
        JobId byKafka = JobId.next(System.currentTimeMillis(), RandomGenerator.getDefault());

        HttpResponse<String> refused = gateways.post(one, "/jobs", "{\"spec\": \"a list\"}");
        gateways.send(Topic.JOB_REQUESTS, byKafka.value(), "{\"type\": \"plan\", \"spec\": \"a list\"}", Map.of());

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.body()).contains("overloaded", "nexus.limits.open-jobs");
        ConsumerRecord<String, byte[]> rejected =
                gateways.awaitRecords(Topic.JOB_EVENTS, byKafka, 1).getFirst();
        assertThat(Json.tree(rejected.value()).get("error").get("code").stringValue())
                .isEqualTo("overloaded");
        gateways.post(one, "/jobs/" + first + "/cancel", "");
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(one, first).equals("cancelled"));
        assertThat(gateways.post(one, "/jobs", "{\"spec\": \"a list\"}").statusCode())
                .isEqualTo(202);
    }

    @Test
    void largeRequestsFillTheRoomBeforeManySmallOnesWould() throws Exception {
        ConfigurableApplicationContext one = gateways.start("--nexus.limits.open-bytes=100KB");
        gateways.awaitReady(one);
        String large = "{\"spec\": \"" + "x".repeat(60_000) + "\"}";
        JobId first = gateways.submit(one, "/jobs", large);

        HttpResponse<String> refused = gateways.post(one, "/jobs", large);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("overloaded", "nexus.limits.open-bytes");
        gateways.submit(one, "/jobs", "{\"spec\": \"a list\"}");
        gateways.post(one, "/jobs/" + first + "/cancel", "");
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(one, first).equals("cancelled"));
        gateways.submit(one, "/jobs", large);
    }

    @Test
    void onlyAFewOrdersWaitOnATopicThatNobodyReads() throws Exception {
        ConfigurableApplicationContext one = gateways.start("--nexus.limits.queued-orders=3");
        gateways.awaitReady(one);

        JobId last = null;
        for (int i = 0; i < 10; i++) {
            last = gateways.submit(one, "/jobs", "{\"spec\": \"a stack\"}");
        }
        gateways.post(one, "/jobs/" + last + "/cancel", "");
        JobId cancelled = last;
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.status(one, cancelled).equals("cancelled"));

        assertThat(gateways.records(Topic.PLAN_REQUESTS)).hasSize(3);
    }

    @Test
    void aLogThatIsKeptForLessThanAJobMayTakeIsRefusedAtTheStart() {
        gateways.prepareTopics();

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> gateways.start("--nexus.deadlines.job=8d")))
                .rootCause()
                .hasMessageContaining("nexus.deadlines.job")
                .hasMessageContaining("retention.ms");
    }

    @Test
    void aLogThatIsCutBySizeIsRefusedAtTheStart() {
        gateways.prepareTopics();
        gateways.set(Topic.JOB_EVENTS, "retention.bytes", "1000000");

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> gateways.start()))
                .rootCause()
                .hasMessageContaining("keeps 1000000 bytes of each partition")
                .hasMessageContaining("set the topic's retention.bytes to -1");
    }

    @Test
    void aGatewayFollowsPartitionsThatAreAddedWhileItRuns() {
        ConfigurableApplicationContext one = gateways.start();
        gateways.awaitReady(one);
        gateways.widen(Topic.JOB_EVENTS, 13);
        JobId job = JobId.next(System.currentTimeMillis(), RandomGenerator.getDefault());

        gateways.append(job, accepted(), 12);

        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.get(one, "/jobs/" + job).statusCode() == 200);
    }

    @Test
    void aGatewayThatStopsSaysSo() {
        ConfigurableApplicationContext one = gateways.start();
        gateways.awaitReady(one);

        one.getBean(GatewayLifecycle.class).stop();

        HttpResponse<String> refused = gateways.post(one, "/jobs", "{\"spec\": \"a stack\"}");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("this gateway stops; send the request again, to another one if there is");
        assertThat(gateways.get(one, "/health").body()).contains("\"status\":\"STOPPING\"");
    }

    private void plan(JobId job, int attempt) {
        gateways.append(job, new TaskStarted(PLAN, attempt, "w1"));
        gateways.complete(job, PLAN, attempt, Gateways.planned());
    }

    private JobId accept() {
        JobId job = JobId.next(System.currentTimeMillis(), RandomGenerator.getDefault());
        gateways.append(job, accepted());
        return job;
    }

    private static JobEvent accepted() {
        return new JobEvent.JobAccepted(
                JobKind.PLAN, "default", "a stack", null, List.of(), null, JobOptions.DEFAULTS, Map.of(), "h");
    }

    private Order firstOrder() {
        RecordMetadata at = gateways.lastAppend();
        var since = new Since(at.partition(), at.offset(), Instant.ofEpochMilli(at.timestamp()));
        return new Order.PlanOrder(PLAN, 1, since, "a stack", true);
    }

    private List<String> ids(JobId job) {
        return gateways.records(Topic.JOB_EVENTS, job).stream()
                .map(record -> Envelope.header(record, Envelope.ID))
                .toList();
    }

    private List<String> types(JobId job) {
        return gateways.records(Topic.JOB_EVENTS, job).stream()
                .map(record -> Envelope.header(record, Envelope.TYPE))
                .toList();
    }

    private static int distinctUpToTheEnd(List<String> ids) {
        Set<String> distinct = new HashSet<>();
        for (String id : ids) {
            distinct.add(id);
            if (id.endsWith("/final")) {
                break;
            }
        }
        return distinct.size();
    }
}

package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.ApiKey;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Json;
import dev.nexus.contract.ModelCall;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Usage;
import dev.nexus.gateway.access.Credential;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** Two gateways with one archive, of which the second asks for keys: what the topics lose, no client misses. */
class ArchiveTest {

    private static final String DATABASE = "jdbc:h2:mem:archive-test;DB_CLOSE_DELAY=-1";
    private static final List<Topic> TOPICS = List.of(Topic.JOB_EVENTS, Topic.JOB_ARTEFACTS, Topic.MODEL_CALLS);
    private static final TaskId TEST = TaskId.test(0);
    private static final String FILES = "{\"spec\": \"SPEC\", \"files\": ["
            + "{\"path\": \"stack.py\", \"content\": \"class Stack: pass\"},"
            + "{\"path\": \"tests/test_stack.py\", \"content\": \"def test_it(): pass\"}]}";

    private static EmbeddedKafkaBroker broker;
    private static Gateways gateways;
    private static ConfigurableApplicationContext one;
    private static ConfigurableApplicationContext keyed;
    private static JdbcClient sql;

    @BeforeAll
    static void start() {
        broker = Gateways.broker();
        gateways = new Gateways(broker);
        one = gateway("--nexus.history.max-jobs-in-memory=0");
        gateways.awaitReady(one);
        keyed = gateway("--nexus.security.mode=keys");
        gateways.awaitReady(keyed);
        var source = new DriverManagerDataSource(DATABASE, "sa", "");
        sql = JdbcClient.create(source);
    }

    @AfterAll
    static void stop() {
        gateways.close();
        broker.destroy();
    }

    private static ConfigurableApplicationContext gateway(String more) {
        return gateways.start(
                more, "--nexus.archive=jdbc", "--spring.datasource.url=" + DATABASE, "--spring.datasource.username=sa");
    }

    @Test
    void aFinishedJobIsTheSameOnceTheTopicsHaveLostIt() {
        JobId job = tested("a stack");
        String path = "/jobs/" + job;
        List<String> paths = Stream.of(
                        "",
                        "/events",
                        "/rounds",
                        "/calls",
                        "/calls?task=test",
                        "/report.xml",
                        "/artefacts",
                        "/artefacts/stack.py",
                        "/artefacts/tests/test_stack.py",
                        "/artefacts.zip")
                .map(part -> path + part)
                .toList();
        List<HttpResponse<String>> before =
                paths.stream().map(each -> gateways.get(one, each)).toList();

        loseAll(job);

        for (int i = 0; i < paths.size(); i++) {
            HttpResponse<String> after = gateways.get(one, paths.get(i));
            assertThat(after.statusCode()).as(paths.get(i)).isEqualTo(200);
            assertThat(after.body()).as(paths.get(i)).isEqualTo(before.get(i).body());
            assertThat(after.headers().firstValue("ETag"))
                    .as(paths.get(i))
                    .isEqualTo(before.get(i).headers().firstValue("ETag"));
        }
        assertThat(before.get(3).body()).contains("the question");
        assertThat(before.get(7).body()).isEqualTo("class Stack: pass");
    }

    @Test
    void itsStreamGoesOnBehindAnyEventAndEnds() {
        JobId job = tested("a queue");
        List<String> ids = gateways.stream(one, job, "");

        loseAll(job);

        assertThat(gateways.stream(one, job, "2")).isEqualTo(ids.subList(2, ids.size()));
        assertThat(gateways.send(one, "GET", "/jobs/" + job + "/events", null, Map.of("Last-Event-ID", ids.getLast()))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void aListGoesOnFromTheLogIntoTheArchiveWithEachJobOnce() {
        String text = "pages " + Instant.now();
        List<JobId> jobs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            jobs.addFirst(cancelled(text + " archived"));
        }
        loseAll(jobs.getFirst());
        for (int i = 0; i < 4; i++) {
            jobs.addFirst(cancelled(text + " in the log"));
        }
        awaitCopied();

        assertThat(paged("/jobs?limit=2&q=" + encoded(text))).isEqualTo(jobs);
        assertThat(paged("/jobs?limit=3&status=cancelled&q=" + encoded(text))).isEqualTo(jobs);
        assertThat(paged("/jobs?limit=2").subList(0, 9)).isEqualTo(jobs);
        assertThat(paged("/jobs?q=" + encoded(text.toUpperCase(java.util.Locale.ROOT) + " ARCH")))
                .isEqualTo(jobs.subList(4, 9));
    }

    @Test
    void aDeletedJobIsGoneFromTheArchiveToo() {
        JobId deletedInTheLog = tested("deleted in the log");
        JobId archived = tested("deleted in the archive");
        awaitCopied();
        assertThat(gateways.delete(one, "/jobs/" + deletedInTheLog).statusCode())
                .isEqualTo(200);
        HttpResponse<String> afterwards = gateways.get(one, "/jobs/" + deletedInTheLog);
        loseAll(archived);

        HttpResponse<String> answer = gateways.delete(one, "/jobs/" + archived);

        assertThat(afterwards.statusCode()).isEqualTo(404);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("deleted").booleanValue()).isTrue();
        assertThat(gateways.get(one, "/jobs/" + archived).statusCode()).isEqualTo(404);
        assertThat(gateways.delete(one, "/jobs/" + archived).statusCode()).isEqualTo(404);
        assertThat(gateways.get(one, "/jobs/" + deletedInTheLog).statusCode()).isEqualTo(404);
        assertThat(rows(archived)).isZero();
        assertThat(gateways.get(one, "/jobs").body()).doesNotContain(archived.value(), deletedInTheLog.value());
    }

    @Test
    void aTenantSeesWhatIsItsOwn() {
        String acme = key("acme");
        String other = key("other");
        JobId job = JobId.next(System.currentTimeMillis(), new Random());
        gateways.append(
                job,
                new JobEvent.JobAccepted(
                        JobKind.PLAN, "acme", "for acme", null, List.of(), null, JobOptions.DEFAULTS, Map.of(), "h"));
        gateways.append(job, new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION));
        loseAll(job);
        await().atMost(Gateways.LIMIT)
                .until(() -> ask(acme, "GET", "/jobs/" + job).statusCode() == 200);

        for (String part : List.of("", "/events", "/calls", "/rounds", "/artefacts", "/artefacts.zip")) {
            assertThat(ask(other, "GET", "/jobs/" + job + part).statusCode())
                    .as(part)
                    .isEqualTo(404);
        }
        assertThat(ask(other, "DELETE", "/jobs/" + job).statusCode()).isEqualTo(404);
        assertThat(ask(other, "GET", "/jobs").body()).doesNotContain(job.value());
        assertThat(ask(acme, "GET", "/jobs").body()).contains(job.value());
    }

    @Test
    void aKeyThatIsFreeAgainMakesANewJobThatTakesThePlaceOfTheOld() {
        String request = "{\"kind\": \"plan\", \"spec\": \"SPEC\"}";
        String key = "key " + Instant.now();
        JobId job = id(gateways.keyed(one, key, request.replace("SPEC", "the first")));
        cancel(job);
        loseAll(job);

        JobId again = id(gateways.keyed(one, key, request.replace("SPEC", "the second")));
        String open = gateways.get(one, "/jobs/" + again).body();
        cancel(again);
        loseAll(again);

        assertThat(again).isEqualTo(job);
        assertThat(open).contains("the second");
        assertThat(gateways.get(one, "/jobs/" + again).body()).contains("the second");
        assertThat(paged("/jobs").stream().filter(job::equals)).hasSize(1);
    }

    @Test
    void aJobOfTheArchiveIsFinalForWhoeverWouldChangeIt() {
        JobId job = cancelled("nothing to cancel");
        JobId done = tested("nothing to cancel either");
        loseAll(job);
        loseAll(done);

        assertThat(gateways.post(one, "/jobs/" + job + "/cancel", "").statusCode())
                .isEqualTo(200);
        assertThat(gateways.post(one, "/jobs/" + done + "/cancel", "").statusCode())
                .isEqualTo(409);
        assertThat(gateways.post(one, "/jobs/" + done + "/retry", "{\"from\": \"test\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whatLeftTheTopicsBeforeItWasCopiedIsLostAndTheRestGoesOn() {
        JobId before = tested("before the gap");
        awaitCopied();
        sql.sql("update archive_lease set holder = 'elsewhere', expires_at = current_timestamp + interval '1' hour")
                .update();
        JobId lost = cancelled("in the gap");
        TOPICS.forEach(gateways::dropAll);
        sql.sql("update archive_lease set expires_at = current_timestamp").update();
        JobId after = tested("after the gap");

        loseAll(after);

        assertThat(gateways.get(one, "/jobs/" + before).statusCode()).isEqualTo(200);
        assertThat(gateways.get(one, "/jobs/" + lost).statusCode()).isEqualTo(404);
        assertThat(gateways.get(one, "/jobs/" + after).statusCode()).isEqualTo(200);
    }

    @Test
    void aTextToSearchForHasALimit() {
        HttpResponse<String> answer = gateways.get(one, "/jobs?q=" + "x".repeat(201));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("detail").stringValue())
                .isEqualTo("q must be 1 to 200 characters of the specification");
    }

    // --- as the time that passes ---------------------------------------------------------------

    /** Once all is copied, nothing is left on the topics; returns when no gateway has the job any more. */
    private static void loseAll(JobId job) {
        awaitCopied();
        TOPICS.forEach(gateways::dropAll);
        await().atMost(Gateways.LIMIT)
                .until(() -> Stream.of(one, keyed)
                        .noneMatch(gateway -> gateway.getBean(dev.nexus.gateway.log.JobTable.class)
                                .find(job)
                                .join()
                                .isPresent()));
    }

    private static void awaitCopied() {
        long written = TOPICS.stream().mapToLong(gateways::written).sum();
        await().atMost(Gateways.LIMIT)
                .until(() -> sql.sql("select coalesce(sum(next_offset), 0) from archive_offset")
                                .query(Long.class)
                                .single()
                        >= written);
    }

    private static long rows(JobId job) {
        return sql.sql("select count(*) from archive_record where job = :job")
                .param("job", job.value())
                .query(Long.class)
                .single();
    }

    // --- as clients and agents -----------------------------------------------------------------

    /** A job that had files, asked a model, and ran its tests. */
    private static JobId tested(String spec) {
        JobId job = gateways.submit(one, "/tasks/test", FILES.replace("SPEC", spec));
        gateways.awaitRecords(Topic.TEST_REQUESTS, job, 1);
        gateways.append(job, new JobEvent.TaskStarted(TEST, 1, "w1"));
        gateways.send(Topic.MODEL_CALLS, job.value(), call(TEST), Map.of("ce_id", "one"));
        gateways.send(Topic.MODEL_CALLS, job.value(), call(TEST), Map.of("ce_id", "one"));
        gateways.send(Topic.MODEL_CALLS, job.value(), call(TaskId.plan()), Map.of("ce_id", "two"));
        gateways.complete(job, TEST, 1, Gateways.passed());
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(one, job).equals("completed"));
        return job;
    }

    private static JobId cancelled(String spec) {
        JobId job = gateways.submit(one, "/jobs", "{\"spec\": \"" + spec + "\"}");
        cancel(job);
        return job;
    }

    private static void cancel(JobId job) {
        gateways.post(one, "/jobs/" + job + "/cancel", "");
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(one, job).equals("cancelled"));
    }

    private static String call(TaskId task) {
        var call = new ModelCall(
                "key",
                task,
                1,
                1,
                "test/model",
                "0123456789ab",
                "you answer",
                List.of(new ModelCall.Message("user", "the question")),
                "the reply",
                "end",
                new Usage(1, 0, 100, 50, new BigDecimal("0.25")),
                Fidelity.IMPLEMENTATION,
                250);
        return new String(Json.write(call), StandardCharsets.UTF_8);
    }

    /** The jobs of all pages. */
    private static List<JobId> paged(String first) {
        List<JobId> all = new ArrayList<>();
        String next = first;
        while (next != null) {
            JsonNode page = json(gateways.get(one, next));
            page.path("jobs").forEach(job -> all.add(new JobId(job.get("id").stringValue())));
            next = page.has("next") ? page.get("next").stringValue() : null;
        }
        return all;
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String key(String tenant) {
        Credential held = Credential.next(new SecureRandom());
        var kept = new ApiKey(
                held.id(),
                tenant,
                List.of("jobs:read", "jobs:write"),
                held.sha256(),
                Instant.now(),
                null,
                null,
                null,
                null);
        gateways.send(Topic.API_KEYS, kept.id(), new String(Json.write(kept), StandardCharsets.UTF_8), Map.of());
        await().atMost(Gateways.LIMIT)
                .until(() -> ask(held.text(), "GET", "/jobs").statusCode() == 200);
        return held.text();
    }

    private static HttpResponse<String> ask(String key, String method, String path) {
        return gateways.send(keyed, method, path, null, Map.of("Authorization", "Bearer " + key));
    }

    private static JobId id(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return new JobId(json(answer).get("id").stringValue());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}

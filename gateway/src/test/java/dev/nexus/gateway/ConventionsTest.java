package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** What clients know of HTTP and expect of any server, at two gateways. */
class ConventionsTest {

    private static final TaskId PLAN = TaskId.plan();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static EmbeddedKafkaBroker broker;
    private static Gateways gateways;
    private static ConfigurableApplicationContext one;
    private static ConfigurableApplicationContext two;

    @BeforeAll
    static void start() {
        broker = Gateways.broker();
        gateways = new Gateways(broker);
        one = gateways.start();
        two = gateways.start("--nexus.history.max-jobs-in-memory=1");
        gateways.awaitReady(one);
        gateways.awaitReady(two);
    }

    @AfterAll
    static void stop() {
        gateways.close();
        broker.destroy();
    }

    // --- jobs ----------------------------------------------------------------------------------

    @Test
    void whoPollsIsToldWhereAndWhen() {
        HttpResponse<String> answer = post("/tasks/plan", "{\"spec\": \"a stack\"}");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Location"))
                .hasValue("/jobs/" + json(answer).get("id").stringValue());
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(answer.headers().firstValue("Preference-Applied")).isEmpty();
    }

    @Test
    void whoWouldWaitGetsTheFinishedJob() throws Exception {
        String key = UUID.randomUUID().toString();
        var waiting = CompletableFuture.supplyAsync(() -> post(
                "/tasks/plan", "{\"spec\": \"a stack\"}", "Prefer", "respond-async, wait=20", "Idempotency-Key", key));
        JobId job = JobId.ofIdempotencyKey("default", key);
        gateways.awaitRecords(Topic.PLAN_REQUESTS, job, 1);
        gateways.complete(job, PLAN, 1, Gateways.planned());

        HttpResponse<String> answer = waiting.get(30, TimeUnit.SECONDS);
        HttpResponse<String> again =
                post("/tasks/plan", "{\"spec\": \"a stack\"}", "Prefer", "wait=1", "Idempotency-Key", key);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("wait=20");
        assertThat(json(answer).get("status").stringValue()).isEqualTo("completed");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(answer.body());
    }

    @Test
    void whoWaitsInVainIsToldToPoll() {
        HttpResponse<String> answer = post("/tasks/plan", "{\"spec\": \"a stack\"}", "Prefer", "wait=1");
        HttpResponse<String> shown = get(one, "/jobs/" + json(answer).get("id").stringValue(), "Prefer", "wait=\"1\"");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Preference-Applied")).hasValue("wait=1");
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.headers().firstValue("Preference-Applied")).hasValue("wait=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "wait=", "wait=-1", "wait=soon", "wait=0", "await=3", "", ",,;"})
    void aPreferenceThatIsNoneIsPassedOver(String prefer) {
        HttpResponse<String> answer = post("/tasks/plan", "{\"spec\": \"a stack\"}", "Prefer", prefer);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Preference-Applied")).isEmpty();
    }

    @Test
    void whoHasTheJobAsItIsGetsNoBody() {
        JobId job = gateways.submit(one, "/tasks/plan", "{\"spec\": \"a stack\"}");
        gateways.awaitRecords(Topic.JOB_EVENTS, job, 2);
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.job(one, job).get("seq").intValue() == 2);
        String tag = get(one, "/jobs/" + job).headers().firstValue("ETag").orElseThrow();

        for (String known : List.of(tag, "W/" + tag, "\"x\", " + tag, "*")) {
            HttpResponse<String> answer = get(one, "/jobs/" + job, "If-None-Match", known);

            assertThat(answer.statusCode()).as(known).isEqualTo(304);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().firstValue("ETag")).hasValue(tag);
        }
        assertThat(get(one, "/jobs/" + job, "If-None-Match", "\"x\"").statusCode())
                .isEqualTo(200);
        gateways.complete(job, PLAN, 1, Gateways.planned());
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.status(one, job).equals("completed")
                        && gateways.status(two, job).equals("completed"));
        HttpResponse<String> changed = get(one, "/jobs/" + job, "If-None-Match", tag);
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(get(two, "/jobs/" + job).headers().firstValue("ETag"))
                .isEqualTo(changed.headers().firstValue("ETag"))
                .isNotEqualTo(java.util.Optional.of(tag));
    }

    @Test
    void aFileThatIsKnownIsNotSentAgain() {
        JobId job = gateways.submit(
                one,
                "/tasks/test",
                "{\"files\": [{\"path\": \"tests/test_x.py\", \"content\": \"def test_x(): pass\"}]}");
        String path = "/jobs/" + job + "/artefacts/tests/test_x.py";
        String tag = get(one, path).headers().firstValue("ETag").orElseThrow();

        assertThat(get(two, path, "If-None-Match", tag).statusCode()).isEqualTo(304);
    }

    @Test
    void fiftyEqualRequestsAtTwoGatewaysMakeOneJob() {
        String key = UUID.randomUUID().toString();
        List<CompletableFuture<HttpResponse<String>>> requests = IntStream.range(0, 50)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> gateways.keyed(i % 2 == 0 ? one : two, key, "{\"spec\": \"once\", \"kind\": \"plan\"}")))
                .toList();

        List<HttpResponse<String>> answers =
                requests.stream().map(CompletableFuture::join).toList();

        assertThat(answers).allMatch(answer -> answer.statusCode() == 202);
        assertThat(answers.stream().map(answer -> json(answer).get("id").stringValue()))
                .containsOnly(JobId.ofIdempotencyKey("default", key).value());
        JobId job = JobId.ofIdempotencyKey("default", key);
        gateways.awaitRecords(Topic.PLAN_REQUESTS, job, 1);
        gateways.complete(job, PLAN, 1, Gateways.planned());
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(one, job).equals("completed"));
        assertThat(gateways.records(Topic.PLAN_REQUESTS, job)).hasSize(1);
        assertThat(gateways.keyed(two, key, "{\"spec\": \"other\"}").statusCode())
                .isEqualTo(422);
        assertThat(gateways.keyed(two, "x".repeat(256), "{\"spec\": \"other\"}").statusCode())
                .isEqualTo(400);
    }

    // --- lists ---------------------------------------------------------------------------------

    @Test
    void aListIsReadPageByPageWhateverIsNew() {
        List<String> made = new ArrayList<>();
        String before = Instant.now().minusSeconds(1).toString();
        for (int i = 0; i < 7; i++) {
            JobId job = gateways.submit(one, "/tasks/plan", "{\"spec\": \"page " + i + "\"}");
            made.addFirst(job.value());
            if (i % 2 == 0) {
                gateways.post(one, "/jobs/" + job + "/cancel", "");
            }
            await().atMost(Gateways.LIMIT)
                    .until(() -> gateways.status(two, job).equals(gateways.status(one, job))
                            && (made.size() % 2 == 0
                                    || gateways.status(one, job).equals("cancelled")));
        }

        List<String> seen = new ArrayList<>();
        String next = "/jobs?limit=3&created_after=" + before;
        int pages = 0;
        while (next != null && seen.size() < 7) {
            HttpResponse<String> answer = get(pages % 2 == 0 ? one : two, next);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            json(answer).get("jobs").forEach(job -> seen.add(job.get("id").stringValue()));
            JsonNode told = json(answer).get("next");
            next = told == null ? null : told.stringValue();
            if (next != null) {
                assertThat(answer.headers().firstValue("Link")).hasValue("<" + next + ">; rel=\"next\"");
            }
            pages++;
            gateways.submit(one, "/tasks/build", "{\"plan\": " + plan() + "}");
        }

        assertThat(seen).containsSubsequence(made).doesNotHaveDuplicates();
        HttpResponse<String> cancelled = get(two, "/jobs?status=cancelled&kind=plan&created_after=" + before);
        assertThat(json(cancelled).get("jobs"))
                .hasSizeGreaterThanOrEqualTo(4)
                .allMatch(job -> job.get("status").stringValue().equals("cancelled"));
        assertThat(json(get(one, "/jobs?kind=build&status=cancelled")).get("jobs"))
                .isEmpty();
    }

    private static String plan() {
        return "{\"summary\": \"s\", \"language\": \"python\", \"interface\": [], \"steps\": [{\"id\": \"a\","
                + " \"title\": \"A\", \"files\": [\"a.py\"], \"dependsOn\": []}]}";
    }

    @ParameterizedTest
    @CsvSource({
        "status=done, status",
        "kind=x, kind",
        "created_after=yesterday, created_after",
        "limit=0, limit",
        "limit=101, limit",
        "limit=ten, limit",
        "cursor=nonsense, cursor",
        "cursor=, cursor",
        "colour=red, not known",
        "limit=3&limit=4, more than once",
    })
    void aListThatIsAskedForWronglyIsRefused(String query, String named) {
        HttpResponse<String> answer = get(one, "/jobs?" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("detail").stringValue()).contains(named);
    }

    // --- the end of jobs -----------------------------------------------------------------------

    @Test
    void aDeletedJobIsGoneEverywhereAndItsKeyStaysTaken() {
        String key = UUID.randomUUID().toString();
        JobId job = new JobId(json(gateways.keyed(one, key, "{\"spec\": \"x\", \"kind\": \"plan\"}"))
                .get("id")
                .stringValue());
        HttpResponse<String> early = send(one, "DELETE", "/jobs/" + job);
        gateways.post(one, "/jobs/" + job + "/cancel", "");
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(one, job).equals("cancelled"));

        HttpResponse<String> deleted = send(one, "DELETE", "/jobs/" + job);

        assertThat(early.statusCode()).isEqualTo(409);
        assertThat(json(early).get("detail").stringValue()).contains("cancel it first");
        assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(200);
        JsonNode leaves = json(deleted).get("leaves");
        assertThat(leaves).hasSize(3);
        Instant by = Instant.parse(leaves.get(0).get("by").stringValue());
        assertThat(by)
                .isBetween(Instant.now().plusSeconds(7 * 86400), Instant.now().plusSeconds(9 * 86400));
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(two, job).equals("none"));
        for (ConfigurableApplicationContext gateway : List.of(one, two)) {
            for (String part :
                    List.of("", "/events", "/rounds", "/calls", "/artefacts", "/artefacts.zip", "/report.xml")) {
                assertThat(get(gateway, "/jobs/" + job + part).statusCode())
                        .as(part)
                        .isEqualTo(404);
            }
            assertThat(get(gateway, "/jobs").body()).doesNotContain(job.value());
            assertThat(send(gateway, "DELETE", "/jobs/" + job).statusCode()).isEqualTo(404);
            assertThat(gateways.keyed(gateway, key, "{\"spec\": \"x\", \"kind\": \"plan\"}")
                            .statusCode())
                    .isEqualTo(422);
        }
    }

    // --- all jobs as one stream ----------------------------------------------------------------

    @Test
    void allJobsAreOneStreamThatResumesAnywhere() throws Exception {
        JobId first;
        String place;
        try (Stream stream = new Stream(one, "/events", "")) {
            first = gateways.submit(two, "/tasks/plan", "{\"spec\": \"a stack\"}");
            gateways.awaitRecords(Topic.PLAN_REQUESTS, first, 1);
            place = stream.until(first, "task.scheduled").id();
        }
        gateways.complete(first, PLAN, 1, Gateways.planned());
        JobId second = gateways.submit(two, "/tasks/plan", "{\"spec\": \"a queue\"}");
        gateways.append(first, new JobEvent.JobCancelled()); // after the end: does not count

        try (Stream stream = new Stream(two, "/events", place)) {
            List<Frame> seen = new ArrayList<>();
            while (!(has(seen, first, "job.completed") && has(seen, second, "task.scheduled"))) {
                Frame frame = stream.next();
                if (frame.job().equals(first.value()) || frame.job().equals(second.value())) {
                    seen.add(frame);
                }
            }

            assertThat(seen.stream()
                            .filter(frame -> frame.job().equals(first.value()))
                            .map(Frame::seq))
                    .containsExactly(3, 4);
            assertThat(seen.stream()
                            .filter(frame -> frame.job().equals(second.value()))
                            .map(Frame::seq))
                    .containsExactly(1, 2);
            assertThat(place.length()).isLessThan(120);
        }
    }

    private static boolean has(List<Frame> seen, JobId job, String type) {
        return seen.stream()
                .anyMatch(
                        frame -> frame.job().equals(job.value()) && frame.type().equals(type));
    }

    @Test
    void allThatIsInTheLogIsStreamedInTheOrderOfEachJob() throws Exception {
        JobId job = gateways.submit(one, "/tasks/plan", "{\"spec\": \"a stack\"}");
        gateways.awaitRecords(Topic.PLAN_REQUESTS, job, 1);
        gateways.complete(job, PLAN, 1, Gateways.planned());
        gateways.complete(job, PLAN, 1, Gateways.planned()); // a repeat: does not count

        try (Stream stream = new Stream(two, "/events?from=beginning", "")) {
            List<Integer> seqs = new ArrayList<>();
            while (seqs.size() < 4) {
                Frame frame = stream.next();
                if (frame.job().equals(job.value())) {
                    seqs.add(frame.seq());
                }
            }
            assertThat(seqs).containsExactly(1, 2, 3, 4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "AQ", "AP8", "AQD_____fw", "17"})
    void aPlaceThatIsNotInTheLogIsToldAsOneThatMayMissEvents(String place) throws Exception {
        try (Stream stream = new Stream(one, "/events", place)) {
            Frame reset = stream.next();
            JobId job = gateways.submit(two, "/tasks/plan", "{\"spec\": \"a stack\"}");

            assertThat(reset.type()).isEqualTo("events.reset");
            assertThat(stream.until(job, "job.accepted").seq()).isEqualTo(1);
        }
    }

    private record Frame(String id, String type, JsonNode data) {
        String job() {
            return data.path("jobId").stringValue("");
        }

        int seq() {
            return data.get("seq").intValue();
        }
    }

    /** A stream as a client reads it. */
    private static final class Stream implements AutoCloseable {

        private final InputStream body;
        private final java.io.BufferedReader lines;

        Stream(ConfigurableApplicationContext gateway, String path, String lastEventId) throws Exception {
            HttpResponse<InputStream> answer = HTTP.send(
                    request(gateway, path, "Last-Event-ID", lastEventId).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            body = answer.body();
            lines = new java.io.BufferedReader(new java.io.InputStreamReader(body, StandardCharsets.UTF_8));
        }

        Frame next() throws Exception {
            return CompletableFuture.supplyAsync(this::read).get(30, TimeUnit.SECONDS);
        }

        private Frame read() {
            String id = "";
            String type = "";
            JsonNode data = null;
            try {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("id: ")) {
                        id = line.substring(4);
                    } else if (line.startsWith("event: ")) {
                        type = line.substring(7);
                    } else if (line.startsWith("data: ")) {
                        data = Json.tree(line.substring(6).getBytes(StandardCharsets.UTF_8));
                    } else if (line.isEmpty() && data != null) {
                        return new Frame(id, type, data);
                    }
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            throw new AssertionError("the stream ended");
        }

        Frame until(JobId job, String type) throws Exception {
            Frame frame = next();
            while (!frame.job().equals(job.value()) || !frame.type().equals(type)) {
                frame = next();
            }
            return frame;
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    // --- methods and forms ---------------------------------------------------------------------

    @Test
    void headIsGetWithoutABody() {
        JobId job = gateways.submit(one, "/tasks/plan", "{\"spec\": \"a stack\"}");

        for (String path : List.of(
                "/jobs",
                "/jobs/" + job,
                "/jobs/" + job + "/events",
                "/events",
                "/health",
                "/version",
                "/asyncapi.json")) {
            HttpResponse<String> answer = send(one, "HEAD", path);

            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
        }
        assertThat(send(one, "HEAD", "/jobs/nonsense").statusCode()).isEqualTo(404);
        assertThat(send(one, "HEAD", "/tasks/plan").statusCode()).isEqualTo(405);
    }

    @Test
    void optionsNamesWhatAPathTakes() {
        HttpResponse<String> answer = send(one, "OPTIONS", "/jobs");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Allow")).hasValue("HEAD, GET, POST, OPTIONS");
    }

    @ParameterizedTest
    @CsvSource({
        "/jobs, text/html",
        "/jobs, application/json;q=0",
        "/jobs, not a type",
        "/events, application/json",
        "/health, image/png",
    })
    void aFormThatIsNotGivenIsNotAcceptable(String path, String accept) {
        HttpResponse<String> answer = get(one, path, "Accept", accept);

        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(json(answer).get("code").stringValue()).isEqualTo("not_acceptable");
    }

    // --- what is no HTTP -----------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /jobs/%zz HTTP/1.1 | 400",
                "GET /jobs/%00 HTTP/1.1 | 404",
                "GET /jobs?limit=%zz HTTP/1.1 | 400",
                "GET /jobs/%ff%fe HTTP/1.1 | 404",
                "GET / jobs HTTP/1.1 | 400",
                "DANCE /jobs HTTP/1.1 | 405",
                "nonsense | 400",
                "GET /../../etc/passwd HTTP/1.1 | 404",
                "GET //jobs HTTP/1.1 | 404",
                "GET /jobs/[] HTTP/1.1 | 400",
            })
    void whatIsNoRequestIsRefusedWithAProblem(String line, int status) throws Exception {
        String answer = raw(line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status).containsIgnoringCase("application/problem+json");
        assertThat(answer).contains("\"type\":\"urn:nexus:error:");
    }

    @Test
    void headersThatAreTooLongAreRefusedWithAProblem() throws Exception {
        String answer = raw("GET /jobs HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(10_000) + "\r\n\r\n");
        String line = raw("GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 4")
                .containsIgnoringCase("application/problem+json")
                .contains("too_large");
        assertThat(line)
                .startsWith("HTTP/1.1 4")
                .containsIgnoringCase("application/problem+json")
                .contains("too_large");
    }

    private static String raw(String request) throws IOException {
        int port = Integer.parseInt(one.getEnvironment().getProperty("local.server.port"));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    // --- as a client ---------------------------------------------------------------------------

    private static HttpResponse<String> post(String path, String body, String... headers) {
        return exchange(request(one, path, headers)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext gateway, String path, String... headers) {
        return exchange(request(gateway, path, headers));
    }

    private static HttpResponse<String> send(ConfigurableApplicationContext gateway, String method, String path) {
        return exchange(request(gateway, path).method(method, HttpRequest.BodyPublishers.noBody()));
    }

    private static HttpResponse<String> exchange(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Gateways.LIMIT).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no answer", e);
        }
    }

    private static HttpRequest.Builder request(ConfigurableApplicationContext gateway, String path, String... headers) {
        String port = gateway.getEnvironment().getProperty("local.server.port");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}

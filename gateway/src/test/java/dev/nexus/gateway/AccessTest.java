package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.nexus.contract.ApiKey;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Usage;
import dev.nexus.gateway.access.Credential;
import dev.nexus.gateway.webhook.Receiver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** Two gateways that ask for keys, and tenants with limits. */
class AccessTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String PIPELINE = "{\"spec\": \"a stack\"}";
    private static final TaskId PLAN = TaskId.plan();

    private static EmbeddedKafkaBroker broker;
    private static Gateways gateways;
    private static ConfigurableApplicationContext one;
    private static ConfigurableApplicationContext two;
    private static String acme;
    private static JobId job;

    /** What asks for a job of acme's, or what anyone may have of his own. */
    record Route(String method, String path, boolean writes, boolean ofJob) {

        String at(JobId job) {
            return path.replace("{id}", job.value());
        }

        @Nullable
        String body() {
            return method.equals("POST") ? PIPELINE : null;
        }
    }

    @BeforeAll
    static void start() {
        broker = Gateways.broker();
        gateways = new Gateways(broker);
        one = gateway();
        two = gateway();
        gateways.awaitReady(one);
        gateways.awaitReady(two);
        acme = key("acme", "jobs:read", "jobs:write");
        job = submitted(one, acme);
        await().atMost(Gateways.LIMIT)
                .until(() -> get(two, "/jobs/" + job, acme).statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        gateways.close();
        broker.destroy();
    }

    private static ConfigurableApplicationContext gateway() {
        return gateways.start(
                "--nexus.security.mode=keys",
                "--nexus.security.cors.origins=https://app.example.com",
                "--nexus.tenants.often.requests-per-minute=20",
                "--nexus.tenants.once.requests-per-minute=1",
                "--nexus.tenants.small.open-jobs=2",
                "--nexus.tenants.poor.budget-per-day-usd=1",
                "--nexus.tenants.careless.budget-per-day-usd=1",
                "--nexus.webhooks.allow-http=true",
                "--nexus.webhooks.allowed-networks=127.0.0.1/32");
    }

    static Stream<Route> routes() {
        return Stream.concat(
                Stream.of("/jobs", "/tasks/plan", "/tasks/build", "/tasks/test")
                        .map(path -> new Route("POST", path, true, false)),
                Stream.concat(
                        Stream.of("/jobs", "/usage", "/system").map(path -> new Route("GET", path, false, false)),
                        Stream.concat(
                                Stream.of(
                                                "",
                                                "/events",
                                                "/rounds",
                                                "/report.xml",
                                                "/calls",
                                                "/artefacts",
                                                "/artefacts.zip",
                                                "/artefacts/a.py")
                                        .map(part -> new Route("GET", "/jobs/{id}" + part, false, true)),
                                Stream.concat(
                                        Stream.of("/cancel", "/approve", "/reject", "/retry")
                                                .map(part -> new Route("POST", "/jobs/{id}" + part, true, true)),
                                        Stream.of(
                                                new Route("DELETE", "/jobs/{id}", true, true),
                                                new Route("GET", "/events", false, false),
                                                new Route("GET", "/webhooks", false, false),
                                                new Route("POST", "/webhooks", true, false))))));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void withoutAKeyNobodyComesIn(Route route) {
        HttpResponse<String> answer = gateways.send(one, route.method(), route.at(job), route.body(), Map.of());

        assertProblem(answer, 401, "unauthorized");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"nexus\"");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void withAWrongKeyNobodyComesIn(Route route) {
        HttpResponse<String> answer =
                send(one, route, job, Credential.next(RANDOM).text());

        assertProblem(answer, 401, "unauthorized");
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).contains("error=\"invalid_token\"");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void whoMayDoTheOneMayNotDoTheOther(Route route) {
        String other = key("acme", route.writes() ? "jobs:read" : "jobs:write");

        HttpResponse<String> answer = send(one, route, job, other);

        assertProblem(answer, 403, "forbidden");
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                .contains("error=\"insufficient_scope\"")
                .contains(route.writes() ? "scope=\"jobs:write\"" : "scope=\"jobs:read\"");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void anotherTenantsJobIsNotThere(Route route) {
        if (route.ofJob()) {
            assertProblem(send(one, route, job, key("rival", "admin")), 404, "not_found");
        } else if (route.path().equals("/events")) {
            assertThat(firstOfAll(key("rival", "jobs:write", "jobs:read"))).doesNotContain(job.value());
        } else if (route.method().equals("GET")) {
            assertThat(send(one, route, job, key("rival", "jobs:read")).body()).doesNotContain(job.value());
        } else {
            assertProblem(
                    post(
                            one,
                            route.path().equals("/tasks/plan") ? "/tasks/build" : route.path(),
                            "{\"job\": \"" + job + "\"}",
                            key("rival", "jobs:write")),
                    400,
                    "invalid_request");
        }
    }

    /** What the stream of all jobs tells from its beginning on, up to a new job of who asks. */
    private static String firstOfAll(String key) {
        JobId own = submitted(one, key);
        StringBuilder told = new StringBuilder();
        try (var lines = new BufferedReader(new InputStreamReader(
                gateways.stream(one, "/events?from=beginning", Map.of("Authorization", "Bearer " + key)),
                StandardCharsets.UTF_8))) {
            while (told.indexOf(own.value()) < 0) {
                told.append(Objects.requireNonNull(lines.readLine())).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return told.toString();
    }

    @Test
    void whatDoesNotExistNeedsAKeyToo() {
        assertProblem(gateways.get(one, "/nothing"), 401, "unauthorized");
        assertProblem(get(one, "/nothing", acme), 404, "not_found");
    }

    @Test
    void whatIsPublicNeedsNone() {
        for (String path :
                List.of("/health", "/version", "/asyncapi.json", "/openapi.json", "/docs", "/docs.js", "/docs.css")) {
            assertThat(gateways.get(one, path).statusCode()).as(path).isEqualTo(200);
        }
    }

    @Test
    void aKeyInTheQueryIsNone() {
        assertProblem(gateways.get(one, "/jobs?api_key=" + acme + "&access_token=" + acme), 401, "unauthorized");
    }

    @Test
    void aRevokedKeyIsRefusedByAllWithinTwoSeconds() {
        Credential held = Credential.next(RANDOM);
        ApiKey kept = kept(held, "acme", null, "jobs:read");
        put(kept);
        await().atMost(Gateways.LIMIT)
                .until(() -> get(one, "/jobs", held.text()).statusCode() == 200
                        && get(two, "/jobs", held.text()).statusCode() == 200);

        put(kept.revoked(Instant.now()));

        await().atMost(Duration.ofSeconds(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> get(one, "/jobs", held.text()).statusCode() == 401
                        && get(two, "/jobs", held.text()).statusCode() == 401);
        assertThat(get(two, "/jobs", held.text()).body()).contains("revoked").doesNotContain(held.secret());
    }

    static Stream<Arguments> streams() {
        return Stream.of("/events", "/jobs/{id}/events")
                .flatMap(path -> Stream.of(Arguments.of(path, false), Arguments.of(path, true)));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aStreamEndsSoonAfterItsKeyIsRevoked(String path, boolean ofSession) throws IOException {
        Credential held = Credential.next(RANDOM);
        ApiKey kept = kept(held, "acme", null, "jobs:read");
        put(kept);
        await().atMost(Gateways.LIMIT).until(() -> known(one, held));
        Map<String, String> who = ofSession ? session(held) : bearer(held.text());
        try (InputStream stream = gateways.stream(one, path.replace("{id}", job.value()), who)) {
            assertThat(stream.read()).isNotNegative();

            put(kept.revoked(Instant.now()));

            assertTimeoutPreemptively(Duration.ofSeconds(5), stream::readAllBytes);
        }
        assertProblem(gateways.send(one, "GET", "/jobs", null, who), 401, "unauthorized");
    }

    @Test
    void aStreamEndsWhenItsKeyLosesTheRight() throws IOException {
        Credential held = Credential.next(RANDOM);
        put(kept(held, "acme", null, "jobs:read"));
        await().atMost(Gateways.LIMIT).until(() -> known(one, held));
        try (InputStream stream = gateways.stream(one, "/jobs/" + job + "/events", bearer(held.text()))) {
            assertThat(stream.read()).isNotNegative();

            put(kept(held, "acme", null, "jobs:write"));

            assertTimeoutPreemptively(Duration.ofSeconds(5), stream::readAllBytes);
        }
    }

    @Test
    void aStreamEndsWhenItsKeyExpires() throws IOException {
        Credential held = Credential.next(RANDOM);
        put(kept(held, "acme", Instant.now().plusSeconds(5), "jobs:read"));
        await().atMost(Duration.ofSeconds(4)).until(() -> known(one, held));
        try (InputStream stream = gateways.stream(one, "/jobs/" + job + "/events", bearer(held.text()))) {
            assertThat(stream.read()).isNotNegative();
            assertTimeoutPreemptively(Duration.ofSeconds(10), stream::readAllBytes);
        }
    }

    private static Map<String, String> session(Credential held) {
        String set = gateways.send(one, "POST", "/session", null, bearer(held.text()))
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow();
        return Map.of("Cookie", set.substring(0, set.indexOf(';')));
    }

    @Test
    void anExpiredKeyIsRefused() {
        Credential held = Credential.next(RANDOM);
        put(kept(held, "acme", Instant.now().minusSeconds(1), "admin"));

        await().atMost(Gateways.LIMIT)
                .until(() -> get(one, "/jobs", held.text()).body().contains("has expired"));
    }

    @Test
    void equalIdempotencyKeysOfTwoTenantsAreTwoJobs() {
        String rival = key("rival", "jobs:write");

        JobId mine = keyed(acme, "the-same");
        JobId theirs = keyed(rival, "the-same");

        assertThat(theirs).isNotEqualTo(mine);
        assertThat(keyed(acme, "the-same")).isEqualTo(mine);
    }

    @Test
    void theUsageOfAllIsForWhoLooksAfterTheInstallation() {
        assertProblem(get(one, "/usage?by=tenant", acme), 403, "forbidden");
        assertThat(get(one, "/usage?by=tenant", key("ops", "admin")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aBrowserHasASessionThatItsPagesAloneCanUse() {
        HttpResponse<String> begun = gateways.send(one, "POST", "/session", null, bearer(acme));
        assertThat(begun.statusCode()).isEqualTo(204);
        String set = begun.headers().firstValue("Set-Cookie").orElse("");
        assertThat(set)
                .containsIgnoringCase("HttpOnly")
                .contains("SameSite=Strict")
                .contains("Path=/")
                .contains("Max-Age=");
        String cookie = set.substring(0, set.indexOf(';'));
        assertThat(cookie).doesNotContain(acme);

        assertThat(gateways.send(two, "GET", "/jobs/" + job, null, Map.of("Cookie", cookie))
                        .statusCode())
                .isEqualTo(200);
        Map<String, String> foreign =
                Map.of("Cookie", cookie, "Content-Type", "application/json", "Origin", "https://evil.example");
        assertProblem(gateways.send(two, "POST", "/jobs", PIPELINE, foreign), 403, "forbidden");
        Map<String, String> silent = Map.of("Cookie", cookie, "Content-Type", "application/json");
        assertProblem(gateways.send(two, "POST", "/jobs", PIPELINE, silent), 403, "forbidden");
        Map<String, String> own =
                Map.of("Cookie", cookie, "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin");
        assertThat(gateways.send(two, "POST", "/jobs", PIPELINE, own).statusCode())
                .isEqualTo(202);

        HttpResponse<String> ended = gateways.send(two, "DELETE", "/session", null, Map.of("Cookie", cookie));
        assertThat(ended.headers().firstValue("Set-Cookie").orElse("")).contains("Max-Age=0");
        assertProblem(gateways.send(one, "POST", "/session", null, Map.of("Cookie", cookie)), 401, "unauthorized");
    }

    @Test
    void everyAnswerTellsBrowsersToBeCareful() {
        for (HttpResponse<String> answer : List.of(gateways.get(one, "/jobs"), get(one, "/jobs", acme))) {
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("frame-ancestors 'none'");
            assertThat(answer.headers().firstValue("Cache-Control").orElse("")).matches("no-store|private, no-cache");
        }
    }

    @Test
    void listedOriginsMayAskAndNoOther() {
        Map<String, String> ask = Map.of("Access-Control-Request-Method", "POST");

        HttpResponse<String> listed =
                gateways.send(one, "OPTIONS", "/jobs", null, with(ask, "Origin", "https://app.example.com"));
        HttpResponse<String> other =
                gateways.send(one, "OPTIONS", "/jobs", null, with(ask, "Origin", "https://evil.example"));

        assertThat(listed.headers().firstValue("Access-Control-Allow-Origin")).contains("https://app.example.com");
        assertThat(listed.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
                .contains("Last-Event-ID");
        assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void theRateOfATenantHoldsOverBothGateways() {
        String often = key("often", "jobs:read");
        for (int i = 0; i < 20; i++) {
            get(two, "/jobs", often);
        }

        HttpResponse<String> refused = await().atMost(
                        Duration.ofSeconds(3)) // at a dozen requests: it has heard of them
                .pollInterval(Duration.ofMillis(250))
                .until(() -> get(one, "/jobs", often), answer -> answer.statusCode() == 429);

        assertProblem(refused, 429, "rate_limited");
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 60L);
        assertThat(refused.headers().firstValue("RateLimit-Policy")).contains("\"default\";q=20;w=60");
        assertThat(refused.headers().firstValue("RateLimit").orElse("")).matches("\"default\";r=0;t=\\d+");
        assertThat(get(one, "/jobs", acme).statusCode()).isEqualTo(200);
    }

    @Test
    void aTenantHasSoManyOpenJobsOnHttpAndOnKafka() {
        String small = key("small", "jobs:write");
        submitted(one, small);
        submitted(one, small);

        HttpResponse<String> refused = post(one, "/jobs", PIPELINE, small);
        JobId sent = new JobId(UUID.randomUUID().toString());
        gateways.send(
                Topic.JOB_REQUESTS, sent.value(), "{\"type\": \"plan\", \"spec\": \"x\"}", Map.of("tenant", "small"));

        assertProblem(refused, 429, "quota_exceeded");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        JsonNode rejected = Json.tree(
                gateways.awaitRecords(Topic.JOB_EVENTS, sent, 1).getFirst().value());
        assertThat(rejected.at("/type").stringValue()).isEqualTo("job.rejected");
        assertThat(rejected.at("/error/code").stringValue()).isEqualTo("quota_exceeded");
        assertThat(rejected.at("/error/retryable").booleanValue()).isTrue();
    }

    @Test
    void aRecordThatIsReadTwiceIsNotRefusedTheSecondTime() {
        JobId sent = new JobId(UUID.randomUUID().toString());
        String request = "{\"type\": \"plan\", \"spec\": \"x\"}";
        Map<String, String> once = Map.of("tenant", "once");

        gateways.send(Topic.JOB_REQUESTS, sent.value(), request, once);
        gateways.send(Topic.JOB_REQUESTS, sent.value(), request, once);
        gateways.send(
                Topic.JOB_REQUESTS, sent.value(), request.replace("x", "y"), once); // the end of what is looked at

        List<String> refusals = await().atMost(Gateways.LIMIT)
                .until(
                        () -> gateways.records(Topic.JOB_EVENTS, sent).stream()
                                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                                .filter(value -> value.contains("job.rejected"))
                                .toList(),
                        found -> !found.isEmpty());
        assertThat(refusals).hasSize(1).allSatisfy(value -> assertThat(value).contains("id_in_use"));
    }

    @Test
    void aDaysBudgetCountsWhatIsSpentAndWhatOpenJobsMaySpend() {
        String poor = key("poor", "jobs:read", "jobs:write");
        JobId first = submitted(one, poor); // gets a tenth of the day's budget
        assertThat(Json.tree(gateways.awaitRecords(Topic.JOB_EVENTS, first, 1)
                                .getFirst()
                                .value())
                        .at("/options/budgetUsd")
                        .decimalValue())
                .isEqualByComparingTo("0.1");
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.records(Topic.JOB_EVENTS, first).size() >= 2);
        gateways.append(
                first,
                new JobEvent.TaskCompleted(PLAN, 1, "w1", Gateways.planned(), cost("0.6"), Fidelity.IMPLEMENTATION));

        HttpResponse<String> refused = await().atMost(Gateways.LIMIT)
                .until(
                        () -> post(one, "/jobs", "{\"spec\": \"x\", \"options\": {\"budgetUsd\": 0.5}}", poor),
                        answer -> answer.statusCode() != 202);

        assertProblem(refused, 429, "quota_exceeded");
        assertThat(refused.body()).contains("it is whole again at").contains("T00:00:00Z");
        ConfigurableApplicationContext later = gateway(); // reads of the log what was spent
        gateways.awaitReady(later);
        assertProblem(
                post(later, "/jobs", "{\"spec\": \"x\", \"options\": {\"budgetUsd\": 0.5}}", poor),
                429,
                "quota_exceeded");
    }

    @Test
    void aDaysBudgetCountsWhatACancelledJobMayHaveSpent() {
        String careless = key("careless", "jobs:read", "jobs:write");
        String mostOfIt = "{\"spec\": \"x\", \"options\": {\"budgetUsd\": 0.9}}";
        JobId first = idIn(post(one, "/jobs", mostOfIt, careless));
        gateways.awaitRecords(Topic.PLAN_REQUESTS, first, 1);
        gateways.append(first, new JobEvent.TaskStarted(PLAN, 1, "w1", new BigDecimal("0.9")));
        post(one, "/jobs/" + first + "/cancel", "", careless);
        await().atMost(Gateways.LIMIT)
                .until(() -> get(one, "/jobs/" + first, careless).body().contains("\"cancelled\""));

        HttpResponse<String> refused = post(one, "/jobs", mostOfIt, careless);

        assertProblem(refused, 429, "quota_exceeded");
        assertThat(refused.body()).contains("0.1");
        ConfigurableApplicationContext later = gateway(); // reads of the log what was cancelled
        gateways.awaitReady(later);
        assertProblem(post(later, "/jobs", mostOfIt, careless), 429, "quota_exceeded");
        later.close();
    }

    @Test
    void hostsAreToldToOperatorsAlone() {
        String operator = key("acme", "admin");

        JsonNode tenants = Json.tree(get(one, "/system", acme).body().getBytes(StandardCharsets.UTF_8));
        JsonNode operators = Json.tree(get(one, "/system", operator).body().getBytes(StandardCharsets.UTF_8));

        assertThat(tenants.get("brokers").isEmpty()).isTrue();
        assertThat(operators.at("/brokers/0/port").intValue()).isPositive();
    }

    private static List<String> toldOf(Receiver receiver) {
        return receiver.requests("/").stream()
                .map(told -> told.json().at("/data/jobId").stringValue())
                .toList();
    }

    @Test
    void nobodyIsToldOfAnotherTenantsJobsNorSeesItsWebhooks() {
        String rival = key("rival", "jobs:read", "jobs:write");
        try (Receiver receiver = new Receiver()) {
            HttpResponse<String> made =
                    post(one, "/webhooks", "{\"url\": \"" + receiver.url("/") + "\", \"events\": [\"*\"]}", acme);
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            String id = Json.tree(made.body().getBytes(StandardCharsets.UTF_8))
                    .get("id")
                    .stringValue();

            JobId others = submitted(one, rival);
            JobId own = submitted(one, acme);

            // A job of acme that another test has just made may be told of, too: clocks may differ by seconds.
            await().atMost(Gateways.LIMIT).until(() -> toldOf(receiver).contains(own.value()));
            assertThat(toldOf(receiver)).doesNotContain(others.value());
            assertProblem(get(one, "/webhooks/" + id, rival), 404, "not_found");
            assertThat(get(one, "/webhooks", rival).body()).doesNotContain(id);
            HttpResponse<String> naming =
                    post(one, "/jobs", "{\"spec\": \"a\", \"options\": {\"webhooks\": [\"" + id + "\"]}}", rival);
            assertProblem(naming, 400, "invalid_request");
            gateways.send(one, "DELETE", "/webhooks/" + id, null, bearer(acme));
        }
    }

    @Test
    void whoUsedAKeyAndWhoWasRefusedIsWrittenDownWithoutSecrets() {
        Credential held = Credential.next(RANDOM);
        put(kept(held, "audited", null, "jobs:read"));
        await().atMost(Gateways.LIMIT)
                .until(() -> get(one, "/jobs", held.text()).statusCode() == 200);
        get(one, "/jobs", new Credential(held.id(), "x".repeat(43)).text());

        List<String> told = await().atMost(Gateways.LIMIT)
                .until(
                        () -> gateways.records(Topic.AUDIT_EVENTS).stream()
                                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                                .filter(value -> value.contains(held.id()))
                                .toList(),
                        found -> found.stream().anyMatch(value -> value.contains("key.used")));

        assertThat(told).allSatisfy(value -> assertThat(value).doesNotContain(held.secret()));
        assertThat(told).filteredOn(value -> value.contains("key.used")).hasSize(1);
    }

    // --- what the tests say ------------------------------------------------------------------

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        JsonNode problem = Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
        assertThat(problem.get("code").stringValue()).isEqualTo(code);
        assertThat(problem.get("status").intValue()).isEqualTo(status);
    }

    private static Usage cost(String usd) {
        return new Usage(1, 0, 10, 20, new BigDecimal(usd));
    }

    private static String key(String tenant, String... scopes) {
        Credential held = Credential.next(RANDOM);
        put(kept(held, tenant, null, scopes));
        await().atMost(Gateways.LIMIT).until(() -> known(one, held) && known(two, held));
        return held.text();
    }

    private static boolean known(ConfigurableApplicationContext gateway, Credential held) {
        return gateways.send(gateway, "GET", "/session", null, bearer(held.text()))
                        .statusCode()
                != 401;
    }

    private static ApiKey kept(Credential held, String tenant, @Nullable Instant expires, String... scopes) {
        return new ApiKey(held.id(), tenant, List.of(scopes), held.sha256(), Instant.now(), expires, null, null, null);
    }

    private static void put(ApiKey key) {
        gateways.send(Topic.API_KEYS, key.id(), new String(Json.write(key), StandardCharsets.UTF_8), Map.of());
    }

    private static JobId submitted(ConfigurableApplicationContext gateway, String key) {
        HttpResponse<String> answer = post(gateway, "/jobs", PIPELINE, key);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return idIn(answer);
    }

    private static JobId keyed(String key, String idempotency) {
        return idIn(gateways.send(
                one,
                "POST",
                "/jobs",
                PIPELINE,
                with(with(bearer(key), "Content-Type", "application/json"), "Idempotency-Key", idempotency)));
    }

    private static JobId idIn(HttpResponse<String> answer) {
        return new JobId(Json.tree(answer.body().getBytes(StandardCharsets.UTF_8))
                .get("id")
                .stringValue());
    }

    private static HttpResponse<String> send(
            ConfigurableApplicationContext gateway, Route route, JobId job, String key) {
        return gateways.send(
                gateway,
                route.method(),
                route.at(job),
                route.body(),
                with(bearer(key), "Content-Type", "application/json"));
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext gateway, String path, String key) {
        return gateways.send(gateway, "GET", path, null, bearer(key));
    }

    private static HttpResponse<String> post(
            ConfigurableApplicationContext gateway, String path, String body, String key) {
        return gateways.send(gateway, "POST", path, body, with(bearer(key), "Content-Type", "application/json"));
    }

    private static Map<String, String> bearer(String key) {
        return Map.of("Authorization", "Bearer " + key);
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return more;
    }
}

package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Webhook;
import dev.nexus.contract.WebhookDelivery;
import dev.nexus.gateway.webhook.Receiver;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** Two real gateways tell real receivers of events; the test plays the agents. */
class WebhooksTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String[] LOCAL = {
        "--nexus.webhooks.allow-http=true", "--nexus.webhooks.allowed-networks=127.0.0.1/32"
    };
    private static EmbeddedKafkaBroker broker;
    private static Gateways gateways;
    private static ConfigurableApplicationContext one;
    private static ConfigurableApplicationContext two;
    private static Receiver receiver;

    private final Executor ownThreads = Thread::startVirtualThread;

    /** Of this test alone. */
    private String path = "/";

    @BeforeAll
    static void start() {
        broker = Gateways.broker();
        gateways = new Gateways(broker);
        one = gateways.start(LOCAL);
        two = gateways.start(LOCAL);
        gateways.awaitReady(one);
        gateways.awaitReady(two);
        receiver = new Receiver();
    }

    @AfterAll
    static void stop() {
        gateways.close();
        receiver.close();
        broker.destroy();
    }

    @BeforeEach
    void takeAll() {
        receiver.answer(204, Map.of());
        receiver.meanwhile(_ -> {});
        path = "/" + UUID.randomUUID();
        json(gateways.get(one, "/webhooks"))
                .get("webhooks")
                .forEach(each -> gateways.delete(one, "/webhooks/" + id(each)));
    }

    @Test
    void theEndOfAJobIsToldOnceWithASignatureThatHolds() throws Exception {
        JsonNode webhook = subscribe(one, "");

        JobId job = cancelled();

        Receiver.Request told = awaitTold(1).getFirst();
        assertThat(told.type()).isEqualTo("job.cancelled");
        assertThat(told.json().at("/data/jobId").stringValue()).isEqualTo(job.value());
        assertThat(told.json().at("/data/seq").longValue())
                .isEqualTo(gateways.job(one, job).get("seq").longValue());
        assertThat(told.json().get("timestamp")).isEqualTo(told.json().at("/data/time"));
        assertThat(told.id()).startsWith("msg_").doesNotContain(".");
        assertThat(told.signature())
                .isEqualTo(signature(told, webhook.get("secret").stringValue()));
        awaitNothingLeft();
        assertThat(receiver.requests(path)).hasSize(1);
    }

    @Test
    void theSecretIsShownOnceAndTheOtherReplicaKnowsTheWebhook() {
        JsonNode webhook = subscribe(one, ", \"description\": \"mine\"");

        HttpResponse<String> shown = gateways.get(two, "/webhooks/" + id(webhook));

        assertThat(webhook.get("secret").stringValue()).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(shown.body()).doesNotContain("whsec_").contains("mine").contains("\"enabled\"");
        assertThat(gateways.get(two, "/webhooks").body()).contains(id(webhook)).doesNotContain("whsec_");
    }

    @Test
    void whatIsNotAskedForIsNotTold() {
        subscribe(one, ", \"events\": [\"job.accepted\"]");

        cancelled();

        awaitTold(1);
        awaitNothingLeft();
        assertThat(receiver.requests(path)).extracting(Receiver.Request::type).containsExactly("job.accepted");
    }

    @Test
    void everyEventOfAJobIsToldToWhoAsksForAll() {
        subscribe(one, ", \"events\": [\"*\"]");

        JobId job = cancelled();

        long seq = gateways.job(one, job).get("seq").longValue();
        awaitTold((int) seq);
        awaitNothingLeft();
        assertThat(receiver.requests(path))
                .extracting(request -> request.json().at("/data/seq").longValue())
                .doesNotHaveDuplicates()
                .hasSize((int) seq);
    }

    @Test
    void aPlanThatWaitsForApprovalIsTold() {
        subscribe(one, "");
        JobId job = gateways.submit(one, "/jobs", "{\"spec\": \"a stack\", \"options\": {\"approval\": \"plan\"}}");
        gateways.awaitRecords(Topic.PLAN_REQUESTS, job, 1);

        gateways.complete(job, TaskId.plan(), 1, Gateways.planned());

        Receiver.Request told = awaitTold(1).getFirst();
        assertThat(told.type()).isEqualTo("job.awaiting_approval");
        assertThat(told.json().at("/data/outcome/plan/steps/0/id").stringValue())
                .isEqualTo("stack");
    }

    @Test
    void whoAsksForNamedJobsIsToldOfThoseAlone() {
        JsonNode webhook = subscribe(one, ", \"jobs\": \"named\"");

        cancelled();
        JobId named = cancelled("{\"spec\": \"a stack\", \"options\": {\"webhooks\": [\"" + id(webhook) + "\"]}}");

        awaitTold(1);
        awaitNothingLeft();
        assertThat(receiver.requests(path))
                .extracting(told -> told.json().at("/data/jobId").stringValue())
                .containsExactly(named.value());
    }

    @Test
    void aJobThatNamesNoWebhookIsRefusedOnBothDoors() {
        JsonNode webhook = subscribe(one, "");
        String named = "{\"type\": \"plan\", \"spec\": \"a\", \"options\": {\"webhooks\": [\"" + id(webhook)
                + "\", \"wh_no\"]}}";

        HttpResponse<String> http = gateways.post(two, "/jobs", named.replace("type", "kind"));
        JobId kafka = new JobId(UUID.randomUUID().toString());
        gateways.send(Topic.JOB_REQUESTS, kafka.value(), named, Map.of("tenant", "acme"));

        assertThat(http.statusCode()).isEqualTo(400);
        assertThat(json(http).at("/errors/0/pointer").stringValue()).isEqualTo("/options/webhooks/1");
        String rejected = text(
                gateways.awaitRecords(Topic.JOB_EVENTS, kafka, 1).getFirst().value());
        assertThat(rejected).contains("job.rejected").contains("/options/webhooks/1 names no webhook");
    }

    /** As all jobs are shown to all there; where keys are asked for, AccessTest shows the opposite. */
    @Test
    void whereNobodyIsAskedForAKeyAWebhookIsToldOfTheJobsOfAllTenants() {
        JsonNode webhook = subscribe(one, ", \"jobs\": \"named\"");
        JobId job = new JobId(UUID.randomUUID().toString());
        gateways.send(
                Topic.JOB_REQUESTS,
                job.value(),
                "{\"type\": \"plan\", \"spec\": \"a\", \"options\": {\"webhooks\": [\"" + id(webhook) + "\"]}}",
                Map.of("tenant", "acme"));
        await().atMost(LIMIT).until(() -> !gateways.status(one, job).equals("none"));

        end(gateways, one, job);

        Receiver.Request told = awaitTold(1).getFirst();
        assertThat(told.json().at("/data/jobId").stringValue()).isEqualTo(job.value());
        awaitNothingLeft();
    }

    @Test
    void aReceiverThatWasDownIsToldWhenItIsBackThoughAllGatewaysWereReplaced() {
        try (Gateways own = new Gateways(broker);
                Receiver away = new Receiver()) {
            ConfigurableApplicationContext first = own.start(LOCAL);
            own.awaitReady(first);
            HttpResponse<String> made = own.post(
                    first, "/webhooks", "{\"url\": \"" + away.url("/") + "\", \"events\": [\"job.cancelled\"]}");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            away.goDown();
            List<JobId> jobs = List.of(cancelled(own, first), cancelled(own, first), cancelled(own, first));
            await().atMost(LIMIT)
                    .until(() -> own.records(Topic.WEBHOOK_DELIVERIES).stream()
                                    .filter(record -> record.value() != null
                                            && Json.tree(record.value())
                                                            .get("attempts")
                                                            .intValue()
                                                    > 0)
                                    .count()
                            >= jobs.size());
            first.close();

            away.comeUp();
            own.awaitReady(own.start(LOCAL));

            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(away.requests("/"))
                            .extracting(told -> told.json().at("/data/jobId").stringValue())
                            .containsAll(jobs.stream().map(JobId::value).toList()));
        }
    }

    @Test
    void aReceiverThatIsGoneIsNotAskedAgainUntilItIsEnabled() {
        JsonNode webhook = subscribe(one, "");
        receiver.answer(410, Map.of());

        cancelled();

        await().atMost(LIMIT)
                .until(
                        () -> gateways.get(two, "/webhooks/" + id(webhook)).body(),
                        body -> body.contains("\"disabled\""));
        receiver.answer(204, Map.of());
        cancelled();
        awaitNothingLeft();
        assertThat(receiver.requests(path)).hasSize(1);
        assertThat(gateways.post(one, "/webhooks/" + id(webhook) + "/enable", "")
                        .statusCode())
                .isEqualTo(200);
        cancelled();
        awaitTold(2);
    }

    @Test
    void aWebhookThatIsDeletedWhileItsReceiverSaysGoneStaysDeleted() {
        JsonNode webhook = subscribe(one, "");
        receiver.answer(410, Map.of());
        receiver.meanwhile(_ -> gateways.delete(two, "/webhooks/" + id(webhook)));

        cancelled();

        awaitTold(1);
        awaitNothingLeft();
        assertThat(gateways.get(one, "/webhooks/" + id(webhook)).statusCode()).isEqualTo(404);
    }

    @Test
    void aSecretThatIsNewWhileTheReceiverSaysGoneStaysTheSecret() throws Exception {
        JsonNode webhook = subscribe(one, "");
        var rotated = new CompletableFuture<JsonNode>();
        receiver.answer(410, Map.of());
        receiver.meanwhile(_ -> rotated.complete(
                json(gateways.post(two, "/webhooks/" + id(webhook) + "/rotate", "{\"overlap\": \"PT0S\"}"))));
        cancelled();
        awaitTold(1);
        awaitNothingLeft();
        receiver.answer(204, Map.of());
        receiver.meanwhile(_ -> {});

        gateways.post(one, "/webhooks/" + id(webhook) + "/test", "");

        Receiver.Request told = awaitTold(2).getLast();
        assertThat(gateways.get(one, "/webhooks/" + id(webhook)).body()).contains("\"disabled\"");
        assertThat(told.signature())
                .isEqualTo(signature(told, rotated.join().get("secret").stringValue()));
    }

    /** As after the topic was widened, when its keys have other places. */
    @Test
    void aDeliveryIsTakenBackWhereItStands() {
        JsonNode webhook = subscribe(one, ", \"events\": [\"job.completed\"]");
        JobId job = cancelled();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var delivery = new WebhookDelivery(id(webhook), job, 1, "job.accepted", 0, now, now);
        int usual = gateways.send(Topic.WEBHOOK_DELIVERIES, delivery.key(), "{}", Map.of())
                .partition();
        int other = (usual + 1) % 12;

        gateways.send(Topic.WEBHOOK_DELIVERIES, other, delivery.key(), text(Json.write(delivery)));

        awaitTold(1);
        await().atMost(LIMIT)
                .until(() -> gateways.records(Topic.WEBHOOK_DELIVERIES).stream()
                        .anyMatch(record -> delivery.key().equals(record.key())
                                && record.partition() == other
                                && record.value() == null));
        gateways.send(Topic.WEBHOOK_DELIVERIES, usual, delivery.key(), null);
    }

    /** As a version might that knows other URLs. */
    @Test
    void whatCannotBeSentAtAllIsGivenUpInTime() {
        JobId job = cancelled();
        Instant old = Instant.now().minus(Duration.ofHours(25)).truncatedTo(ChronoUnit.MILLIS);
        var webhook = new Webhook(
                "wh_" + path.replaceAll("[^a-z0-9]", ""),
                "default",
                "http://not a URL/",
                List.of("plan.rejected"),
                false,
                null,
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                null,
                null,
                old,
                null);
        gateways.send(Topic.WEBHOOKS, webhook.id(), text(Json.write(webhook)), Map.of());
        var delivery = new WebhookDelivery(webhook.id(), job, 1, "job.accepted", 9, old, old);

        gateways.send(Topic.WEBHOOK_DELIVERIES, delivery.key(), text(Json.write(delivery)), Map.of());

        await().atMost(LIMIT)
                .until(() -> gateways.records(Topic.WEBHOOK_DELIVERIES).stream()
                        .anyMatch(record -> delivery.key().equals(record.key()) && record.value() == null));
        gateways.delete(one, "/webhooks/" + webhook.id());
    }

    @Test
    void aRedirectIsAFailureAndNotFollowed() {
        JsonNode webhook = subscribe(one, "");
        receiver.answer(307, Map.of("Location", receiver.url("/elsewhere")));

        HttpResponse<String> trial = gateways.post(one, "/webhooks/" + id(webhook) + "/test", "");

        assertThat(json(trial).get("delivered").booleanValue()).isFalse();
        assertThat(json(trial).get("status").intValue()).isEqualTo(307);
        assertThat(receiver.requests("/elsewhere")).isEmpty();
    }

    @Test
    void aFailureIsTriedAgainWithTheSameId() {
        subscribe(one, "");
        receiver.answer(500, Map.of());

        cancelled();
        awaitTold(1);
        receiver.answer(200, Map.of());

        List<Receiver.Request> told = awaitTold(2);
        assertThat(told.get(0).id()).isEqualTo(told.get(1).id());
        assertThat(told.get(0).body()).isEqualTo(told.get(1).body());
        awaitNothingLeft();
    }

    @Test
    void afterARotationBothSecretsSign() throws Exception {
        JsonNode webhook = subscribe(one, "");
        JsonNode rotated = json(gateways.post(one, "/webhooks/" + id(webhook) + "/rotate", "{\"overlap\": \"PT1H\"}"));

        HttpResponse<String> trial = gateways.post(two, "/webhooks/" + id(webhook) + "/test", "");

        assertThat(json(trial).get("delivered").booleanValue()).isTrue();
        Receiver.Request told = awaitTold(1).getFirst();
        assertThat(told.type()).isEqualTo("webhook.test");
        assertThat(told.signature().split(" "))
                .containsExactly(
                        signature(told, rotated.get("secret").stringValue()),
                        signature(told, webhook.get("secret").stringValue()));
    }

    @Test
    void aRotationWithoutOverlapLeavesTheNewSecretAlone() throws Exception {
        JsonNode webhook = subscribe(one, "");
        JsonNode rotated = json(gateways.post(one, "/webhooks/" + id(webhook) + "/rotate", "{\"overlap\": \"PT0S\"}"));

        gateways.post(one, "/webhooks/" + id(webhook) + "/test", "");

        Receiver.Request told = awaitTold(1).getFirst();
        assertThat(told.signature())
                .isEqualTo(signature(told, rotated.get("secret").stringValue()));
    }

    @Test
    void aDeletedWebhookIsGoneOnBothReplicas() {
        JsonNode webhook = subscribe(one, "");

        HttpResponse<String> deleted = gateways.delete(two, "/webhooks/" + id(webhook));

        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(gateways.get(one, "/webhooks/" + id(webhook)).statusCode()).isEqualTo(404);
        assertThat(gateways.get(one, "/webhooks/" + id(webhook)).body()).contains("urn:nexus:error:not_found");
    }

    /** Names are looked up when something is sent; none of these is reached. */
    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.2:%d%s", "http://localtest.invalid:%d%s", "http://[::1]:%d%s"})
    void whatIsNotAllowedIsNotReached(String url) {
        String port = receiver.url("").replaceFirst(".*:", "");
        HttpResponse<String> made =
                gateways.post(one, "/webhooks", "{\"url\": \"" + url.formatted(Integer.valueOf(port), path) + "\"}");

        if (made.statusCode() == 201) {
            JsonNode trial = json(gateways.post(one, "/webhooks/" + id(json(made)) + "/test", ""));
            assertThat(trial.get("delivered").booleanValue()).isFalse();
        } else {
            assertThat(made.statusCode()).isEqualTo(400);
            assertThat(json(made).at("/errors/0/pointer").stringValue()).isEqualTo("/url");
        }
        assertThat(receiver.requests(path)).isEmpty();
    }

    @Test
    void aNetworkThatIsNoLongerAllowedIsNotSentTo() {
        JsonNode webhook = subscribe(one, "");
        ConfigurableApplicationContext strict = gateways.start("--nexus.webhooks.allow-http=true");
        gateways.awaitReady(strict);

        HttpResponse<String> trial = gateways.post(strict, "/webhooks/" + id(webhook) + "/test", "");
        strict.close();

        assertThat(json(trial).get("delivered").booleanValue()).isFalse();
        assertThat(json(trial).get("error").stringValue()).contains("no public address");
        assertThat(receiver.requests(path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]                                             | ''            | must be a JSON object",
                "{}                                             | /url          | must be a text",
                "{\"url\": 7}                                   | /url          | must be a text",
                "{\"url\": \"https://a.de\", \"events\": []}    | /events       | must be a list",
                "{\"url\": \"https://a.de\", \"events\": [\"job.exploded\"]} | /events/0 | is no event; use some of",
                "{\"url\": \"https://a.de\", \"jobs\": \"some\"} | /jobs        | must be",
                "{\"url\": \"https://a.de\", \"description\": 1} | /description | must be a text of at most 256",
                "{\"url\": \"https://a.de\", \"colour\": \"red\"} | /colour     | is not known; use url, events",
            })
    void whatIsWrongIsToldWithItsPlace(String body, String pointer, String detail) {
        HttpResponse<String> answer = gateways.post(one, "/webhooks", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).at("/errors/0/pointer").stringValue()).isEqualTo(pointer);
        assertThat(json(answer).at("/errors/0/detail").stringValue()).contains(detail);
    }

    @Test
    void aTenantHasNoMoreWebhooksThanItMay() {
        ConfigurableApplicationContext narrow = gateways.start("--nexus.webhooks.per-tenant=1");
        gateways.awaitReady(narrow);
        HttpResponse<String> first = gateways.post(narrow, "/webhooks", "{\"url\": \"https://example.com\"}");

        HttpResponse<String> second = gateways.post(narrow, "/webhooks", "{\"url\": \"https://example.com\"}");
        narrow.close();

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.headers().firstValue("Location")).hasValue("/webhooks/" + id(json(first)));
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("nexus.webhooks.per-tenant");
    }

    @Test
    void receiversOfTwoTenantsThatTakeTheirTimeHoldUpNobodyElse() {
        var answered = new CountDownLatch(1);
        try (Gateways own = new Gateways(broker);
                Receiver slow = new Receiver();
                Receiver quick = new Receiver()) {
            slow.meanwhile(_ -> awaitAnswer(answered));
            ConfigurableApplicationContext gateway = own.start(LOCAL);
            own.awaitReady(gateway);
            JobId told = cancelled(own, gateway);
            Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            for (int i = 0; i < 40; i++) { // as many as two tenants may have
                var webhook = new Webhook(
                        "wh_slow" + i,
                        i % 2 == 0 ? "acme" : "rival",
                        slow.url("/"),
                        List.of("plan.rejected"),
                        false,
                        null,
                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                        null,
                        null,
                        now,
                        null);
                own.send(Topic.WEBHOOKS, webhook.id(), text(Json.write(webhook)), Map.of());
                for (int seq = 1; seq <= 4; seq++) {
                    var delivery = new WebhookDelivery(webhook.id(), told, seq, "*", 0, now, now);
                    own.send(Topic.WEBHOOK_DELIVERIES, delivery.key(), text(Json.write(delivery)), Map.of());
                }
            }
            await().atMost(LIMIT).until(() -> slow.requests("/").size() >= 64);
            own.post(gateway, "/webhooks", "{\"url\": \"" + quick.url("/") + "\"}");

            cancelled(own, gateway);

            await().atMost(LIMIT)
                    .until(() -> !quick.requests("/").isEmpty() || attempts(own).contains(1));
            assertThat(attempts(own)).containsOnly(0);
            assertThat(quick.requests("/")).hasSize(1);
            answered.countDown();
        }
    }

    private static List<Integer> attempts(Gateways at) {
        return at.records(Topic.WEBHOOK_DELIVERIES).stream()
                .filter(record -> record.value() != null)
                .map(record -> Json.tree(record.value()).get("attempts").intValue())
                .toList();
    }

    private static void awaitAnswer(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void requestsThatComeAtTheSameTimeMakeNoMoreWebhooksThanTheTenantMayHave() {
        try (Gateways own = new Gateways(broker)) {
            ConfigurableApplicationContext first = own.start("--nexus.webhooks.per-tenant=2");
            ConfigurableApplicationContext second = own.start("--nexus.webhooks.per-tenant=2");
            own.awaitReady(first);
            own.awaitReady(second);

            List<Integer> answers = Stream.of(first, second, first, second, first, second)
                    .map(gateway -> CompletableFuture.supplyAsync(
                            () -> own.post(gateway, "/webhooks", "{\"url\": \"https://example.com\"}")
                                    .statusCode(),
                            ownThreads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();

            assertThat(answers).containsOnly(201, 409);
            assertThat(answers).filteredOn(status -> status == 201).hasSize(2);
            assertThat(json(own.get(first, "/webhooks")).get("webhooks")).hasSize(2);
        }
    }

    @Test
    void aRepeatedRequestWithAnIdempotencyKeyIsTheSameWebhook() {
        Map<String, String> keyed = Map.of("Content-Type", "application/json", "Idempotency-Key", path);
        String request = "{\"url\": \"" + receiver.url(path) + "\"}";

        HttpResponse<String> made = gateways.send(one, "POST", "/webhooks", request, keyed);
        HttpResponse<String> again = gateways.send(two, "POST", "/webhooks", request, keyed);
        HttpResponse<String> other =
                gateways.send(two, "POST", "/webhooks", request.replace("}", ", \"jobs\": \"named\"}"), keyed);

        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(again.statusCode()).as(again.body()).isEqualTo(201);
        assertThat(json(again)).isEqualTo(json(made));
        assertThat(other.statusCode()).as(other.body()).isEqualTo(422);
        assertThat(json(gateways.get(one, "/webhooks")).get("webhooks")).hasSize(1);
    }

    private JsonNode subscribe(ConfigurableApplicationContext gateway, String more) {
        HttpResponse<String> made =
                gateways.post(gateway, "/webhooks", "{\"url\": \"" + receiver.url(path) + "\"" + more + "}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return json(made);
    }

    private static String id(JsonNode webhook) {
        return webhook.get("id").stringValue();
    }

    private static JobId cancelled() {
        return cancelled("{\"spec\": \"a stack\"}");
    }

    private static JobId cancelled(String request) {
        JobId job = gateways.submit(one, "/jobs", request);
        return end(gateways, one, job);
    }

    private static JobId cancelled(Gateways at, ConfigurableApplicationContext gateway) {
        return end(at, gateway, at.submit(gateway, "/jobs", "{\"spec\": \"a stack\"}"));
    }

    private static JobId end(Gateways at, ConfigurableApplicationContext gateway, JobId job) {
        at.post(gateway, "/jobs/" + job + "/cancel", "");
        await().atMost(LIMIT).until(() -> at.status(gateway, job).equals("cancelled"));
        return job;
    }

    private List<Receiver.Request> awaitTold(int least) {
        return await().atMost(LIMIT).until(() -> receiver.requests(path), told -> told.size() >= least);
    }

    /** Until every delivery that was written down has its tombstone. */
    private static void awaitNothingLeft() {
        await().atMost(LIMIT).until(() -> {
            Map<String, Boolean> left = new java.util.HashMap<>();
            gateways.records(Topic.WEBHOOK_DELIVERIES)
                    .forEach(record -> left.put(Objects.requireNonNull(record.key()), record.value() != null));
            return !left.containsValue(true);
        });
    }

    private static String signature(Receiver.Request told, String secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
        mac.update((told.id() + "." + told.timestamp() + ".").getBytes(StandardCharsets.UTF_8));
        return "v1,"
                + Base64.getEncoder().encodeToString(mac.doFinal(told.body().getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}

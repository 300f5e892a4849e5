package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.builder.BuilderApplication;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Order;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Right;
import dev.nexus.contract.Service;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.contract.TopicSetup;
import dev.nexus.contract.TopicSetup.ClusterUnfit;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.GatewayApplication;
import dev.nexus.planner.PlannerApplication;
import dev.nexus.tester.TesterApplication;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * The services as processes, each with a Kafka user of its own, around a broker that demands TLS and SASL and allows
 * what {@code nexus acls} lists and no more.
 */
class SecuredClusterIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Topics TOPICS = new Topics("");
    private static final Map<Service, String> USERS = Map.of(
            Service.GATEWAY, "gateway",
            Service.PLANNER, "planner",
            Service.BUILDER, "builder",
            Service.TESTER, "tester");
    private static final Plan PLAN = new Plan(
            "A stack",
            "python",
            List.of(),
            List.of(new Plan.PlanStep("stack", "Stack", List.of("stack.py"), List.of())));

    /** {@code Principal = User:x is Allowed operation = READ … based on rule MatchingAcl(acl=StandardAcl(…operation=READ…))}. */
    private static final Pattern DECISION = Pattern.compile(
            "Principal = User:(\\S+) is (Allowed|Denied) operation = (\\S+) .* on resource = (\\w+):LITERAL:(\\S+) for"
                    + " request = (\\S+) .* based on rule (.*)");

    @TempDir
    private static Path folder;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<ServiceProcess> RUNNING = new ArrayList<>();
    private static SecuredBroker broker;
    private static URI gateway;
    private static String key;

    @BeforeAll
    static void start() throws Exception {
        broker = SecuredBroker.start(folder.resolve("broker"));
        broker.runAsAdmin(ClusterScript.topics(TOPICS, 1));
        broker.runAsAdmin(ClusterScript.acls(TOPICS, false, "followers"));
        int port = BrokerPort.free();
        gateway = URI.create("http://127.0.0.1:" + port);
        Map<String, String> keyed = new HashMap<>(broker.springSettings("gateway"));
        keyed.put("nexus.security.mode", "keys");
        serve(GatewayApplication.class, keyed, "--server.port=" + port, "--management.server.port=0");
        serve(PlannerApplication.class, withBundle(broker.springSettings("planner")), "--server.port=0");
        serve(BuilderApplication.class, broker.springSettings("builder"), "--server.port=0");
        serve(TesterApplication.class, broker.springSettings("tester"), "--server.port=0");
        HttpRequest health = HttpRequest.newBuilder(gateway.resolve("/health")).build();
        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(IOException.class) // not listening yet
                .until(() -> HTTP.send(health, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200);
        key = created();
    }

    /** As an operator makes one. */
    private static String created() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Shell shell =
                new Shell(folder, environment("admin"), new PrintWriter(out, true), new PrintWriter(err, true), false);
        int code = Nexus.run(shell, "keys", "create", "--tenant", "default", "--scope", "jobs:read,jobs:write");
        assertThat(code).as(err.toString()).isZero();
        return out.toString().strip();
    }

    private static Map<String, String> environment(String user) {
        Map<String, String> environment = new HashMap<>();
        broker.springSettings(user)
                .forEach((name, value) -> environment.put(
                        name.replace("-", "").replace('.', '_').toUpperCase(java.util.Locale.ROOT), value));
        return environment;
    }

    @AfterAll
    static void stop() throws IOException {
        RUNNING.forEach(ServiceProcess::close);
        HTTP.close();
        broker.close();
    }

    /**
     * The broker writes down every decision with the ACL that it rests on, so that one run shows both: nothing was denied,
     * and none of the listed rights is there for nothing, as each was the ground of a decision.
     */
    @Test
    void theServicesUseExactlyTheListedRights() throws Exception {
        // nobody is there, so that deliveries are written and written again
        submit("/webhooks", "{\"url\": \"https://receiver.invalid\", \"events\": [\"*\"]}", 201);
        String repaired = submit("/jobs", "{\"spec\": \"Build a bank account with deposits and withdrawals\"}");
        String uploaded = submit(
                "/tasks/test",
                "{\"files\": [{\"path\": \"test_a.py\", \"content\": \"def test_a():\\n    assert True\\n\"}]}");
        try (Producer<String, byte[]> admin =
                broker.clients(broker.springSettings("admin")).producer("test")) {
            for (Topic work : List.of(Topic.PLAN_REQUESTS, Topic.BUILD_REQUESTS, Topic.TEST_REQUESTS)) {
                send(admin, work, null, "{\"type\": \"a request that the gateway refuses\"}");
                send(admin, work, null, "{\"type\": \"an order that the agent refuses\", \"attempt\": 1}");
                sendSecondAttempt(admin, work);
            }
            send(admin, Topic.JOB_REQUESTS, null, "no request");
            send(admin, Topic.JOB_CONTROL, null, "no command");
        }

        assertThat(ended(repaired).get("verdict").stringValue()).isEqualTo("passed");
        assertThat(ended(uploaded).get("verdict").stringValue()).isEqualTo("passed");
        assertThat(get("/jobs/" + uploaded + "/artefacts/test_a.py")).contains("def test_a");
        assertThat(get("/jobs/" + repaired + "/calls")).contains("model.call");

        Set<String> listed = new TreeSet<>();
        USERS.forEach((service, user) ->
                Right.of(service, TOPICS).forEach(right -> listed.add(user + ": " + right.toString())));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(used()).isEqualTo(listed));
        assertThat(decisions("Denied").filter(decision -> USERS.containsValue(decision.user())))
                .isEmpty();
    }

    @Test
    void aClientMayAskAndFollowButWriteNoEvent() throws Exception {
        KafkaClients clients = broker.clients(broker.springSettings("client"));
        JobId id = new JobId(UUID.randomUUID().toString());
        try (Producer<String, byte[]> producer = clients.producer("test")) {
            send(producer, Topic.JOB_REQUESTS, id.value(), "{\"type\": \"plan\", \"spec\": \"a stack\"}");
            send(producer, Topic.JOB_CONTROL, id.value(), "{\"type\": \"cancel\"}");

            assertThatThrownBy(() -> new EventLog(producer, TOPICS, "forged")
                            .append(id, new JobEvent.JobCancelRequested("forged"))
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
        assertThat(eventsOf(id, clients)).first().isInstanceOf(JobEvent.JobAccepted.class);
    }

    @Test
    void aClientMayReadInItsGroupAndInNoOther() throws Exception {
        try (Admin client = broker.clients(broker.springSettings("client")).admin()) {
            assertThat(client.listConsumerGroupOffsets("followers").all().get()).containsKey("followers");
            assertThatThrownBy(() ->
                            client.listConsumerGroupOffsets("others").all().get())
                    .hasCauseInstanceOf(GroupAuthorizationException.class);
        }
    }

    /** Each is taken away once from a user who has the others: the start fails, and says what is missing. */
    @ParameterizedTest
    @EnumSource
    void withoutOneRightAServiceDoesNotStartAndNamesIt(Service service) throws Exception {
        List<Right> rights = Right.of(service, TOPICS).stream()
                .filter(right -> right.operation() == AclOperation.READ || right.operation() == AclOperation.WRITE)
                .toList();
        try (Admin admin = broker.admin();
                Admin stranger =
                        broker.clients(broker.springSettings("stranger")).admin()) {
            List<AclBinding> all = Right.of(service, TOPICS).stream()
                    .map(right -> acl("stranger", right))
                    .toList();
            admin.createAcls(all).all().get();
            TopicSetup setup = new TopicSetup(TOPICS, service);
            await().atMost(LIMIT).ignoreExceptionsInstanceOf(ClusterUnfit.class).until(() -> {
                setup.prepare(stranger);
                return true;
            });
            for (Right right : rights) {
                AclBinding acl = acl("stranger", right);
                admin.deleteAcls(List.of(acl.toFilter())).all().get();
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThatThrownBy(() -> setup.prepare(stranger))
                                .isInstanceOf(ClusterUnfit.class)
                                .hasMessageContaining(right.name())
                                .hasMessageContaining("./nexus acls"));
                admin.createAcls(List.of(acl)).all().get();
            }
            admin.deleteAcls(all.stream().map(AclBinding::toFilter).toList())
                    .all()
                    .get();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServiceThatMayPrepareNeedsNobodyElse(Service service) throws Exception {
        Topics own = new Topics(service + ".");
        try (Admin admin = broker.admin();
                Admin stranger =
                        broker.clients(broker.springSettings("stranger")).admin()) {
            List<AclBinding> all = Stream.concat(
                            Right.of(service, own).stream(), Right.toPrepare(service, own).stream())
                    .map(right -> acl("stranger", right))
                    .toList();
            admin.createAcls(all).all().get();

            await().atMost(LIMIT).ignoreExceptionsInstanceOf(ClusterUnfit.class).until(() -> {
                new TopicSetup(own, service).prepare(stranger);
                return true;
            });

            assertThat(admin.listTopics().names().get())
                    .containsAll(new TopicSetup(own, service).wanted().keySet());
            admin.deleteAcls(all.stream().map(AclBinding::toFilter).toList())
                    .all()
                    .get();
        }
    }

    @Test
    void plaintextEndsTheGatewayWithOneLine() throws Exception {
        assertThat(lineOfFailedStart(
                        GatewayApplication.class, Map.of("spring.kafka.bootstrap-servers", broker.address())))
                .contains("gateway cannot start: ")
                .contains("hangs up on plaintext")
                .contains("set spring.kafka.security.protocol to SSL or SASL_SSL (it is PLAINTEXT)");
    }

    @Test
    void aWrongPasswordEndsTheGatewayWithOneLineThatDoesNotShowIt() throws Exception {
        assertThat(lineOfFailedStart(GatewayApplication.class, broker.springSettings("gateway", "not-it")))
                .contains("gateway cannot start: the brokers refuse this user or password")
                .contains("spring.kafka.properties.sasl.jaas.config")
                .doesNotContain("not-it");
    }

    @Test
    void missingCredentialsEndAnAgentWithOneLine() throws Exception {
        Map<String, String> settings = broker.springSettings("planner");
        settings.remove("spring.kafka.properties.sasl.jaas.config");

        assertThat(lineOfFailedStart(PlannerApplication.class, settings))
                .contains("planner-service cannot start: there are no credentials")
                .contains("set spring.kafka.properties.sasl.jaas.config");
    }

    @Test
    void aUserWithoutRightsEndsAnAgentWithOneLineThatNamesTheTopics() throws Exception {
        assertThat(lineOfFailedStart(TesterApplication.class, broker.springSettings("stranger")))
                .contains("tester-service cannot start: the Kafka user of tester-service sees no topic job-artefacts,"
                        + " job-events, job-requests, model-calls, test-requests, test-requests-dlt, worker-heartbeats")
                .contains("./nexus topics")
                .contains("./nexus acls");
    }

    @Test
    void theCommandLineSaysTheSameInOneLine() {
        Map<String, String> environment = new HashMap<>();
        broker.springSettings("gateway", "not-it")
                .forEach((key, value) -> environment.put(
                        key.replace("-", "").replace('.', '_').toUpperCase(java.util.Locale.ROOT), value));
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.address());
        StringWriter err = new StringWriter();
        Shell shell =
                new Shell(folder, environment, new PrintWriter(new StringWriter()), new PrintWriter(err, true), false);

        int code = Nexus.run(shell, "up", "--port", "0");

        assertThat(code).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString())
                .startsWith("nexus: Nexus cannot start: the brokers refuse this user or password")
                .hasLineCount(1);
    }

    @Test
    void tlsWithoutSaslIsToldThatTheBrokerDemandsIt() {
        assertThatThrownBy(() -> broker.clients(broker.springTls()))
                .isInstanceOf(ClusterUnfit.class)
                .hasMessageContaining(
                        "demands SASL [SCRAM-SHA-512]; set spring.kafka.security.protocol to SASL_SSL (it is"
                                + " SSL)");
    }

    @Test
    void anotherMechanismIsToldWhichThereAre() {
        Map<String, String> settings = broker.springSettings("gateway");
        settings.put("spring.kafka.properties.sasl.mechanism", "PLAIN");

        assertThatThrownBy(() -> broker.clients(settings))
                .isInstanceOf(ClusterUnfit.class)
                .hasMessageContaining("knows the SASL mechanisms [SCRAM-SHA-512], not PLAIN");
    }

    @Test
    void anUnknownCaIsNotTrusted() {
        Map<String, String> settings = broker.springSettings("gateway");
        settings.keySet().removeIf(key -> key.startsWith("spring.kafka.ssl."));

        assertThatThrownBy(() -> broker.clients(settings))
                .isInstanceOf(ClusterUnfit.class)
                .hasMessageContaining("is not trusted")
                .hasMessageContaining("spring.kafka.ssl.trust-store-location");
    }

    /** The same certificates, by way of {@code spring.kafka.ssl.bundle}. */
    private static Map<String, String> withBundle(Map<String, String> settings) {
        Map<String, String> bundled = new HashMap<>(settings);
        for (String part : List.of("location", "password", "type")) {
            bundled.put(
                    "spring.ssl.bundle.jks.kafka.truststore." + part,
                    Objects.requireNonNull(bundled.remove("spring.kafka.ssl.trust-store-" + part)));
        }
        bundled.put("spring.kafka.ssl.bundle", "kafka");
        return bundled;
    }

    private static void serve(Class<?> application, Map<String, String> settings, String... more) throws IOException {
        RUNNING.add(ServiceProcess.start(application, log(application), arguments(settings, more)));
    }

    private static Path log(Class<?> application) throws IOException {
        Path logs = Files.createDirectories(Path.of("target", "secured-cluster-it"));
        return Files.createTempFile(logs, application.getSimpleName(), ".log");
    }

    private static String[] arguments(Map<String, String> settings, String... more) {
        return Stream.concat(
                        settings.entrySet().stream().map(setting -> "--" + setting.getKey() + "=" + setting.getValue()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    /** The only line with a warning or an error that a service prints which ends with exit code 1. */
    private static String lineOfFailedStart(Class<?> application, Map<String, String> settings) throws Exception {
        Path log = log(application);
        try (ServiceProcess service = ServiceProcess.start(application, log, arguments(settings, "--server.port=0"))) {
            int code = service.awaitEnd(LIMIT);

            List<String> lines = Files.readAllLines(log);
            assertThat(code).describedAs(String.join("\n", lines)).isEqualTo(1);
            List<String> loud =
                    lines.stream().filter(line -> !line.contains("  INFO ")).toList();
            assertThat(loud).hasSize(1);
            return loud.getFirst();
        }
    }

    /** An attempt above 1 looks for a recorded reply first. The gateway knows no such job, so nothing else comes of it. */
    private static void sendSecondAttempt(Producer<String, byte[]> admin, Topic work) {
        JobId job = new JobId(UUID.randomUUID().toString());
        RecordMetadata at = new EventLog(admin, TOPICS, "test")
                .append(job, new JobEvent.TaskScheduled(TaskId.plan(), 1))
                .join();
        send(admin, Topic.MODEL_CALLS, job.value(), "something in the place where a reply could be");
        Since since = new Since(at.partition(), at.offset(), Instant.ofEpochMilli(at.timestamp()));
        Order order = switch (work) {
            case PLAN_REQUESTS -> new Order.PlanOrder(TaskId.plan(), 2, since, "a stack", false);
            case BUILD_REQUESTS ->
                new Order.BuildOrder(TaskId.build("stack", 0), 2, since, "a stack", PLAN, List.of(), List.of(), null);
            default -> new Order.WriteTestsOrder(TaskId.tests(), 2, since, "a stack", PLAN, List.of());
        };
        send(admin, work, job.value(), new String(Json.write(order), StandardCharsets.UTF_8));
    }

    private record Decision(String user, String verdict, String operation, String resource, String rule) {

        /** A right on which the decision rests; another one may imply what was asked for, and is not it. */
        Stream<String> right() {
            String operation = operation().replace("_", "");
            boolean exact = rule.contains("operation=" + operation());
            String name = operation.equals("DESCRIBECONFIGS")
                    ? "DescribeConfigs"
                    : operation.charAt(0) + operation.substring(1).toLowerCase(java.util.Locale.ROOT);
            return exact ? Stream.of(user + ": " + name + " on " + resource) : Stream.empty();
        }
    }

    private static Stream<Decision> decisions(String verdict) throws IOException {
        return broker.audit().stream()
                .map(DECISION::matcher)
                .filter(Matcher::matches)
                .map(line -> new Decision(
                        line.group(1),
                        line.group(2),
                        line.group(3),
                        line.group(4).equals("Cluster")
                                ? "cluster"
                                : line.group(4).toLowerCase(java.util.Locale.ROOT) + " " + line.group(5),
                        line.group(7)))
                .filter(decision -> decision.verdict().equals(verdict));
    }

    private static Set<String> used() throws IOException {
        Set<String> used = new TreeSet<>();
        decisions("Allowed")
                .filter(decision -> USERS.containsValue(decision.user()))
                .flatMap(Decision::right)
                .forEach(used::add);
        return used;
    }

    private static AclBinding acl(String user, Right right) {
        return new AclBinding(
                new ResourcePattern(right.on(), right.name(), PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", right.operation(), AclPermissionType.ALLOW));
    }

    private static void send(Producer<String, byte[]> producer, Topic topic, String key, String value) {
        EventLog.send(producer, new ProducerRecord<>(TOPICS.name(topic), key, value.getBytes(StandardCharsets.UTF_8)))
                .join();
    }

    private static List<JobEvent> eventsOf(JobId job, KafkaClients clients) {
        List<JobEvent> events = new ArrayList<>();
        try (Consumer<String, byte[]> consumer = clients.consumer("test", Map.of())) {
            List<TopicPartition> all = consumer.partitionsFor(TOPICS.name(Topic.JOB_EVENTS)).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            await().atMost(LIMIT).pollInSameThread().until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    LoggedEvent event = EventLog.read(record);
                    if (event != null && event.job().equals(job)) {
                        events.add(event.event());
                    }
                });
                return events.stream().anyMatch(JobEvent.JobAccepted.class::isInstance);
            });
        }
        return events;
    }

    private static String submit(String path, String body) throws IOException, InterruptedException {
        return submit(path, body, 202);
    }

    private static String submit(String path, String body, int expected) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(gateway.resolve(path))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
        return Chain.json(answer.body()).get("id").stringValue();
    }

    private static JsonNode ended(String id) {
        return await().atMost(LIMIT).until(() -> Chain.json(get("/jobs/" + id)), job -> job.has("finishedAt"));
    }

    private static String get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                        HttpRequest.newBuilder(gateway.resolve(path))
                                .header("Authorization", "Bearer " + key)
                                .timeout(LIMIT)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}

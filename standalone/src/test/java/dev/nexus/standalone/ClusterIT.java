package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.builder.BuilderApplication;
import dev.nexus.planner.PlannerApplication;
import dev.nexus.standalone.Cluster.Gateway;
import dev.nexus.tester.TesterApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Every service as processes of its own around one broker: many at once, killed, stopped and restarted in their work. */
class ClusterIT {

    private static final String SLOW_TEST = "takes a minute: ./nexus verify --all";
    private static final String SLOW = "--nexus.models.offline.latency=10m";

    @TempDir
    Path folder;

    private EmbeddedBroker broker;
    private Cluster cluster;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.start(folder.resolve("data"), new BrokerPort.Any(), EmbeddedBroker.Life.SHORT);
        cluster = new Cluster(broker.bootstrapServers());
    }

    @AfterEach
    void stopAll() {
        cluster.close();
        broker.close();
    }

    @Test
    void aHundredJobsOverTwoOfEachEndTheSameOnBothGateways() throws Exception {
        Gateway one = cluster.gateway();
        Gateway two = cluster.gateway();
        agents(2);
        cluster.awaitReady(one);
        cluster.awaitReady(two);

        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            jobs.add(submit(i % 2 == 0 ? one : two, i));
        }

        cluster.awaitCompleted(one, jobs);
        cluster.awaitCompleted(two, jobs);
        jobs.forEach(job -> assertSame(job, one, two));
    }

    @Test
    void theTaskOfAKilledWorkerIsIssuedAgainAndTheJobCompletes() throws Exception {
        Gateway gateway = cluster.gateway();
        cluster.agent(PlannerApplication.class);
        cluster.agent(TesterApplication.class);
        ServiceProcess slow = cluster.agent(BuilderApplication.class, SLOW);
        cluster.awaitReady(gateway);
        String job = cluster.submit(gateway);
        cluster.awaitRunning(gateway, job, "build:roman");
        cluster.agent(BuilderApplication.class);

        slow.kill();

        awaitIssuedAgain(gateway, job, Duration.ofSeconds(10));
        cluster.awaitCompleted(gateway, List.of(job));
    }

    @Test
    void theTaskOfAWorkerThatIsKilledTogetherWithTheDriverIsIssuedAgain() throws Exception {
        Gateway driver = cluster.gateway();
        cluster.awaitReady(driver);
        await().atMost(Cluster.LIMIT)
                .until(() -> Cluster.json(cluster.get(driver, "/health"))
                        .get("driving")
                        .booleanValue());
        Gateway other = cluster.gateway();
        cluster.agent(PlannerApplication.class);
        cluster.agent(TesterApplication.class);
        ServiceProcess slow = cluster.agent(BuilderApplication.class, SLOW);
        cluster.awaitReady(other);
        String job = cluster.submit(driver);
        cluster.awaitRunning(other, job, "build:roman");
        cluster.agent(BuilderApplication.class);

        slow.kill();
        driver.process().kill();

        awaitIssuedAgain(other, job, Duration.ofSeconds(15));
        cluster.awaitCompleted(other, List.of(job));
    }

    @Test
    void fiftyOpenJobsAndAStreamGoOnWhenTheOnlyGatewayIsKilledAndStartedAgain() throws Exception {
        int port = BrokerPort.free();
        Gateway killed = cluster.gatewayAt(port);
        cluster.awaitReady(killed);
        agents(1, "--nexus.models.offline.latency=1s");
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            jobs.add(submit(killed, i));
        }
        String followed = jobs.getFirst();
        List<String> ids = new ArrayList<>();
        try (var lines = reader(killed, followed, "0")) {
            while (ids.size() < 4) {
                addId(lines.readLine(), ids);
            }
            killed.process().kill();
        }

        Gateway again = cluster.gatewayAt(port);
        cluster.awaitReady(again);

        try (var lines = reader(again, followed, ids.getLast())) {
            lines.lines().forEach(line -> addId(line, ids));
        }
        cluster.awaitCompleted(again, jobs);
        long seq = cluster.job(again, followed).get("seq").longValue();
        assertThat(ids)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, seq).mapToObj(Long::toString).toList());
    }

    @Test
    @EnabledIfSystemProperty(named = "nexus.all", matches = "true", disabledReason = SLOW_TEST)
    void aBrokerThatIsAwayForLongLetsNobodyBeTakenForDead() throws Exception {
        Gateway gateway = cluster.gateway();
        cluster.agent(PlannerApplication.class);
        cluster.agent(TesterApplication.class);
        cluster.agent(BuilderApplication.class, "--nexus.models.offline.latency=25s");
        cluster.awaitReady(gateway);
        String job = cluster.submit(gateway);
        cluster.awaitRunning(gateway, job, "build:roman");

        Signal.STOP.to(broker.process());
        await().during(Duration.ofSeconds(15)).atMost(Duration.ofSeconds(20)).until(() -> attempt(gateway, job) == 1);
        Signal.CONT.to(broker.process());

        cluster.awaitCompleted(gateway, List.of(job));
        assertThat(attempt(gateway, job)).isEqualTo(1);
    }

    @Test
    @EnabledIfSystemProperty(named = "nexus.all", matches = "true", disabledReason = SLOW_TEST)
    void aWorkerThatWasPausedAndAnswersLateChangesNothing() throws Exception {
        Gateway gateway = cluster.gateway();
        cluster.agent(PlannerApplication.class);
        cluster.agent(TesterApplication.class);
        ServiceProcess paused = cluster.agent(BuilderApplication.class, "--nexus.models.offline.latency=2s");
        cluster.awaitReady(gateway);
        String job = cluster.submit(gateway);
        cluster.awaitRunning(gateway, job, "build:roman");

        Signal.STOP.to(paused.handle());
        ServiceProcess other = cluster.agent(BuilderApplication.class);
        cluster.awaitCompleted(gateway, List.of(job));
        String body = cluster.get(gateway, "/jobs/" + job);
        Signal.CONT.to(paused.handle());
        other.close(); // so that the next build can only be done by the one that was paused
        cluster.awaitCompleted(gateway, List.of(cluster.submit(gateway)));

        assertThat(attempt(gateway, job)).isEqualTo(2);
        assertThat(cluster.get(gateway, "/jobs/" + job)).isEqualTo(body);
    }

    @Test
    @EnabledIfSystemProperty(named = "nexus.all", matches = "true", disabledReason = SLOW_TEST)
    void aDriverThatWasPausedAndGoesOnChangesNothing() throws Exception {
        Gateway paused = cluster.gateway();
        cluster.awaitReady(paused);
        await().atMost(Cluster.LIMIT)
                .until(() -> Cluster.json(cluster.get(paused, "/health"))
                        .get("driving")
                        .booleanValue());
        Gateway other = cluster.gateway();
        cluster.awaitReady(other);
        agents(1, "--nexus.models.offline.latency=3s");
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            jobs.add(cluster.submit(other));
        }
        cluster.awaitRunning(other, jobs.getFirst(), "plan");

        Signal.STOP.to(paused.process().handle());
        cluster.awaitCompleted(other, jobs);
        Signal.CONT.to(paused.process().handle());

        cluster.awaitCompleted(paused, jobs);
        for (String job : jobs) {
            assertSame(job, paused, other);
            assertThat(cluster.job(other, job).get("tasks"))
                    .allSatisfy(
                            task -> assertThat(task.get("attempt").intValue()).isEqualTo(1));
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "nexus.all", matches = "true", disabledReason = SLOW_TEST)
    void aRollingRestartOfEveryServiceUnderLoadFailsNoJob() throws Exception {
        Gateway front = cluster.gateway();
        Gateway one = cluster.gateway();
        cluster.awaitReady(front);
        cluster.awaitReady(one);
        List<Class<?>> services = List.of(PlannerApplication.class, BuilderApplication.class, TesterApplication.class);
        List<String> tasks = List.of("plan", "build:roman", "tests");
        List<ServiceProcess> first = new ArrayList<>();
        for (Class<?> service : services) {
            first.add(cluster.agent(service, SLOW, "--nexus.agent.drain=500ms"));
        }
        List<String> jobs = new ArrayList<>();
        List<String> givenBack = new ArrayList<>();
        for (int i = 0; i < services.size(); i++) {
            String task = tasks.get(i);
            load(front, jobs);
            cluster.awaitRunning(front, jobs.getFirst(), task);
            List<String> inHand = jobs.stream()
                    .filter(job -> cluster.isRunning(front, job, task))
                    .toList();
            cluster.agent(services.get(i), "--nexus.models.offline.latency=1s");

            first.get(i).stop();

            await().atMost(ServiceProcess.PATIENCE)
                    .untilAsserted(() -> assertThat(inHand)
                            .extracting(job -> cluster.task(front, job, task)
                                    .get("attempt")
                                    .intValue())
                            .containsOnly(2));
            inHand.forEach(job -> givenBack.add(job + "/" + task));
        }
        load(front, jobs);
        one.process().stop();
        Gateway two = cluster.gateway();
        cluster.awaitReady(two);
        load(two, jobs);
        front.process().stop();

        cluster.awaitCompleted(two, jobs);
        assertThat(givenBack).allSatisfy(each -> {
            int end = each.indexOf('/');
            assertThat(released(two, each.substring(0, end))).contains(each.substring(end + 1));
        });
    }

    /** The tasks of an ended job whose first attempt was given back. */
    private List<String> released(Gateway gateway, String job) {
        return cluster.get(gateway, "/jobs/" + job + "/events")
                .lines()
                .filter(line -> line.startsWith("data: ") && line.contains("\"task.released\""))
                .map(line -> Cluster.json(line.substring(6)))
                .filter(event -> event.get("attempt").intValue() == 1)
                .map(event -> event.get("task").stringValue())
                .toList();
    }

    /** Every fifth is a pipeline, the first one too: each of those runs tests in several sandboxes, and takes its time. */
    private String submit(Gateway gateway, int number) throws IOException, InterruptedException {
        return cluster.submit(gateway, Cluster.SPEC, number % 5 == 0 ? "pipeline" : "plan");
    }

    private void load(Gateway gateway, List<String> jobs) throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            jobs.add(cluster.submit(gateway));
        }
        await().atMost(Cluster.LIMIT)
                .until(() -> !cluster.job(gateway, jobs.getLast())
                        .get("status")
                        .stringValue()
                        .equals("queued"));
    }

    private void agents(int ofEach, String... arguments) throws IOException {
        for (int i = 0; i < ofEach; i++) {
            cluster.agent(PlannerApplication.class, arguments);
            cluster.agent(BuilderApplication.class, arguments);
            cluster.agent(TesterApplication.class, arguments);
        }
    }

    private int attempt(Gateway gateway, String job) {
        return cluster.task(gateway, job, "build:roman").get("attempt").intValue();
    }

    /** @param limit that is promised for this kind of loss */
    private void awaitIssuedAgain(Gateway gateway, String job, Duration limit) {
        long lost = System.nanoTime();
        await().atMost(limit).until(() -> attempt(gateway, job) == 2);
        System.out.printf("issued again after %.1f s%n", (System.nanoTime() - lost) / 1e9);
    }

    private void assertSame(String job, Gateway one, Gateway two) {
        assertThat(cluster.get(two, "/jobs/" + job)).isEqualTo(cluster.get(one, "/jobs/" + job));
        assertThat(cluster.get(two, "/jobs/" + job + "/events"))
                .isEqualTo(cluster.get(one, "/jobs/" + job + "/events"));
    }

    private BufferedReader reader(Gateway gateway, String job, String lastEventId)
            throws IOException, InterruptedException {
        return new BufferedReader(
                new InputStreamReader(cluster.events(gateway, job, lastEventId), StandardCharsets.UTF_8));
    }

    private static void addId(String line, List<String> ids) {
        if (line.startsWith("id: ")) {
            ids.add(line.substring(4));
        }
    }
}

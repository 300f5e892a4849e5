package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Json;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Usage;
import dev.nexus.gateway.log.JobTable;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import tools.jackson.databind.JsonNode;

/** Two gateways over a long log, of which one keeps three jobs in memory and the other all: no client can tell them apart. */
class HistoryTest {

    private static final int EVENTS = 50_000;
    private static final int IN_MEMORY = 3;
    private static final TaskId PLAN = TaskId.plan();

    private static final List<JobId> planned = new ArrayList<>();
    private static final List<JobId> cancelled = new ArrayList<>();
    private static EmbeddedKafkaBroker broker;
    private static Gateways gateways;
    private static ConfigurableApplicationContext few;
    private static ConfigurableApplicationContext all;

    private record Fact(JobId job, JobEvent event) {}

    @BeforeAll
    static void start() {
        broker = Gateways.broker();
        gateways = new Gateways(broker);
        gateways.prepareTopics();
        writeLog();
        few = gateways.start("--nexus.history.max-jobs-in-memory=" + IN_MEMORY);
        all = gateways.start("--nexus.history.max-jobs-in-memory=100000");
        gateways.awaitReady(few);
        gateways.awaitReady(all);
    }

    @AfterAll
    static void stop() {
        gateways.close();
        broker.destroy();
    }

    /** Fifty jobs at a time in turns; every seventh is cancelled. */
    private static void writeLog() {
        Random random = new Random(1);
        List<CompletableFuture<?>> writes = new ArrayList<>();
        Deque<Deque<Fact>> open = new ArrayDeque<>();
        int events = 0;
        while (events < EVENTS || !open.isEmpty()) {
            if (events < EVENTS && open.size() < 50) {
                JobId job = JobId.next(System.currentTimeMillis(), random);
                boolean ends = random.nextInt(7) > 0;
                (ends ? planned : cancelled).add(job);
                Deque<Fact> story = ends ? planned(job) : cancelled(job);
                events += story.size();
                open.add(story);
            }
            Deque<Fact> next = open.remove();
            Fact fact = next.remove();
            writes.add(gateways.appendSoon(fact.job(), fact.event()));
            if (!next.isEmpty()) {
                open.add(next);
            }
        }
        CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).join();
    }

    private static Deque<Fact> planned(JobId job) {
        return new ArrayDeque<>(List.of(
                new Fact(job, accepted(job)),
                new Fact(job, new JobEvent.TaskScheduled(PLAN, 1)),
                new Fact(job, new JobEvent.TaskStarted(PLAN, 1, "w1")),
                new Fact(job, new JobEvent.TaskProgress(PLAN, 1, "at it")),
                new Fact(
                        job,
                        new JobEvent.TaskCompleted(
                                PLAN, 1, "w1", Gateways.planned(), Usage.NONE, Fidelity.IMPLEMENTATION)),
                new Fact(job, new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION))));
    }

    private static Deque<Fact> cancelled(JobId job) {
        return new ArrayDeque<>(List.of(
                new Fact(job, accepted(job)),
                new Fact(job, new JobEvent.TaskScheduled(PLAN, 1)),
                new Fact(job, new JobEvent.JobCancelRequested("no longer needed")),
                new Fact(job, new JobEvent.JobCancelled())));
    }

    private static JobAccepted accepted(JobId job) {
        String spec = "the stack of " + job + "\nthat holds numbers";
        return new JobAccepted(
                JobKind.PLAN, "default", spec, null, List.of(), null, JobOptions.DEFAULTS, Map.of(), "hash");
    }

    /** Whatever an earlier test asked for is pushed out of memory. */
    @BeforeEach
    void useOtherJobs() {
        for (JobId job : planned.subList(0, IN_MEMORY)) {
            gateways.get(few, "/jobs/" + job);
        }
    }

    @Test
    void onlyAsManyJobsAsAllowedStayInMemory() {
        for (JobId job : planned.subList(10, 20)) {
            gateways.get(few, "/jobs/" + job);
        }

        assertThat(few.getBean(JobTable.class).endedInMemory()).isEqualTo(IN_MEMORY);
        assertThat(all.getBean(JobTable.class).endedInMemory()).isGreaterThanOrEqualTo(planned.size());
    }

    @Test
    void aJobOfLongAgoIsShownInTheSameBytesFromTheLogAsFromMemory() {
        Random random = new Random(2);

        for (int i = 0; i < 100; i++) {
            JobId job = i % 5 == 0
                    ? cancelled.get(random.nextInt(cancelled.size()))
                    : planned.get(random.nextInt(planned.size()));

            HttpResponse<String> shown = gateways.get(few, "/jobs/" + job);

            assertThat(shown.statusCode()).isEqualTo(200);
            assertThat(shown.body()).isEqualTo(gateways.get(all, "/jobs/" + job).body());
        }
    }

    @Test
    void itsStreamIsTheSameTooAndResumesAnywhere() {
        JobId job = planned.get(planned.size() / 2);

        List<String> ids = gateways.stream(few, job, "");
        useOtherJobs();
        String fromTheMiddle = gateways.streamed(few, job, "3");

        assertThat(ids).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(fromTheMiddle).isEqualTo(gateways.streamed(all, job, "3")).startsWith("id: 4\n");
    }

    @Test
    void aStreamThatHasSeenTheEndOfSuchAJobIsToldToStop() {
        JobId job = planned.get(planned.size() / 3);

        assertThat(gateways.streamed(few, job, "6")).isEmpty();
    }

    @Test
    void theListShowsTheSameJobs() {
        String list = gateways.get(few, "/jobs").body();

        assertThat(list)
                .isEqualTo(gateways.get(all, "/jobs").body())
                .contains("the stack of " + planned.getLast() + "\"");
    }

    @Test
    void aJobThatLeavesMemoryStaysTheSameAndSoDoesTheAnswerToARepeatedRequest() {
        String key = UUID.randomUUID().toString();
        String request = "{\"kind\": \"plan\", \"spec\": \"once\"}";
        JobId job = new JobId(json(gateways.keyed(few, key, request)).get("id").stringValue());
        gateways.awaitRecords(Topic.PLAN_REQUESTS, job, 1);
        gateways.complete(job, PLAN, 1, Gateways.planned());
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.status(few, job).equals("completed")
                        && gateways.status(all, job).equals("completed"));
        String before = gateways.get(few, "/jobs/" + job).body();
        String stream = gateways.streamed(few, job, "");

        useOtherJobs();

        assertThat(gateways.get(few, "/jobs/" + job).body())
                .isEqualTo(before)
                .isEqualTo(gateways.get(all, "/jobs/" + job).body());
        useOtherJobs();
        assertThat(gateways.streamed(few, job, "")).isEqualTo(stream);
        useOtherJobs();
        assertThat(gateways.keyed(few, key, request).body()).isEqualTo(before);
        useOtherJobs();
        HttpResponse<String> other = gateways.keyed(few, key, "{\"kind\": \"plan\", \"spec\": \"another\"}");
        assertThat(json(other).get("code").stringValue()).isEqualTo("id_in_use");
    }

    @Test
    void cancellingSuchAJobIsAnsweredAsEver() {
        assertThat(gateways.post(few, "/jobs/" + planned.get(100) + "/cancel", "")
                        .statusCode())
                .isEqualTo(409);
        assertThat(gateways.post(few, "/jobs/" + cancelled.get(100) + "/cancel", "")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aBuildJobTakesThePlanOfSuchAJob() {
        JobId job = gateways.submit(few, "/tasks/build", "{\"job\": \"" + planned.get(200) + "\"}");

        assertThat(gateways.job(few, job).get("plan").get("summary").stringValue())
                .isEqualTo("A stack");
    }

    @Test
    void aBuildJobOfOneThatHasNoPlanIsRefusedAsEver() {
        HttpResponse<String> answer = gateways.post(few, "/tasks/build", "{\"job\": \"" + cancelled.get(200) + "\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("detail").stringValue()).contains("has no plan");
    }

    @Test
    void theFilesOfSuchAJobAreThere() {
        JobId job = gateways.submit(
                few,
                "/tasks/test",
                "{\"files\": [{\"path\": \"tests/test_x.py\", \"content\": \"def test_x(): pass\"}]}");
        gateways.post(few, "/jobs/" + job + "/cancel", "");
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(few, job).equals("cancelled"));

        useOtherJobs();

        assertThat(gateways.get(few, "/jobs/" + job + "/artefacts/tests/test_x.py")
                        .body())
                .isEqualTo("def test_x(): pass");
    }

    @Test
    void aJobWhoseBeginningHasLeftTheLogIsGoneOnEveryReplica() {
        try (Gateways others = new Gateways(broker)) {
            ConfigurableApplicationContext remembers = others.start();
            ConfigurableApplicationContext reads = others.start("--nexus.history.max-jobs-in-memory=0");
            others.awaitReady(remembers);
            others.awaitReady(reads);
            JobId job = cancelledJob(others, remembers);
            await().atMost(Gateways.LIMIT).until(() -> others.status(reads, job).equals("cancelled"));

            others.dropAllEvents();

            assertThat(others.status(reads, job)).isEqualTo("none");
            await().atMost(Gateways.LIMIT)
                    .until(() -> others.status(remembers, job).equals("none"));
        }
    }

    @Test
    void anIdIsFreeAgainOnEveryReplicaOnceItsJobHasLeftTheLog() {
        try (Gateways others = new Gateways(broker)) {
            ConfigurableApplicationContext remembers = others.start();
            others.awaitReady(remembers);
            JobId job = cancelledJob(others, remembers);

            others.dropAllEvents();
            others.append(job, accepted(job)); // as a replica does that has forgotten the first one

            await().atMost(Gateways.LIMIT)
                    .until(() -> others.status(remembers, job).equals("queued"));
        }
    }

    private static JobId cancelledJob(Gateways gateways, ConfigurableApplicationContext gateway) {
        JobId job = gateways.submit(gateway, "/jobs", "{\"spec\": \"a stack\"}");
        gateways.post(gateway, "/jobs/" + job + "/cancel", "");
        await().atMost(Gateways.LIMIT).until(() -> gateways.status(gateway, job).equals("cancelled"));
        return job;
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}

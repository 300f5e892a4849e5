package dev.nexus.gateway.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventId;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Usage;
import dev.nexus.gateway.job.Deadlines;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.Workers;
import dev.nexus.gateway.log.History;
import dev.nexus.gateway.log.JobTable;
import dev.nexus.gateway.log.LogReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** What a driver sends for a job with a budget, record by record. */
class DriverTest {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LONG = Duration.ofHours(1);
    private static final TaskId PLAN = TaskId.plan();
    private static final TaskId ONE = TaskId.build("one", 0);
    private static final Plan TWO_STEPS = new Plan(
            "Two",
            "python",
            List.of(),
            List.of(
                    new Plan.PlanStep("one", "One", List.of("one.py"), List.of()),
                    new Plan.PlanStep("other", "Other", List.of("other.py"), List.of())));
    private static final LogReader.Place AT_THE_END = new LogReader.Place() {
        @Override
        public boolean isBehind(Map<TopicPartition, Long> ends) {
            return false;
        }

        @Override
        public Optional<Map<TopicPartition, Long>> end() {
            return Optional.of(Map.of());
        }
    };

    private final Topics topics = new Topics("");
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
                @Override
                public synchronized Future<RecordMetadata> send(
                        ProducerRecord<String, byte[]> record, @Nullable Callback callback) {
                    if (!failing) {
                        return super.send(record, callback);
                    }
                    var failure = new TimeoutException("the broker does not answer");
                    if (callback != null) {
                        callback.onCompletion(null, failure);
                    }
                    return CompletableFuture.failedFuture(failure);
                }
            };
    private final Driver driver = new Driver(
            producer,
            new EventLog(producer, topics, "gateway"),
            topics,
            new JobTable(new History(new KafkaClients(new KafkaProperties(), "test"), topics), 0),
            new Deadlines(LONG, LONG, LONG, LONG, LONG),
            1,
            _ -> 0);
    private final List<LoggedEvent> log = new ArrayList<>();
    private Workers workers = Workers.heardBy("gateway");
    private @Nullable JobState job;
    private boolean failing;

    @BeforeEach
    void takeTheSeat() {
        driver.take();
        driver.folded(List.of(), new LogReader.Moment(_ -> START, workers), AT_THE_END, false);
    }

    @Test
    void whatAnOrderAllowsIsInTheLogBeforeTheOrderIsSent() {
        read(accepted("0.6"));
        assertThat(sent()).containsExactly("job-events task.scheduled plan 0.6");

        read(new JobEvent.TaskScheduled(PLAN, 1, new BigDecimal("0.6")));

        assertThat(sent()).containsExactly("job-events task.scheduled plan 0.6", "plan-requests order.plan plan 0.6");
    }

    @Test
    void anOrderAllowsWhatTheLogSaysThoughAnotherDriverSaidIt() {
        read(accepted("0.6"));

        read(new JobEvent.TaskScheduled(PLAN, 1, new BigDecimal("0.4")));

        assertThat(sent()).last().isEqualTo("plan-requests order.plan plan 0.4");
    }

    @Test
    void anOrderIsNotSentOnceItsAttemptIsTaken() {
        read(accepted("0.6"));

        read(
                new JobEvent.TaskScheduled(PLAN, 1, new BigDecimal("0.6")),
                new JobEvent.TaskStarted(PLAN, 1, "w1", new BigDecimal("0.6")));

        assertThat(sent()).containsExactly("job-events task.scheduled plan 0.6");
    }

    @Test
    void nothingMoreIsAllowedWhileTheLogHasNotToldOfTheLast() {
        readToTheEndOfThePlan();
        workers = workers.after(new Heartbeat("w2", Service.BUILDER, "1", 4, List.of()));
        read(new JobEvent.TaskProgress(PLAN, 1, "too late to matter"));
        assertThat(sent()).doesNotContain("job-events task.scheduled build:other 0.2");

        read(new JobEvent.TaskScheduled(ONE, 1, new BigDecimal("0.2")));
        assertThat(sent()).doesNotContain("job-events task.scheduled build:other 0.2");

        read(new JobEvent.TaskScheduled(TaskId.tests(), 1, new BigDecimal("0.2")));

        assertThat(sent())
                .containsExactly(
                        "job-events task.scheduled plan 0.6",
                        "plan-requests order.plan plan 0.6",
                        "job-events task.scheduled build:one 0.2",
                        "build-requests order.build build:one 0.2",
                        "job-events task.scheduled build:other 0.2");
    }

    @Test
    void aDriverThatTakesTheSeatSendsWhatTheLastOneAnnounced() {
        driver.leave();
        read(accepted("0.6"));
        read(new JobEvent.TaskScheduled(PLAN, 1, new BigDecimal("0.6")));
        assertThat(sent()).isEmpty();

        takeTheSeat();
        read(new JobEvent.TaskProgress(PLAN, 1, "whatever"));
        assertThat(sent()).containsExactly("plan-requests order.plan plan 0.6");

        read(new JobEvent.TaskProgress(PLAN, 1, "once is enough"));
        assertThat(sent()).hasSize(1);
    }

    @Test
    void anAnnouncementThatIsReadBackBetweenTwoStaysIsFollowedByItsOrder() {
        read(accepted("0.6"));
        driver.leave();
        read(new JobEvent.TaskScheduled(PLAN, 1, new BigDecimal("0.6")));
        assertThat(sent()).containsExactly("job-events task.scheduled plan 0.6");

        takeTheSeat();
        read(new JobEvent.TaskProgress(PLAN, 1, "whatever"));

        assertThat(sent()).containsExactly("job-events task.scheduled plan 0.6", "plan-requests order.plan plan 0.6");
    }

    @Test
    void anAnnouncementOfTheLastDriverThatComesLateIsFollowedByItsOrderToo() {
        read(accepted("0.6"));
        read(new JobEvent.TaskScheduled(PLAN, 1, new BigDecimal("0.6")));
        read(new JobEvent.TaskCompleted(
                PLAN, 1, "w1", new Outcome.Planned(TWO_STEPS, false), Usage.NONE, Fidelity.IMPLEMENTATION));
        TaskId other = TaskId.build("other", 0);
        assertThat(sent()).doesNotContain("job-events task.scheduled build:other 0.2");

        read(new JobEvent.TaskScheduled(other, 1, new BigDecimal("0.2")));

        assertThat(sent()).last().isEqualTo("build-requests order.build build:other 0.2");
    }

    @Test
    void anOrderThatCouldNotBeSentIsSentAgain() {
        read(accepted("0.6"));
        failing = true;
        read(new JobEvent.TaskScheduled(PLAN, 1, new BigDecimal("0.6")));
        assertThat(sent()).containsExactly("job-events task.scheduled plan 0.6");

        failing = false;
        await().untilAsserted(() -> {
            read(new JobEvent.TaskProgress(PLAN, 1, "whatever"));
            assertThat(sent())
                    .containsExactly("job-events task.scheduled plan 0.6", "plan-requests order.plan plan 0.6");
        });
    }

    @Test
    void withoutABudgetAnOrderIsSentBeforeTheLogTellsOfIt() {
        read(accepted(null));

        assertThat(sent()).first().isEqualTo("plan-requests order.plan plan none");
    }

    /** To where two steps and the tests are due; one build may be sent at a time. */
    private void readToTheEndOfThePlan() {
        read(accepted("0.6"));
        read(new JobEvent.TaskScheduled(PLAN, 1, new BigDecimal("0.6")));
        read(new JobEvent.TaskCompleted(
                PLAN, 1, "w1", new Outcome.Planned(TWO_STEPS, false), Usage.NONE, Fidelity.IMPLEMENTATION));
    }

    private static JobEvent accepted(@Nullable String budget) {
        JobOptions options = new JobOptions(null, null, null, budget == null ? null : new BigDecimal(budget));
        return new JobEvent.JobAccepted(
                JobKind.PIPELINE, "default", "Two", null, List.of(), null, options, Map.of(), "hash");
    }

    /** The log's next batch. */
    private void read(JobEvent... batch) {
        for (JobEvent event : batch) {
            String id = EventId.of(JOB, event, "").toString();
            var logged = new LoggedEvent(JOB, id, event, 0, log.size(), START);
            log.add(logged);
            driver.read(logged);
            job = job == null ? JobState.accepted(logged, (JobEvent.JobAccepted) event) : job.after(logged);
        }
        driver.folded(List.of(job), new LogReader.Moment(_ -> START, workers), AT_THE_END, false);
    }

    /** Topic, type, task and allowance of each record, but those that concern the tests. */
    private List<String> sent() {
        return producer.history().stream()
                .map(DriverTest::words)
                .filter(words -> !words.contains(" tests "))
                .toList();
    }

    private static String words(ProducerRecord<String, byte[]> record) {
        var json = Json.tree(record.value());
        var allowance = json.has("terms") ? json.at("/terms/allowanceUsd") : json.path("allowanceUsd");
        String usd = allowance.isMissingNode()
                ? "none"
                : allowance.decimalValue().stripTrailingZeros().toPlainString();
        byte[] type = record.headers().lastHeader(Envelope.TYPE).value();
        return record.topic() + " " + new String(type, StandardCharsets.UTF_8) + " "
                + json.get("task").stringValue() + " " + usd;
    }
}

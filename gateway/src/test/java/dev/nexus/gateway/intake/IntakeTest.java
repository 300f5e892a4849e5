package dev.nexus.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Artefacts;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobRequest;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.log.History;
import dev.nexus.gateway.log.JobTable;
import dev.nexus.gateway.log.Spending;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.util.unit.DataSize;

/** Requests that come while an equal one is being written: a broker that takes its time cannot be had from a real one. */
class IntakeTest {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");

    private final Topics topics = new Topics("");
    private final KafkaClients clients = new KafkaClients(new KafkaProperties(), "test");
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());

    @Test
    void equalRequestsAtTheSameTimeAreWrittenOnceAndCountOnce() throws InvalidRequest {
        try (var artefacts = new Artefacts(clients, producer, topics)) {
            var intake = intake(artefacts);

            var first = intake.take(JOB, "acme", request("a stack"));
            var second = intake.take(JOB, "acme", request("a stack"));

            assertThat(producer.history()).hasSize(1);
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();
        }
    }

    @Test
    void anotherRequestOfTheSameIdWaitsForTheAnswerToTheFirst() throws InvalidRequest {
        try (var artefacts = new Artefacts(clients, producer, topics)) {
            var intake = intake(artefacts);
            var first = intake.take(JOB, "acme", request("a stack"));
            var other = intake.take(JOB, "acme", request("a queue"));
            assertThat(other).isNotDone();

            producer.errorNext(new IllegalStateException("as the test wants it"));

            assertThat(first).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(new Intake.Admission.Unknown(JOB));
            org.awaitility.Awaitility.await().until(() -> producer.history().size() == 2);
        }
    }

    /** A tenant may have one job, and there is none yet. */
    private Intake intake(Artefacts artefacts) {
        var jobs = new JobTable(new History(clients, topics), 0);
        return new Intake(
                new EventLog(producer, topics, "test"),
                artefacts,
                jobs,
                new Room(jobs, 10, DataSize.ofMegabytes(1), () -> null, _ -> 1),
                new DayBudget(jobs, new Spending(false, Clock.systemUTC()), _ -> null, Clock.systemUTC()),
                () -> CompletableFuture.completedFuture(null),
                (_, _) -> CompletableFuture.completedFuture(OptionalInt.empty()),
                Duration.ofHours(1),
                null);
    }

    private static JobRequest request(String spec) throws InvalidRequest {
        return RequestReader.read(("{\"spec\": \"" + spec + "\"}").getBytes(StandardCharsets.UTF_8), JobKind.PLAN);
    }
}

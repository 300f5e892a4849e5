package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.JobEvent.TaskCompleted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Order.PlanOrder;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What came from outside on a work topic, while it cannot be passed on; the broker hands a record out twice at most. */
class DirectOrdersIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    /** More than two deliveries take, each with the ten seconds in which a producer looks for a topic. */
    private static final Duration LONG = Duration.ofSeconds(20);

    private KafkaForTests kafka;
    private AgentRuntime<PlanOrder> runtime;

    @BeforeEach
    void start() throws InterruptedException {
        kafka = new KafkaForTests(2);
        runtime = new AgentRuntime<>(
                Service.PLANNER,
                PlanOrder.class,
                (order, task) -> new Outcome.Planned(new Plan("", "python", List.of(), List.of()), false),
                "no-model",
                (request, pieces) -> {
                    throw new IllegalStateException("not asked here");
                },
                AgentSettings.withSlots(1),
                kafka.clients("planner-service"),
                kafka.topics(),
                "test");
        runtime.start();
    }

    @AfterEach
    void stop() {
        runtime.stop();
        kafka.close();
    }

    @Test
    void aDirectOrderOutlivesATimeInWhichRequestsCannotBeWritten() throws Exception {
        byte[] request = "{\"type\":\"plan\",\"spec\":\"from outside\"}".getBytes(StandardCharsets.UTF_8);
        kafka.delete(Topic.JOB_REQUESTS);
        kafka.send(Topic.PLAN_REQUESTS, "their-key", request);
        await().atMost(SOON).until(() -> runtime.health().trouble() != null);
        await().during(LONG)
                .atMost(LONG.plus(SOON))
                .until(() -> runtime.health().trouble() != null);

        kafka.prepare();

        await().atMost(SOON).until(() -> !kafka.records("job-requests").isEmpty());
        assertThat(kafka.records("job-requests"))
                .allSatisfy(record -> assertThat(record.value()).isEqualTo(request));
        JobId job = kafka.newJob();
        kafka.order(job, kafka.accept(job), 1);
        await().atMost(SOON).until(() -> !kafka.events(job, TaskCompleted.class).isEmpty());
        assertThat(runtime.health().trouble()).isNull();
    }
}

package dev.nexus.bench;

import dev.nexus.agent.Agent;
import dev.nexus.agent.AgentRuntime;
import dev.nexus.agent.AgentSettings;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Service;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** An agent service whose function only takes time: what is left is what Nexus itself takes. */
final class Stage {

    private static final Plan PLAN = new Plan(
            "Nothing",
            "python",
            List.of(),
            List.of(new Plan.PlanStep("nothing", "Nothing", List.of("nothing.py"), List.of())));
    private static final TestReport REPORT = new TestReport(
            Verdict.PASSED,
            List.of(new TestReport.Result("test_nothing", TestReport.Outcome.PASSED, 0, null, null, List.of())),
            0,
            null,
            null);

    private Stage() {}

    /**
     * Starts the service in this process.
     *
     * @param name planner, builder or tester
     * @param work how long each task takes
     */
    static AgentRuntime<?> start(String name, Duration work, int slots, String bootstrapServers) {
        KafkaProperties kafka = new KafkaProperties();
        kafka.setBootstrapServers(List.of(bootstrapServers));
        Agent<Order> agent = (order, task) -> {
            if (work.isPositive()) {
                Thread.sleep(work);
            }
            return switch (order) {
                case Order.PlanOrder _ -> new Outcome.Planned(PLAN, false);
                case Order.BuildOrder _, Order.WriteTestsOrder _, Order.ReviewTestsOrder _ ->
                    new Outcome.Written(List.of());
                case Order.RunTestsOrder _ -> new Outcome.Tested(REPORT);
            };
        };
        var runtime = new AgentRuntime<>(
                Service.valueOf(name.toUpperCase(Locale.ROOT)),
                Order.class,
                agent,
                "none",
                (request, pieces) -> {
                    throw new UnsupportedOperationException("the benchmark asks no model");
                },
                AgentSettings.withSlots(slots),
                new KafkaClients(kafka, "bench-" + name),
                new Topics(""),
                "bench");
        runtime.start();
        return runtime;
    }
}

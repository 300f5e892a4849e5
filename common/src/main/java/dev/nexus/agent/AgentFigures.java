package dev.nexus.agent;

import dev.nexus.contract.Topic;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToIntFunction;

/** What a worker tells of itself: sum it over all workers of a service, or look at each. */
final class AgentFigures {

    private final MeterRegistry meters;
    private final AgentRuntime<?> runtime;

    AgentFigures(MeterRegistry meters, AgentRuntime<?> runtime) {
        this.meters = meters;
        this.runtime = runtime;
        gauge("nexus.agent.slots", "Tasks that this worker can do at once.", AgentRuntime.Health::slots);
        gauge("nexus.agent.tasks", "Tasks that this worker has in hand.", AgentRuntime.Health::tasksInHand);
        gauge(
                "nexus.agent.ready",
                "1 while this worker takes orders, else 0.",
                health -> health.running() && health.trouble() == null ? 1 : 0);
        FunctionCounter.builder("nexus.dead.letters", runtime, AgentRuntime::putAside)
                .description("Records that this process has put aside because no one can process them.")
                .tag("topic", Topic.ordersFor(runtime.service()).baseName())
                .register(meters);
    }

    private void gauge(String name, String description, ToIntFunction<AgentRuntime.Health> value) {
        Gauge.builder(name, runtime, each -> value.applyAsInt(each.health()))
                .description(description)
                .tag("service", runtime.service().wire())
                .register(meters);
    }
}

package dev.nexus.agent;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Says under {@code /actuator/health} whether the worker takes orders, and if not, why. */
final class AgentHealth implements HealthIndicator {

    private final AgentRuntime<?> runtime;

    AgentHealth(AgentRuntime<?> runtime) {
        this.runtime = runtime;
    }

    @Override
    public Health health() {
        AgentRuntime.Health now = runtime.health();
        Health.Builder told = now.running() && now.trouble() == null ? Health.up() : Health.down();
        if (now.trouble() != null) {
            told.withDetail("trouble", now.trouble());
        }
        return told.withDetail("worker", now.worker())
                .withDetail("slots", now.slots())
                .withDetail("tasksInHand", now.tasksInHand())
                .build();
    }
}

package dev.nexus.tester;

import dev.nexus.tester.SandboxCheck.Finding;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Says under {@code /actuator/health} whether tests can be run on this machine, and if not, what to do. */
final class SandboxHealth implements HealthIndicator {

    private final SandboxCheck check;

    SandboxHealth(SandboxCheck check) {
        this.check = check;
    }

    @Override
    public Health health() {
        Finding latest = check.latest().orElse(null);
        return switch (latest) {
            case null -> Health.unknown().withDetail("check", "running").build();
            case Finding.Holds(long millis) ->
                Health.up().withDetail("runMillis", millis).build();
            case Finding.Unavailable(String remedy) ->
                Health.down().withDetail("remedy", remedy).build();
        };
    }
}

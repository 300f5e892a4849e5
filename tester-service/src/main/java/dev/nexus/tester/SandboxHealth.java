package dev.nexus.tester;

import dev.nexus.tester.SandboxCheck.Finding;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Says under {@code /actuator/health} whether tests can be run on this machine, and if not, what to do. */
final class SandboxHealth implements HealthIndicator {

    private final SandboxCheck check;
    private final Sandbox sandbox;

    SandboxHealth(SandboxCheck check, Sandbox sandbox) {
        this.check = check;
        this.sandbox = sandbox;
    }

    @Override
    public Health health() {
        Finding latest = check.latest().orElse(null);
        return switch (latest) {
            case null -> Health.unknown().withDetail("check", "running").build();
            case Finding.Holds(long millis) ->
                Health.up()
                        .withDetail("runMillis", millis)
                        .withDetail("waiting", sandbox.waiting())
                        .build();
            case Finding.Unavailable(String remedy) ->
                Health.down().withDetail("remedy", remedy).build();
        };
    }
}

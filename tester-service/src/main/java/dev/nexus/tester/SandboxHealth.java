package dev.nexus.tester;

import dev.nexus.tester.SandboxCheck.Finding;
import java.util.LinkedHashMap;
import java.util.Map;
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
            case Finding.Holds holds ->
                Health.up()
                        .withDetail("runMillis", holds.millis())
                        .withDetail("waiting", sandbox.waiting())
                        .withDetail("trials", trials(holds))
                        .build();
            case Finding.Unavailable unavailable ->
                Health.down()
                        .withDetail("remedy", unavailable.remedy())
                        .withDetail("trials", trials(unavailable))
                        .build();
        };
    }

    private static Map<String, String> trials(Finding finding) {
        Map<String, String> told = new LinkedHashMap<>();
        finding.trials()
                .forEach(trial -> told.put(trial.name(), trial.trouble() == null ? "yes" : "no: " + trial.trouble()));
        return told;
    }
}

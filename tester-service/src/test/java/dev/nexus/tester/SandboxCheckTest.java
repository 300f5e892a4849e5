package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.tester.SandboxCheck.Finding;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.health.contributor.Status;

/** The look at the walls when the tester starts: it names each, and misses none that is not there. */
@Timeout(60)
class SandboxCheckTest {

    @Test
    void eachWallIsNamed() throws Exception {
        try (Sandbox sandbox = new Sandbox(Sandboxes.SETTINGS)) {
            var check = new SandboxCheck(sandbox, Sandboxes.SETTINGS);

            check.require();

            assertThat(check.latest())
                    .get()
                    .isInstanceOfSatisfying(
                            Finding.Holds.class,
                            holds -> assertThat(holds.trials())
                                    .allMatch(trial -> trial.trouble() == null)
                                    .extracting(Finding.Trial::name)
                                    .contains(
                                            "a program runs",
                                            "the network is gone",
                                            "etc is gone",
                                            "memory is limited",
                                            "system calls are filtered",
                                            "the memory of all processes together is limited"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NETWORK, the network is gone",
        "HOST_FILES, etc is gone",
        "SYSTEM_CALLS, system calls are filtered",
        "ADDRESS_SPACE, memory is limited",
        "NUMBER_OF_PROCESSES, processes are limited",
        "READ_ONLY_ROOT, the system cannot be written",
        "NOT_ROOT, it belongs to nobody",
        "REFEREE_OUT_OF_REACH, the referee is out of reach",
    })
    void withoutAWallNoTestRunsAndHealthSaysWhich(Wall wall, String name) throws Exception {
        try (Sandbox sandbox = Sandboxes.without(wall)) {
            var check = new SandboxCheck(sandbox, Sandboxes.SETTINGS);

            assertThatThrownBy(check::require)
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining(name);

            var health = new SandboxHealth(check, sandbox).health();
            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails().get("trials")).asString().contains(name + "=no: ", "a program runs=yes");
        }
    }

    @Test
    void withoutALimitForAllProcessesNoTestRuns() throws Exception {
        var boundless = Sandboxes.settings(Duration.ofSeconds(30), 0, true, false, SandboxSettings.Cgroup.OFF);
        try (Sandbox sandbox = new Sandbox(Sandboxes.SETTINGS)) {
            var check = new SandboxCheck(sandbox, () -> new Sandbox(boundless));

            assertThatThrownBy(check::require)
                    .hasMessageContaining("the memory of a sandbox is not limited here")
                    .hasMessageContaining("ended as passed");
        }
    }
}

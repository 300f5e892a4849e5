package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.tester.SandboxCheck.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
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

            assertThat(check.problem()).isNull();
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
            assertThat(check.problem()).contains(name); // as the heartbeats tell
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

    @Test
    void whatASandboxDoesThatEndsWithTheTesterShowsNothing() throws Exception {
        try (var sandbox = new Sandbox(Sandboxes.SETTINGS)) {
            var check = new SandboxCheck(sandbox, Sandboxes.SETTINGS);
            check.stop();

            assertThatThrownBy(check::require).isInstanceOf(InterruptedException.class);

            assertThat(check.latest()).isEmpty();
        }
    }

    @Test
    void whoWaitsWhileSomebodyLooksTakesWhatIsFound() throws Exception {
        var looks = new AtomicInteger();
        var looking = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (Sandbox sandbox = new Sandbox(Sandboxes.SETTINGS, () -> {
            looks.incrementAndGet();
            looking.countDown();
            go.await();
            throw new SandboxUnavailable("no remedy");
        })) {
            var check = new SandboxCheck(sandbox, Sandboxes.SETTINGS);
            var tasks = new ArrayList<FutureTask<Void>>();
            var waiting = new ArrayList<Thread>();
            for (int i = 0; i < 4; i++) {
                var task = new FutureTask<Void>(() -> {
                    check.require();
                    return null;
                });
                tasks.add(task);
                waiting.add(Thread.ofPlatform().daemon().start(task));
            }
            looking.await();
            await().until(() -> waiting.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));

            go.countDown();

            for (var task : tasks) {
                assertThatThrownBy(task::get)
                        .hasCauseInstanceOf(SandboxUnavailable.class)
                        .hasMessageContaining("no remedy");
            }
            assertThat(looks).hasValue(1);
            assertThatThrownBy(check::require).isInstanceOf(SandboxUnavailable.class);
            assertThat(looks).hasValue(2);
        }
    }
}

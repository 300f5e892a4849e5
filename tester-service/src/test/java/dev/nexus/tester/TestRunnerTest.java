package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.agent.ScriptedTask;
import dev.nexus.agent.TaskFailure;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.MutationScore;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Status;

@Timeout(60)
class TestRunnerTest {

    private static Order.RunTestsOrder order(ScriptedTask task) {
        return new Order.RunTestsOrder(
                TaskId.test(0),
                1,
                SINCE,
                List.of(
                        task.given("answer.py", "def answer(): return 42\n"),
                        task.given(
                                "tests/test_answer.py",
                                "import answer\ndef test_it(): assert answer.answer() == 42\n")));
    }

    private static final Since SINCE = new Since(0, 0, Instant.EPOCH);

    private static Scrutiny scrutiny(Sandbox sandbox) {
        return scrutiny(sandbox, true);
    }

    private static Scrutiny scrutiny(Sandbox sandbox, boolean enabled) {
        return new Scrutiny(sandbox, new ScrutinySettings(enabled), new MutationSettings(Duration.ofSeconds(30), 2));
    }

    @Test
    void runsTheTestsOnceTheClaimIsWon() throws Exception {
        var task = new ScriptedTask();
        try (Sandbox sandbox = new Sandbox(Sandboxes.SETTINGS)) {
            var runner = new TestRunner(sandbox, new SandboxCheck(sandbox, Sandboxes.SETTINGS), scrutiny(sandbox));

            Outcome outcome = runner.run(order(task), task);

            assertThat(outcome).isInstanceOfSatisfying(Outcome.Tested.class, tested -> {
                TestReport report = tested.report();
                assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
                assertThat(report.tests())
                        .extracting(TestReport.Result::id)
                        .containsExactly("tests/test_answer.py::test_it");
                assertThat(report.isolation()).isNotNull();
                assertThat(report.mutation()).isEqualTo(MutationScore.of(3, 2, 2, List.of()));
            });
            assertThat(task.claimAwaited()).isTrue();
            assertThat(task.progress())
                    .startsWith("running the tests", "passed: 1 passed")
                    .anyMatch(said -> said.startsWith("in a process without the code: "))
                    .contains("the tests noticed 2 of 2 changes that were made to the code");
        }
    }

    @Test
    void aPassIsNotLookedAtCloserWhereThatIsNotWanted() throws Exception {
        var task = new ScriptedTask();
        try (Sandbox sandbox = new Sandbox(Sandboxes.SETTINGS)) {
            var runner =
                    new TestRunner(sandbox, new SandboxCheck(sandbox, Sandboxes.SETTINGS), scrutiny(sandbox, false));

            Outcome outcome = runner.run(order(task), task);

            assertThat(outcome).isInstanceOfSatisfying(Outcome.Tested.class, tested -> {
                assertThat(tested.report().verdict()).isEqualTo(Verdict.PASSED);
                assertThat(tested.report().mutation()).isNull();
                assertThat(tested.report().isolation()).isNull();
                assertThat(tested.report().coverage()).isNull();
            });
            assertThat(task.progress()).containsExactly("running the tests", "passed: 1 passed");
        }
    }

    @Test
    void withoutASandboxNothingRunsAndTheRemedyIsNamed(@TempDir Path folder) {
        var settings = Sandboxes.withPython(null, folder.resolve("venv"));
        var task = new ScriptedTask();
        try (Sandbox sandbox = new Sandbox(settings)) {
            var check = new SandboxCheck(sandbox, settings);
            var runner = new TestRunner(sandbox, check, scrutiny(sandbox));

            assertThatThrownBy(() -> runner.run(order(task), task))
                    .isInstanceOfSatisfying(TaskFailure.class, failure -> {
                        assertThat(failure.error().code()).isEqualTo(ErrorCode.SANDBOX_UNAVAILABLE);
                        assertThat(failure.error().retryable()).isFalse();
                        assertThat(failure.error().message()).contains("set nexus.tester.venv to a folder");
                    });
            assertThat(task.claimAwaited()).isFalse();
            assertThat(new SandboxHealth(check, sandbox).health().getStatus()).isEqualTo(Status.DOWN);
        }
    }

    @Test
    void aPythonThatTheSandboxCannotSeeIsPassedOver(@TempDir Path folder) throws Exception {
        Path python = Files.writeString(folder.resolve("python3"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
        var settings = Sandboxes.withPython(python, null);
        try (Sandbox sandbox = new Sandbox(settings)) {
            var check = new SandboxCheck(sandbox, settings);

            check.require();

            assertThat(new SandboxCommand(settings).ofReferee()).contains(Interpreters.OF_THE_SYSTEM.toString());
        }
    }

    @Test
    void healthSaysThatTheSandboxHolds() throws Exception {
        try (Sandbox sandbox = new Sandbox(Sandboxes.SETTINGS)) {
            var check = new SandboxCheck(sandbox, Sandboxes.SETTINGS);
            assertThat(new SandboxHealth(check, sandbox).health().getStatus()).isEqualTo(Status.UNKNOWN);

            check.require();

            assertThat(new SandboxHealth(check, sandbox).health().getStatus()).isEqualTo(Status.UP);
        }
    }

    @Test
    void aDefectInLookingCloserTakesNoPassAway() throws Exception {
        var task = new ScriptedTask();
        var passed = new TestReport(Verdict.PASSED, List.of(), null, 7, null, null);
        try (Sandbox defective = new Sandbox(Sandboxes.SETTINGS, () -> {
            throw new IllegalStateException("a defect");
        })) {
            TestReport report =
                    scrutiny(defective).of(Sandboxes.files("test_a.py", "def test_a(): pass"), passed, task);

            assertThat(report).isEqualTo(passed.with(null, null, null));
        }
    }
}

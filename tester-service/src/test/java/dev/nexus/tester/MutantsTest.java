package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.MutationScore;
import dev.nexus.contract.MutationScore.Survivor;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import dev.nexus.tester.Mutants.Tried;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class MutantsTest {

    private static final String ADULT = """
            \"""Ages; 18 or more is grown up.\"""


            def is_adult(age: int = 18) -> bool:
                \"""Whether 18 has been reached.\"""
                return age >= 18


            if __name__ == "__main__":
                print(is_adult(17))
            """;

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandboxes.open(Sandboxes.SETTINGS);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    private static Optional<MutationScore> scoreOf(MutationSettings settings, Map<String, byte[]> files)
            throws Exception {
        TestReport original = sandbox.run(files, () -> {});
        assertThat(original.verdict()).isEqualTo(Verdict.PASSED);
        return new Mutants(sandbox, settings).score(files, unhurried(original));
    }

    /** As if it had taken so long that no change runs out of its time, which is a multiple of this, on a busy machine. */
    private static TestReport unhurried(TestReport original) {
        return new TestReport(original.verdict(), original.tests(), original.totals(), 5000, null, null);
    }

    private static Map<String, byte[]> adult(String assertion) {
        return Sandboxes.files(
                "ages.py",
                ADULT,
                "tests/test_ages.py",
                "from ages import is_adult\n\n\ndef test_it():\n    assert " + assertion + "\n");
    }

    private static MutationSettings all() {
        return new MutationSettings(Duration.ofMinutes(1), 100);
    }

    @Test
    void testsThatLookAtTheEdgesNoticeEveryChange() throws Exception {
        var files = adult("[is_adult(a) for a in (17, 18, 19)] == [False, True, True] and is_adult()");

        var score = scoreOf(all(), files);

        // The default, up and down; >=; 18, up and down; the return value. Nothing in texts, types and the script.
        assertThat(score.orElseThrow().possible()).isEqualTo(6);
        assertThat(score.orElseThrow().run()).isEqualTo(6);
        assertThat(score.orElseThrow().survivors())
                .containsExactly(new Survivor("ages.py", 4, "18 became 19")); // still grown up
        assertThat(score.orElseThrow().score()).isEqualTo(0.833);
    }

    @Test
    void testsThatLookAtNothingNoticeNothing() throws Exception {
        var score = scoreOf(all(), adult("callable(is_adult)"));

        assertThat(score.orElseThrow().killed()).isZero();
        assertThat(score.orElseThrow().survivors())
                .contains(
                        new Survivor("ages.py", 6, ">= became >"),
                        new Survivor("ages.py", 6, "return age >= 18 became return None"));
    }

    @Test
    void everyKindOfPlaceIsChangedAndTextsTypesAndScriptsAreNot() throws Exception {
        String code = """
                from typing import TYPE_CHECKING

                if TYPE_CHECKING:
                    import decimal
                    SIZE: int = 7


                def f(a: "int | 1", b=True, *items) -> None:
                    \"""Not 1 < 2.\"""
                    if a < b and not items:
                        a.append("x" + f"{b}")
                    a.total += b % 3
                    while a:
                        a.x = b in items
                        raise ValueError("1")
                    return a is None
                """;
        var files = Sandboxes.files("f.py", code, "test_f.py", "import f\n\n\ndef test_it():\n    assert f.f\n");

        var score = scoreOf(all(), files);

        assertThat(score.orElseThrow().survivors())
                .extracting(survivor -> survivor.line() + " " + survivor.change())
                .containsExactlyInAnyOrder(
                        "8 True became False",
                        "10 a < b and (not items) was negated",
                        "10 and became or",
                        "10 < became <=",
                        "10 not items lost its not",
                        "11 a.append('x' + f'{b}') was removed",
                        "12 a.total += b % 3 was removed",
                        "12 + became -",
                        "12 % became *",
                        "12 3 became 4",
                        "12 3 became 2",
                        "13 a was negated",
                        "14 a.x = b in items was removed",
                        "14 in became not in",
                        "15 raise ValueError('1') was removed",
                        "16 return a is None became return None",
                        "16 is became is not");
    }

    @Test
    void aSampleIsSpreadOverTheCode() throws Exception {
        var score = scoreOf(new MutationSettings(Duration.ofMinutes(1), 2), adult("callable(is_adult)"));

        assertThat(score.orElseThrow().possible()).isEqualTo(6);
        assertThat(score.orElseThrow().survivors()).extracting(Survivor::line).containsExactly(4, 6);
    }

    @Test
    void anEndlessChangeIsNoticedByItsTime() throws Exception {
        var files = Sandboxes.files(
                "steps.py",
                "def steps(n):\n    count = 0\n    while n:\n        n -= 1\n        count += 1\n    return count\n",
                "tests/test_steps.py",
                "from steps import steps\n\n\ndef test_it():\n    assert steps(3) == 3\n");

        var score = new Mutants(sandbox, all()).score(files, sandbox.run(files, () -> {}));

        assertThat(score.orElseThrow().killed()).isEqualTo(score.orElseThrow().run());
    }

    @Test
    void noTimeMeansNoScore() throws Exception {
        assertThat(scoreOf(new MutationSettings(Duration.ZERO, 20), adult("is_adult(18)")))
                .isEmpty();
    }

    @Test
    void codeWithoutAnythingToChangeHasNoScore() throws Exception {
        var files = Sandboxes.files("name.py", "NAME = 'x'\n", "test_name.py", "def test_it():\n    import name\n");

        assertThat(scoreOf(all(), files)).isEmpty();
    }

    @Test
    void theTimeLimitEndsTheRunThatIsUnderWay() throws Exception {
        var files = Sandboxes.files(
                "slow.py",
                "def slow():\n    return 5\n",
                "test_slow.py",
                "import os, time\nfrom slow import slow\n\n\ndef test_it():\n    slow() != 5 and time.sleep(99)\n");
        TestReport original = sandbox.run(files, () -> {});
        var mutants = new Mutants(sandbox, new MutationSettings(Duration.ofMillis(original.durationMillis() + 1), 100));

        long start = System.nanoTime();
        mutants.score(files, original);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(sandbox.hasFreeSlot()).isTrue();
    }

    @Test
    void anInterruptEndsItAtOnceAndLeavesNoSandboxRunning() throws Exception {
        String mark = UUID.randomUUID().toString();
        var files = Sandboxes.files("slow.py", "def slow():\n    return 5\n", "test_slow.py", """
                import subprocess, sys
                from slow import slow

                def test_it():
                    if slow() != 5:
                        subprocess.run([sys.executable, "-c", "import time; time.sleep(1000) # %s"])
                """.formatted(mark));
        // So long that no limit is what ends a change.
        var original = new TestReport(Verdict.PASSED, List.of(), null, 30_000, null, null);
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                end.complete(new AssertionError(new Mutants(sandbox, all()).score(files, original)));
            } catch (Throwable e) {
                end.complete(e);
            }
        });
        await().atMost(Duration.ofSeconds(20)).until(() -> Sandboxes.runsAnywhere("time.sleep(1000) # " + mark));

        thread.interrupt();

        assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(Sandboxes.runsAnywhere(mark)).isFalse();
        assertThat(sandbox.freeSlots()).isEqualTo(sandbox.slots());
    }

    @Test
    void aSurvivorOfAForgedRunTellsNothing() {
        var a = new Survivor("a.py", 1, "1 became 2");
        var b = new Survivor("a.py", 2, "1 became 2");

        var score = Mutants.scored(List.of(
                new Tried(9, b, Verdict.PASSED), new Tried(9, a, Verdict.TAMPERED), new Tried(9, a, Verdict.CRASHED)));

        assertThat(score).contains(new MutationScore(9, 2, 1, 0.5, List.of(b)));
        assertThat(Mutants.scored(List.of(new Tried(9, a, Verdict.TAMPERED)))).isEmpty();
    }

    @Test
    void aSandboxThatWasCutOffTellsNothingAndCodeThatCrashesInItDoes() {
        assertThat(Mutants.wasCutOff(runThatSaid())).isTrue();
        assertThat(Mutants.wasCutOff(runThatSaid("{\"type\":\"end\",\"status\":-11}")))
                .isFalse();
    }

    private static Sandbox.Run runThatSaid(String... lines) {
        RunLog log = new RunLog(Set.of(), 1_000);
        List.of(lines).forEach(log::take);
        TestReport report = RunReport.of(
                log.facts(), RunReport.Ending.BY_ITSELF, new Pass.OnMutant(0, 1), Duration.ZERO, Sandboxes.SETTINGS);
        assertThat(report.verdict()).isEqualTo(Verdict.CRASHED);
        return new Sandbox.Run(report, log.facts());
    }

    @Test
    void codeThatMakesItsProcessCrashIsNoticed() throws Exception {
        var files = Sandboxes.files(
                "safe.py",
                "def safe():\n    return 5\n",
                "test_safe.py",
                "import os\nfrom safe import safe\n\n\ndef test_it():\n    safe() != 5 and os.abort()\n");

        var score = scoreOf(all(), files);

        assertThat(score.orElseThrow().killed()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 33, 1000})
    void numbersAreSpread(int count) {
        List<Integer> numbers = Mutants.spread(count);

        assertThat(new HashSet<>(numbers)).hasSize(count);
        assertThat(numbers).allMatch(number -> number >= 0 && number < count);
        assertThat(Set.copyOf(numbers.subList(0, (count + 1) / 2)))
                .anyMatch(number -> number >= count / 2)
                .contains(0);
    }
}

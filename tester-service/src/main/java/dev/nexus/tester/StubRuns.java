package dev.nexus.tester;

import dev.nexus.contract.Limits;
import dev.nexus.contract.TestQuality;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.TestReport.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds the tests that prove nothing: those that pass where there is only a stub, because no answer of the code matters to
 * them. What raises cannot be right, and no single answer is; so a test is vacuous if it does not fail over stubs that
 * raise, or over neither of two that answer.
 */
final class StubRuns {

    /** A stub answers at once; only a test that waits for what it never says takes longer. */
    private static final Duration TIME_LIMIT = Duration.ofSeconds(10);

    private final Runs runs;

    StubRuns(Runs runs) {
        this.runs = runs;
    }

    /** How long a run may take where others may take {@code timeLimit}. */
    static Duration limit(Duration timeLimit) {
        return timeLimit.compareTo(TIME_LIMIT) < 0 ? timeLimit : TIME_LIMIT;
    }

    /** Runs tests: the sandbox, if it holds. */
    @FunctionalInterface
    interface Runs {
        TestReport run(Map<String, byte[]> files, Sandbox.Permission permission)
                throws SandboxUnavailable, InterruptedException;
    }

    /**
     * What was found.
     *
     * @param tests ids of all tests that were seen
     * @param vacuous those of them that prove nothing
     */
    record Found(SortedSet<String> tests, SortedSet<String> vacuous) {

        TestQuality quality() {
            return new TestQuality(
                    tests.size(),
                    tests.size() - vacuous.size(),
                    vacuous.stream().limit(Limits.VACUOUS_TOLD).toList());
        }
    }

    /** @param tests path to content */
    Found of(Stubs stubs, Map<String, String> tests, Sandbox.Permission permission)
            throws SandboxUnavailable, InterruptedException {
        SortedSet<String> seen = new TreeSet<>();
        Set<String> overRaising = failed(stubs, Stubs.Answer.RAISES, tests, permission, seen);
        Set<String> meaningful = failed(stubs, Stubs.Answer.NONE, tests, permission, seen);
        if (!meaningful.containsAll(overRaising)) { // else it could add none
            meaningful.addAll(failed(stubs, Stubs.Answer.TRUTHY, tests, permission, seen));
        }
        meaningful.retainAll(overRaising);
        SortedSet<String> vacuous = new TreeSet<>(seen);
        vacuous.removeAll(meaningful);
        return new Found(seen, vacuous);
    }

    /** The tests that were seen to fail, which one behind another that hangs is not; a skip is no failure. */
    private Set<String> failed(
            Stubs stubs,
            Stubs.Answer answer,
            Map<String, String> tests,
            Sandbox.Permission permission,
            Set<String> seen)
            throws SandboxUnavailable, InterruptedException {
        Map<String, byte[]> files = new LinkedHashMap<>(stubs.answering(answer));
        tests.forEach((path, content) -> files.put(path, content.getBytes(StandardCharsets.UTF_8)));
        List<Result> results = runs.run(files, permission).tests().stream()
                .filter(result -> result.id().contains("::")) // a file that cannot be collected is no test
                .toList();
        Set<String> failed = new HashSet<>();
        for (Result result : results) {
            seen.add(result.id());
            if (result.isFailure()) {
                failed.add(result.id());
            }
        }
        return failed;
    }
}

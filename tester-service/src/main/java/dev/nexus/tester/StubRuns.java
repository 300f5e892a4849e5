package dev.nexus.tester;

import dev.nexus.contract.Limits;
import dev.nexus.contract.TestQuality;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.TestReport.Result;
import java.nio.charset.StandardCharsets;
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

    private final Runs runs;

    StubRuns(Runs runs) {
        this.runs = runs;
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
        Set<String> overRaising = unfailed(stubs, Stubs.Answer.RAISES, tests, permission, seen);
        Set<String> overNone = unfailed(stubs, Stubs.Answer.NONE, tests, permission, seen);
        Set<String> overTruthy = unfailed(stubs, Stubs.Answer.TRUTHY, tests, permission, seen);
        overNone.retainAll(overTruthy);
        SortedSet<String> vacuous = new TreeSet<>(overRaising);
        vacuous.addAll(overNone);
        return new Found(seen, vacuous);
    }

    /** The tests that came to an end without failing, a skip being no failure. */
    private Set<String> unfailed(
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
        Set<String> unfailed = new HashSet<>();
        for (Result result : results) {
            seen.add(result.id());
            if (!result.isFailure()) {
                unfailed.add(result.id());
            }
        }
        return unfailed;
    }
}

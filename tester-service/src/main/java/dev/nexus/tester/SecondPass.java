package dev.nexus.tester;

import dev.nexus.contract.Isolation;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.TestReport.Outcome;
import dev.nexus.contract.TestReport.Result;
import dev.nexus.contract.Verdict;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Runs tests that passed once more, with the code under them in a process that can reach neither them nor pytest. */
final class SecondPass {

    private static final Duration LEAST_LIMIT = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(2);
    /** Calls from one process to the other take their time. */
    private static final int TIMES_THE_ORIGINAL = 3;

    private final Sandbox sandbox;
    private final Duration leastLimit;
    private final Duration longest;

    SecondPass(Sandbox sandbox) {
        this(sandbox, LEAST_LIMIT, LONGEST);
    }

    /**
     * @param leastLimit of the run, however short the first one was
     * @param longest run that is tried again, and limit of all runs of a comparison together
     */
    SecondPass(Sandbox sandbox, Duration leastLimit, Duration longest) {
        this.sandbox = sandbox;
        this.leastLimit = leastLimit;
        this.longest = longest;
    }

    /**
     * Compares the two.
     *
     * @param first the report of their run in one process, which they passed
     * @throws InterruptedException if the thread was interrupted; nothing is left running
     */
    Isolation compare(Map<String, byte[]> files, TestReport first) throws InterruptedException {
        long limit = Math.max(leastLimit.toMillis(), TIMES_THE_ORIGINAL * first.durationMillis());
        if (first.durationMillis() > longest.toMillis()) {
            return Isolation.notApplicable("the tests take more than " + longest.toSeconds() + " s");
        }
        Duration atMost = Duration.ofMillis(Math.min(limit, longest.toMillis()));
        try {
            Sandbox.Run apart = sandbox.run(files, new Pass.Apart(), atMost, () -> {});
            Isolation once = judge(first, apart);
            if (once.result() != Isolation.Result.DIFFERS) {
                return once;
            }
            long left = longest.toMillis() - apart.report().durationMillis();
            if (left <= 0) {
                return noTimeFor(once);
            }
            Sandbox.Run whole =
                    sandbox.run(files, new Pass.Together(), Duration.ofMillis(Math.min(limit, left)), () -> {});
            left -= whole.report().durationMillis();
            if (left <= 0 || whole.report().verdict() == Verdict.TIMEOUT) {
                return noTimeFor(once);
            }
            if (judge(first, whole).result() != Isolation.Result.SAME) {
                return Isolation.notApplicable(
                        testOf(once) + " fails in one process, too, if it gets at the code as it has to from another");
            }
            Sandbox.Run last = sandbox.run(files, new Pass.Apart(), Duration.ofMillis(Math.min(limit, left)), () -> {});
            if (last.report().verdict() == Verdict.TIMEOUT) {
                return noTimeFor(once);
            }
            Isolation again = judge(first, last);
            // A test that fails now and then would do so in one process as well.
            return again.result() == Isolation.Result.DIFFERS && testOf(once).equals(testOf(again))
                    ? once
                    : Isolation.notApplicable(testOf(once) + " does not come to the same every time");
        } catch (SandboxUnavailable e) {
            return Isolation.notApplicable(e.remedy());
        }
    }

    private Isolation noTimeFor(Isolation once) {
        return Isolation.notApplicable(testOf(once) + " fails there, and " + longest.toSeconds()
                + " s are too short to find out whether it does so every time");
    }

    private static String testOf(Isolation isolation) {
        return Optional.ofNullable(isolation.test()).orElse("");
    }

    /** @param second in two processes */
    static Isolation judge(TestReport first, Sandbox.Run second) {
        TestReport report = second.report();
        String why = second.facts().inapplicable();
        if (why != null) {
            return Isolation.notApplicable(why);
        }
        Set<String> passed = first.tests().stream()
                .filter(test -> test.outcome() == Outcome.PASSED)
                .map(Result::id)
                .collect(Collectors.toSet());
        if (report.verdict() == Verdict.PASSED) {
            return report.count(Outcome.PASSED) == first.count(Outcome.PASSED)
                    ? new Isolation(Isolation.Result.SAME, null, null)
                    : Isolation.notApplicable("other tests ran than in one process");
        }
        if (second.facts().doubt() != null) {
            return Isolation.notApplicable(second.facts().doubt());
        }
        if (report.verdict() == Verdict.TIMEOUT) {
            return Isolation.notApplicable("it did not end in the short time that there is for it");
        }
        boolean ended = report.verdict() == Verdict.FAILED || report.verdict() == Verdict.ERROR;
        return report.failures().stream()
                .filter(test -> ended && passed.contains(test.id()))
                .findFirst()
                .map(test -> new Isolation(Isolation.Result.DIFFERS, test.id(), test.message()))
                .orElseGet(() -> Isolation.notApplicable("it ended with "
                        + report.verdict().wire() + (report.message() == null ? "" : ": " + report.message())));
    }
}

package dev.nexus.tester;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.TestReport.Outcome;
import dev.nexus.contract.TestReport.Result;
import dev.nexus.contract.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The judgement on a run: whatever does not add up to a pass is none. */
final class RunReport {

    /** Of all results together, and of their traces: the event that carries the report has to hold them. */
    private static final int RESULTS_CHARS = 200_000;

    private static final int TRACES_CHARS = 100_000;
    private static final int OUTPUTS_CHARS = 50_000;

    /** As ever, because of the canary. */
    private static final int PYTEST_SAW_FAILURES = 1;

    private static final int SIGXCPU = 24;
    private static final Pattern JOB_FILE = Pattern.compile("File \"/job/([^\"\\n]+)\", line");

    private final RunLog.Facts facts;
    private final Ending ending;
    private final Pass pass;
    private final SandboxSettings limits;

    private RunReport(RunLog.Facts facts, Ending ending, Pass pass, SandboxSettings limits) {
        this.facts = facts;
        this.ending = ending;
        this.pass = pass;
        this.limits = limits;
    }

    /** How a run came to its end, as seen from outside. */
    enum Ending {
        BY_ITSELF,
        TIME_LIMIT,
        MEMORY_LIMIT,
        OUTPUT_LIMIT
    }

    /** @param took from the moment when the run could have begun to the end of its sandbox */
    static TestReport of(RunLog.Facts facts, Ending ending, Duration took, SandboxSettings limits) {
        return of(facts, ending, new Pass.Whole(), took, limits);
    }

    static TestReport of(RunLog.Facts facts, Ending ending, Pass pass, Duration took, SandboxSettings limits) {
        return new RunReport(facts, ending, pass, limits).report(took);
    }

    private TestReport report(Duration took) {
        Verdict verdict = verdict();
        List<Result> all = new ArrayList<>(facts.results());
        if (facts.running() != null && verdict != Verdict.TAMPERED) {
            all.add(unfinished(facts.running()));
        }
        if (verdict == Verdict.TAMPERED) {
            all.removeIf(result -> !result.isFailure()); // whoever forges one pass may have forged others
        }
        List<Result> told = fitting(all);
        boolean explained = verdict == Verdict.PASSED
                || ((verdict == Verdict.FAILED || verdict == Verdict.ERROR)
                        && told.stream().anyMatch(Result::isFailure));
        String output = explained || facts.output().isBlank() ? null : facts.output();
        String message = message(verdict, all.size() - told.size());
        return new TestReport(verdict, told, TestReport.Totals.of(all), took.toMillis(), message, output);
    }

    private Verdict verdict() {
        if (tampering() != null) {
            return Verdict.TAMPERED;
        }
        return switch (ending) {
            case TIME_LIMIT -> Verdict.TIMEOUT;
            case MEMORY_LIMIT -> Verdict.MEMORY_LIMIT;
            case OUTPUT_LIMIT -> Verdict.OUTPUT_LIMIT;
            case BY_ITSELF -> verdictOfItsOwn();
        };
    }

    private Verdict verdictOfItsOwn() {
        Integer status = facts.status();
        if (facts.tooManyFiles()
                || facts.outOfMemory()
                || (facts.announcedStatus() == null && facts.output().contains("MemoryError"))) {
            return Verdict.MEMORY_LIMIT;
        }
        if (status != null && status == -SIGXCPU) {
            return Verdict.TIMEOUT;
        }
        if (status == null || !status.equals(facts.announcedStatus())) {
            return Verdict.CRASHED;
        }
        if (facts.has(Outcome.FAILED)) {
            return Verdict.FAILED;
        }
        if (facts.has(Outcome.ERROR)) {
            return Verdict.ERROR;
        }
        if (facts.finished().size() != facts.collected()) {
            return Verdict.CRASHED; // after pytest.exit(returncode=0), for one
        }
        if (status != PYTEST_SAW_FAILURES || missing() != null) {
            return Verdict.ERROR;
        }
        return facts.has(Outcome.PASSED) ? Verdict.PASSED : Verdict.NO_TESTS;
    }

    /** Why this run may have been forged. */
    private @Nullable String tampering() {
        RefereeLine.Expected expected = facts.expected();
        if (facts.tampering() != null || expected == null) {
            return facts.tampering();
        }
        for (Result result : facts.results()) {
            if (result.outcome() == Outcome.SKIPPED && expected.firm().contains(fileOf(result.id()))) {
                return result.id() + " was skipped, and nothing in its file skips tests";
            }
        }
        if (pass.endsAtFirstFailure() && facts.results().stream().anyMatch(Result::isFailure)) {
            return null; // the test that must fail would have been the last
        }
        boolean whole = facts.announcedStatus() != null
                && facts.announcedStatus() <= PYTEST_SAW_FAILURES
                && facts.finished().size() == facts.collected();
        return whole && !facts.canaryFailed() ? "a test that must fail did not" : null;
    }

    /** A test that its file promises and that did not run; null if there is none. */
    private @Nullable String missing() {
        RefereeLine.Expected expected = facts.expected();
        if (expected == null) {
            return "every test";
        }
        Map<String, Integer> times = new HashMap<>();
        facts.finished().forEach(id -> times.merge(withoutParameters(id), 1, Integer::sum));
        Set<String> skippedFiles = facts.results().stream()
                .filter(result -> result.outcome() == Outcome.SKIPPED)
                .map(Result::id)
                .collect(Collectors.toSet());
        return expected.tests().entrySet().stream()
                .filter(test -> times.getOrDefault(test.getKey(), 0) < test.getValue())
                .map(Map.Entry::getKey)
                .filter(test -> !skippedFiles.contains(fileOf(test)))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static String fileOf(String test) {
        int end = test.indexOf("::");
        return end < 0 ? test : test.substring(0, end);
    }

    private static String withoutParameters(String test) {
        int from = test.indexOf("::");
        int end = test.indexOf('[', Math.max(0, from));
        return end < 0 ? test : test.substring(0, end);
    }

    private @Nullable String message(Verdict verdict, int left) {
        List<String> parts = new ArrayList<>();
        String why = switch (verdict) {
            case PASSED, FAILED -> null;
            case ERROR -> facts.has(Outcome.ERROR) ? null : error();
            case TIMEOUT -> "the tests did not end within " + limits.timeLimit().toSeconds() + " s" + whileRunning();
            case MEMORY_LIMIT ->
                facts.tooManyFiles()
                        ? "the tests made more than " + limits.files() + " files and folders, which is what"
                                + " nexus.tester.files allows" + whileRunning()
                        : "the tests needed more than " + SandboxSettings.sayable(limits.memory()) + " of memory";
            case OUTPUT_LIMIT ->
                "the tests printed more than " + SandboxSettings.sayable(limits.output()) + whileRunning();
            case CRASHED -> crash() + whileRunning();
            case TAMPERED -> tampering();
            case NO_TESTS ->
                facts.results().isEmpty()
                        ? "there is no test; pytest looks for functions test_… in files test_….py"
                        : "every test was skipped";
        };
        if (why != null) {
            parts.add(why);
        }
        if (left > 0) {
            parts.add(left + " more results have no room in this report");
        }
        return parts.isEmpty() ? null : String.join("; ", parts);
    }

    private String error() {
        String missing = missing();
        return missing != null && facts.status() != null && facts.status() == PYTEST_SAW_FAILURES
                ? missing + " stands in its file as a test, and did not run as often as it says there"
                : "pytest ended with status " + facts.status();
    }

    private String crash() {
        Integer status = facts.status();
        if (status == null) {
            String said = facts.diagnosis();
            return "the test run was cut off"
                    + (said.isEmpty() ? "" : ": " + said.substring(said.lastIndexOf('\n') + 1));
        }
        if (facts.announcedStatus() == null) {
            return (status < 0
                            ? "signal " + -status + " ended the test run"
                            : "the test run ended with status " + status)
                    + " before pytest was done";
        }
        if (!status.equals(facts.announcedStatus())) {
            return "pytest announced status " + facts.announcedStatus() + ", and ended with " + status;
        }
        return "only " + facts.finished().size() + " of " + facts.collected() + " tests came to an end";
    }

    private String whileRunning() {
        return facts.running() == null ? "" : ", while " + facts.running() + " was running";
    }

    /** The test that the run ended in; where it hung, Python has told the output. */
    private Result unfinished(String test) {
        int dump = facts.output().lastIndexOf("Timeout (");
        String where = dump < 0 ? null : facts.output().substring(dump);
        Set<String> files = new LinkedHashSet<>();
        if (where != null) {
            Matcher m = JOB_FILE.matcher(where);
            while (m.find()) {
                files.add(m.group(1));
            }
        }
        return new Result(
                test,
                Outcome.FAILED,
                0,
                "it did not come to an end",
                where == null ? null : PlainText.end(where, RunLog.TRACE_CHARS),
                List.copyOf(files));
    }

    /** As many results as there is room for, in their order; what failed goes before what did not, traces go last. */
    private static List<Result> fitting(List<Result> all) {
        SortedMap<Integer, Result> byPlace = new TreeMap<>();
        int room = RESULTS_CHARS;
        int traceRoom = TRACES_CHARS;
        int outputRoom = OUTPUTS_CHARS;
        for (boolean failures : new boolean[] {true, false}) {
            for (int i = 0; i < all.size(); i++) {
                Result result = all.get(i);
                int size = sizeWithoutTrace(result);
                if (result.isFailure() != failures || size > room) {
                    continue;
                }
                room -= size;
                int trace = result.trace() == null ? 0 : result.trace().length();
                int output = result.output() == null ? 0 : result.output().length();
                byPlace.put(i, with(result, trace <= traceRoom, output <= outputRoom));
                traceRoom -= trace <= traceRoom ? trace : 0;
                outputRoom -= output <= outputRoom ? output : 0;
            }
        }
        return List.copyOf(byPlace.values());
    }

    private static int sizeWithoutTrace(Result result) {
        int message = result.message() == null ? 0 : result.message().length();
        int files = result.files().stream().mapToInt(String::length).sum();
        int lines = result.lines().stream().mapToInt(String::length).sum();
        return result.id().length() + message + files + lines + 100; // the names of the fields
    }

    private static Result with(Result result, boolean trace, boolean output) {
        return new Result(
                result.id(),
                result.outcome(),
                result.durationMillis(),
                result.message(),
                trace ? result.trace() : null,
                result.files(),
                result.lines(),
                output ? result.output() : null);
    }
}

package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What happened when the tests were really run.
 *
 * @param tests as many as there is room for, the failures first of all
 * @param totals of all tests; null in reports of older versions, which have all tests
 * @param durationMillis of the run as a whole, in milliseconds
 * @param message what ended the run if the tests themselves did not, such as a limit
 * @param output the end of what the run printed, if no test result explains it
 * @param mutation whether tests that passed notice changes to the code; null if that was not tried
 * @param isolation whether they pass in another process than the code, too; null if that was not tried
 * @param coverage lines of the code that ran; null if that was not looked at
 */
public record TestReport(
        Verdict verdict,
        List<Result> tests,
        @Nullable Totals totals,
        long durationMillis,
        @Nullable String message,
        @Nullable String output,
        @Nullable MutationScore mutation,
        @Nullable Isolation isolation,
        @Nullable LineCoverage coverage) {

    public enum Outcome {
        PASSED,
        FAILED,
        /** Broke outside the test itself: a fixture, or the import of its file. */
        ERROR,
        SKIPPED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One test.
     *
     * @param id such as {@code test_roman.py::test_zero}
     * @param message why it did not pass, in one line
     * @param trace the end of its traceback, at most a few kB
     * @param files the job's files that its traceback runs through, innermost first
     * @param lines of the job's files that its traceback runs through, innermost first, such as {@code roman.py:3}
     * @param output the end of what it printed, at most a few kB
     */
    public record Result(
            String id,
            Outcome outcome,
            long durationMillis,
            @Nullable String message,
            @Nullable String trace,
            List<String> files,
            List<String> lines,
            @Nullable String output) {
        @SuppressWarnings("NullAway") // Jackson passes null for an absent list
        public Result {
            files = files == null ? List.of() : List.copyOf(files);
            lines = lines == null ? List.of() : List.copyOf(lines);
        }

        public Result(
                String id,
                Outcome outcome,
                long durationMillis,
                @Nullable String message,
                @Nullable String trace,
                List<String> files) {
            this(id, outcome, durationMillis, message, trace, files, List.of(), null);
        }

        public boolean isFailure() {
            return outcome == Outcome.FAILED || outcome == Outcome.ERROR;
        }
    }

    /** How many tests came to what. */
    public record Totals(int passed, int failed, int error, int skipped) {

        public static Totals of(List<Result> tests) {
            return new Totals(
                    with(Outcome.PASSED, tests),
                    with(Outcome.FAILED, tests),
                    with(Outcome.ERROR, tests),
                    with(Outcome.SKIPPED, tests));
        }

        public int of(Outcome outcome) {
            return switch (outcome) {
                case PASSED -> passed;
                case FAILED -> failed;
                case ERROR -> error;
                case SKIPPED -> skipped;
            };
        }

        private static int with(Outcome outcome, List<Result> tests) {
            return (int)
                    tests.stream().filter(test -> test.outcome() == outcome).count();
        }
    }

    @SuppressWarnings("NullAway") // Jackson passes null for an absent list
    public TestReport {
        tests = tests == null ? List.of() : List.copyOf(tests);
    }

    public TestReport(
            Verdict verdict,
            List<Result> tests,
            long durationMillis,
            @Nullable String message,
            @Nullable String output) {
        this(verdict, tests, Totals.of(tests), durationMillis, message, output);
    }

    public TestReport(
            Verdict verdict,
            List<Result> tests,
            @Nullable Totals totals,
            long durationMillis,
            @Nullable String message,
            @Nullable String output) {
        this(verdict, tests, totals, durationMillis, message, output, null, null, null);
    }

    /** The same with what a closer look at passed tests showed. */
    public TestReport with(
            @Nullable MutationScore newMutation, @Nullable Isolation newIsolation, @Nullable LineCoverage newCoverage) {
        return new TestReport(
                verdict, tests, totals, durationMillis, message, output, newMutation, newIsolation, newCoverage);
    }

    /** How many of all tests came to {@code outcome}. */
    public long count(Outcome outcome) {
        return (totals == null ? Totals.of(tests) : totals).of(outcome);
    }

    public List<Result> failures() {
        return tests.stream().filter(Result::isFailure).toList();
    }
}

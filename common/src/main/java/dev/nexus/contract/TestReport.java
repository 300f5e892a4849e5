package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What happened when the tests were really run.
 *
 * @param durationMillis of the run as a whole, in milliseconds
 * @param message what ended the run if the tests themselves did not, such as a limit
 * @param output the end of what the run printed, if no test result explains it
 */
public record TestReport(
        Verdict verdict,
        List<Result> tests,
        long durationMillis,
        @Nullable String message,
        @Nullable String output) {

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
     */
    public record Result(
            String id,
            Outcome outcome,
            long durationMillis,
            @Nullable String message,
            @Nullable String trace,
            List<String> files) {
        @SuppressWarnings("NullAway") // Jackson passes null for an absent list
        public Result {
            files = files == null ? List.of() : List.copyOf(files);
        }

        public boolean isFailure() {
            return outcome == Outcome.FAILED || outcome == Outcome.ERROR;
        }
    }

    @SuppressWarnings("NullAway") // Jackson passes null for an absent list
    public TestReport {
        tests = tests == null ? List.of() : List.copyOf(tests);
    }

    public long count(Outcome outcome) {
        return tests.stream().filter(test -> test.outcome() == outcome).count();
    }

    public List<Result> failures() {
        return tests.stream().filter(Result::isFailure).toList();
    }
}

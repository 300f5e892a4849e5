package dev.nexus.tester;

import dev.nexus.contract.Json;
import dev.nexus.contract.TestReport.Outcome;
import dev.nexus.contract.TestReport.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What a sandbox says in one run, folded line by line; {@link RunReport} judges it. */
final class RunLog {

    static final int MESSAGE_CHARS = 300;
    static final int TRACE_CHARS = 4_000;
    static final int OUTPUT_CHARS = 8_000;
    static final int TEST_OUTPUT_CHARS = 2_000;

    /** Lines from a worker; more is a flood, not a report. */
    private static final int REPORTS = 50_000;

    private static final int DIAGNOSIS_CHARS = 2_000;

    private final Set<String> jobFiles;
    private final long outputLimit;
    private final List<Result> results = new ArrayList<>();
    private final Set<String> finishedTests = new HashSet<>();
    private final StringBuilder output = new StringBuilder();
    private final StringBuilder diagnosis = new StringBuilder();
    private final StringBuilder outputOfTest = new StringBuilder();
    private RefereeLine.@Nullable Expected expected;
    private RefereeLine.@Nullable Mutant mutant;
    private @Nullable JsonNode counted;
    private @Nullable String doubt;
    private @Nullable String inapplicable;
    private boolean canaryFailed;
    private @Nullable String tampering;
    private boolean outOfMemory;
    private boolean tooManyFiles;
    private long outputBytes;
    private int reports;
    private int collected;
    private @Nullable String running;
    private @Nullable Integer announcedStatus;
    private @Nullable Integer status;

    /**
     * @param jobFiles paths that a traceback may name
     * @param outputLimit in bytes
     */
    RunLog(Set<String> jobFiles, long outputLimit) {
        this.jobFiles = jobFiles;
        this.outputLimit = outputLimit;
    }

    /**
     * All that was said.
     *
     * @param expected what the test files promise; null if the sandbox did not get so far
     * @param mutant how the code was changed first; null if it was not to be
     * @param counted the lines of the code that ran, see {@link LineCount}; null if nobody says so
     * @param doubt why tests that are kept apart from the code may fail because of that alone; null if nothing says so
     * @param inapplicable why tests and code could not be kept apart; null if they could, or were not to be
     * @param canaryFailed whether the test that must fail did
     * @param tampering the first sign of a forgery; null if there is none
     * @param tooManyFiles whether the run was ended for the files that it made
     * @param collected tests that were to run
     * @param finished ids of these that came to an end
     * @param running the test that had begun and not ended
     * @param announcedStatus the exit status that pytest announced; null if it did not get so far
     * @param status the real one, a signal's number negated; null if the run was cut off
     * @param output its end
     * @param diagnosis what other parts of the sandbox than the referee said
     */
    record Facts(
            RefereeLine.@Nullable Expected expected,
            RefereeLine.@Nullable Mutant mutant,
            @Nullable JsonNode counted,
            @Nullable String doubt,
            @Nullable String inapplicable,
            boolean canaryFailed,
            @Nullable String tampering,
            boolean outOfMemory,
            boolean tooManyFiles,
            int collected,
            Set<String> finished,
            @Nullable String running,
            @Nullable Integer announcedStatus,
            @Nullable Integer status,
            List<Result> results,
            String output,
            String diagnosis) {

        Facts {
            results = List.copyOf(results);
            finished = Set.copyOf(finished);
        }

        boolean has(Outcome outcome) {
            return results.stream().anyMatch(result -> result.outcome() == outcome);
        }
    }

    Facts facts() {
        return new Facts(
                expected,
                mutant,
                counted,
                doubt,
                inapplicable,
                canaryFailed,
                tampering,
                outOfMemory,
                tooManyFiles,
                collected,
                finishedTests,
                running,
                announcedStatus,
                status,
                results,
                PlainText.end(output.toString(), OUTPUT_CHARS),
                PlainText.end(diagnosis.toString(), DIAGNOSIS_CHARS).strip());
    }

    /**
     * Takes the next line.
     *
     * @return false if the run has said more than it may, and is to be ended
     */
    boolean take(String text) {
        RefereeLine line;
        try {
            line = Json.MAPPER.readValue(text, RefereeLine.class);
        } catch (JacksonException e) {
            // Not from the referee: bwrap, prlimit or Python say why there is none.
            append(diagnosis, text + "\n", DIAGNOSIS_CHARS);
            return true;
        }
        switch (line) {
            case RefereeLine.Ready() -> {} // said before the job is given
            case RefereeLine.Expected e -> expected = e;
            case RefereeLine.Mutant m -> mutant = m;
            case RefereeLine.Lines(JsonNode lines) -> counted = lines;
            case RefereeLine.Doubtful(String why) -> doubt = PlainText.line(why, MESSAGE_CHARS);
            case RefereeLine.Inapplicable(String why) -> inapplicable = PlainText.line(why, MESSAGE_CHARS);
            case RefereeLine.Output(int bytes, String printed) -> {
                outputBytes += bytes;
                append(output, printed, 2 * OUTPUT_CHARS);
                append(outputOfTest, printed, 2 * TEST_OUTPUT_CHARS);
            }
            case RefereeLine.Worker worker -> {
                reports++;
                try {
                    WorkerReport report = Json.MAPPER.treeToValue(worker.report(), WorkerReport.class);
                    if (report == null) {
                        forged("a report says nothing"); // the JSON literal null
                    } else {
                        take(report);
                    }
                } catch (JacksonException e) {
                    forged("a report is none of the reporter's");
                }
            }
            case RefereeLine.Tampered(String why) -> forged(why);
            case RefereeLine.TooManyFiles() -> tooManyFiles = true;
            case RefereeLine.End(int code) -> status = code;
        }
        return outputBytes <= outputLimit && reports <= REPORTS;
    }

    private void take(WorkerReport report) {
        switch (report) {
            case WorkerReport.Collected(int count) -> collected = count;
            case WorkerReport.Started(String test) -> {
                running = PlainText.line(test, MESSAGE_CHARS);
                outputOfTest.setLength(0);
            }
            case WorkerReport.Result r -> {
                running = null;
                outOfMemory |= r.memory();
                if (expected != null && r.test().equals(expected.canary())) {
                    canaryFailed = r.outcome() == Outcome.FAILED;
                } else {
                    finishedTests.add(r.test());
                    String printed = PlainText.end(outputOfTest.toString(), TEST_OUTPUT_CHARS);
                    results.add(result(r, printed.isBlank() ? null : printed));
                }
            }
            case WorkerReport.Collection c -> {
                outOfMemory |= c.memory();
                results.add(result(
                        new WorkerReport.Result(
                                c.test(), c.outcome(), 0, c.message(), c.trace(), c.files(), c.lines(), c.memory()),
                        null));
            }
            case WorkerReport.Broken(boolean memory) -> outOfMemory |= memory;
            case WorkerReport.Finished(int code) -> announcedStatus = code;
        }
    }

    private void forged(String why) {
        if (tampering == null) {
            tampering = PlainText.line(why, MESSAGE_CHARS);
        }
    }

    private Result result(WorkerReport.Result of, @Nullable String printed) {
        return new Result(
                PlainText.line(of.test(), MESSAGE_CHARS),
                of.outcome(),
                Math.max(0, of.millis()),
                of.message() == null ? null : PlainText.line(of.message(), MESSAGE_CHARS),
                of.trace() == null ? null : PlainText.end(of.trace(), TRACE_CHARS),
                of.files().stream().filter(jobFiles::contains).distinct().toList(),
                of.lines().stream()
                        .filter(line -> jobFiles.contains(line.substring(0, Math.max(0, line.lastIndexOf(':')))))
                        .toList(),
                printed);
    }

    private static void append(StringBuilder text, String more, int length) {
        text.append(more);
        if (text.length() > length) {
            text.delete(0, text.length() - length);
        }
    }
}

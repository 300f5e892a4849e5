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

/** What a sandbox says in one run, folded line by line; {@link RunReport} judges it. */
final class RunLog {

    static final int MESSAGE_CHARS = 300;
    static final int TRACE_CHARS = 4_000;
    static final int OUTPUT_CHARS = 8_000;

    /** Lines from a worker; more is a flood, not a report. */
    private static final int REPORTS = 50_000;

    private static final int DIAGNOSIS_CHARS = 2_000;

    private final Set<String> jobFiles;
    private final long outputLimit;
    private final List<Result> results = new ArrayList<>();
    private final Set<String> finishedTests = new HashSet<>();
    private final StringBuilder output = new StringBuilder();
    private final StringBuilder diagnosis = new StringBuilder();
    private boolean ready;
    private boolean garbled;
    private boolean outOfMemory;
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
     * @param ready whether the sandbox came to stand
     * @param garbled whether the worker sent what its reporter never would
     * @param collected tests that were to run
     * @param finished of these, those that came to an end
     * @param running the test that had begun and not ended
     * @param announcedStatus the exit status that pytest announced; null if it did not get so far
     * @param status the real one, a signal's number negated; null if the run was cut off
     * @param output its end
     * @param diagnosis what the parts of the sandbox said when it did not come to stand
     */
    record Facts(
            boolean ready,
            boolean garbled,
            boolean outOfMemory,
            int collected,
            int finished,
            @Nullable String running,
            @Nullable Integer announcedStatus,
            @Nullable Integer status,
            List<Result> results,
            String output,
            String diagnosis) {

        Facts {
            results = List.copyOf(results);
        }

        boolean has(Outcome outcome) {
            return results.stream().anyMatch(result -> result.outcome() == outcome);
        }
    }

    Facts facts() {
        return new Facts(
                ready,
                garbled,
                outOfMemory,
                collected,
                finishedTests.size(),
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
            case RefereeLine.Ready() -> ready = true;
            case RefereeLine.Output(int bytes, String printed) -> {
                outputBytes += bytes;
                append(output, printed, 2 * OUTPUT_CHARS);
            }
            case RefereeLine.Worker worker -> {
                reports++;
                try {
                    WorkerReport report = Json.MAPPER.treeToValue(worker.report(), WorkerReport.class);
                    if (report == null) {
                        garbled = true; // the JSON literal null
                    } else {
                        take(report);
                    }
                } catch (JacksonException e) {
                    garbled = true;
                }
            }
            case RefereeLine.Garbled() -> {
                reports++;
                garbled = true;
            }
            case RefereeLine.End(int code) -> status = code;
        }
        return outputBytes <= outputLimit && reports <= REPORTS;
    }

    private void take(WorkerReport report) {
        switch (report) {
            case WorkerReport.Collected(int count) -> collected = count;
            case WorkerReport.Started(String test) -> running = PlainText.line(test, MESSAGE_CHARS);
            case WorkerReport.Result r -> {
                running = null;
                finishedTests.add(r.test());
                outOfMemory |= r.memory();
                results.add(result(r.test(), r.outcome(), r.millis(), r.message(), r.trace(), r.files()));
            }
            case WorkerReport.Collection c -> {
                outOfMemory |= c.memory();
                results.add(result(c.test(), c.outcome(), 0, c.message(), c.trace(), c.files()));
            }
            case WorkerReport.Broken(boolean memory) -> outOfMemory |= memory;
            case WorkerReport.Finished(int code) -> announcedStatus = code;
        }
    }

    private Result result(
            String test,
            Outcome outcome,
            long millis,
            @Nullable String message,
            @Nullable String trace,
            List<String> files) {
        return new Result(
                PlainText.line(test, MESSAGE_CHARS),
                outcome,
                Math.max(0, millis),
                message == null ? null : PlainText.line(message, MESSAGE_CHARS),
                trace == null ? null : PlainText.end(trace, TRACE_CHARS),
                files.stream().filter(jobFiles::contains).distinct().toList());
    }

    private static void append(StringBuilder text, String more, int length) {
        text.append(more);
        if (text.length() > length) {
            text.delete(0, text.length() - length);
        }
    }
}

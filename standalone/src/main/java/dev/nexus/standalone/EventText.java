package dev.nexus.standalone;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TestQuality;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Usd;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an event says, in a few words for a person. */
final class EventText {

    /** More of them would bury the rest of a line. */
    private static final int VACUOUS_NAMED = 3;

    /** Control characters, those of 8 bits too, and what turns the direction of writing. */
    private static final Pattern STEERING =
            Pattern.compile("\\p{IsControl}+|[\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");

    private EventText() {}

    static String of(JobEvent event) {
        return printable(words(event));
    }

    private static String words(JobEvent event) {
        return switch (event) {
            case JobEvent.JobAccepted e -> "job accepted (" + e.kind().wire() + ")";
            case JobEvent.JobRejected e -> "job rejected: " + e.error().message();
            case JobEvent.TaskScheduled e -> "waiting for a worker" + attempt(e.attempt());
            case JobEvent.TaskStarted e -> "started" + attempt(e.attempt());
            case JobEvent.TaskProgress e -> e.message();
            case JobEvent.TaskReleased e -> "handed back by its worker, which stops";
            case JobEvent.TaskCompleted e ->
                "done: " + result(e.outcome()) + changed(e) + cost(e.usage())
                        + (e.fidelity() == Fidelity.SCAFFOLD ? ", SCAFFOLD only" : "");
            case JobEvent.TaskFailed e ->
                "failed" + attempt(e.attempt()) + cost(e.usage()) + ": "
                        + e.error().message();
            case JobEvent.PlanApproved e -> "plan approved";
            case JobEvent.PlanRejected e -> "plan rejected" + because(e.reason());
            case JobEvent.JobCancelRequested e -> "cancel requested" + because(e.reason());
            case JobEvent.JobCompleted e ->
                "job completed" + (e.fidelity() == Fidelity.SCAFFOLD ? ", SCAFFOLD only" : "");
            case JobEvent.JobFailed e -> "job failed: " + e.error().message();
            case JobEvent.JobCancelled e -> "job cancelled";
            case JobEvent.JobDeleted e -> "job deleted";
            case JobEvent.Unrecognised e -> e.type();
        };
    }

    private static String attempt(int attempt) {
        return attempt == 1 ? "" : " (attempt " + attempt + ")";
    }

    private static String cost(Usage usage) {
        return usage.costUsd().signum() == 0 ? "" : ", " + Usd.text(usage.costUsd());
    }

    private static String because(@Nullable String reason) {
        return reason == null ? "" : ": " + reason;
    }

    /** How many files a repair left otherwise than it found them. */
    private static String changed(JobEvent.TaskCompleted event) {
        if (event.task().round() == 0 || !(event.outcome() instanceof Outcome.Written written)) {
            return "";
        }
        int changed = written.changes().size();
        return changed == 0 ? ", none changed" : ", " + changed + " changed";
    }

    private static String result(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Planned e ->
                count(e.plan().steps().size(), "step") + (e.cached() ? ", from the plan cache" : "");
            case Outcome.Written e
            when !e.replaced().isEmpty() ->
                count(e.replaced().size(), "wrong test") + " replaced: "
                        + e.replaced().getFirst().test() + ", because "
                        + e.replaced().getFirst().why();
            case Outcome.Written e ->
                count(e.files().size(), "file") + (e.quality() == null ? "" : ", " + quality(e.quality()));
            case Outcome.Tested e -> totals(e.report());
        };
    }

    /** Such as {@code 13 of 14 tests are meaningful; vacuous: tests/test_it.py::test_import}. */
    static String quality(TestQuality quality) {
        String told = quality.meaningful() + " of " + count(quality.tests(), "test") + " are meaningful";
        if (quality.vacuous().isEmpty()) {
            return told;
        }
        int left = quality.tests() - quality.meaningful() - VACUOUS_NAMED;
        String named = String.join(
                ", ", quality.vacuous().stream().limit(VACUOUS_NAMED).toList());
        return told + "; vacuous: " + printable(named) + (left > 0 ? " and " + left + " more" : "");
    }

    /** Such as {@code 11 passed, 1 failed}; the verdict where there are no tests to count. */
    static String totals(TestReport report) {
        List<String> parts = new ArrayList<>();
        for (TestReport.Outcome outcome : TestReport.Outcome.values()) {
            long count = report.count(outcome);
            if (count > 0) {
                parts.add(count + " " + outcome.wire());
            }
        }
        return parts.isEmpty() ? report.verdict().wire().replace('_', ' ') : String.join(", ", parts);
    }

    /** In one line, and with nothing that could steer a terminal: a model may have written it. */
    static String printable(String text) {
        return STEERING.matcher(text.strip()).replaceAll(" ");
    }

    /** Likewise, with the spaces at its ends. */
    static String printableLine(String line) {
        return STEERING.matcher(line.replace("\t", "    ")).replaceAll(" ");
    }

    /** Such as {@code 212 + 388 tokens, 0.0021 USD}. */
    static String usage(Usage usage) {
        return usage.inputTokens() + " + " + usage.outputTokens() + " tokens, "
                + Usd.text(usage.costUsd())
                + (usage.estimatedUsd() == null || usage.estimatedUsd().signum() == 0 ? "" : " (partly estimated)");
    }

    /** Such as {@code 3 calls, 1 reused, 212 + 388 tokens, 0.0021 USD}. */
    static String spent(Usage usage) {
        return count(usage.calls(), "call") + ", " + usage.reused() + " reused, " + usage(usage);
    }

    static String count(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }

    /** Such as {@code 0.4 s} or {@code 2 min 05 s}. */
    static String duration(long millis) {
        return millis < 60_000
                ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
                : String.format(Locale.ROOT, "%d min %02d s", millis / 60_000, millis / 1000 % 60);
    }
}

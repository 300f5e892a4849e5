package dev.nexus.standalone;

import dev.nexus.contract.Isolation;
import dev.nexus.contract.LineCoverage;
import dev.nexus.contract.MutationScore;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Usd;
import dev.nexus.contract.Verdict;
import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.standalone.client.JobView;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How a job ended: each test, the totals, the verdict, the time and the place, and the exit code that says so. */
final class JobSummary {

    private static final String REMEDY =
            "the offline model cannot implement this; set ENABLE_LIVE_LLM=true and configure a live model";

    private final JobView job;

    JobSummary(JobView job) {
        this.job = job;
    }

    /** How a job ended, for programs: the last line of those that tell of it. */
    private record Result(
            String type, int exitCode, @Nullable String folder, JsonNode job) {}

    /**
     * Tells how the job ended, and returns the exit code that says so.
     *
     * @param place where the files were written; null if they were not fetched
     */
    int tell(Shell shell, GatewayClient gateway, @Nullable String place) {
        if (shell.json()) {
            shell.tell(new Result("nexus.result", exitCode(), place, gateway.jobDocument(job.id())));
        } else {
            lines(place).forEach(shell.out()::println);
            shell.out().flush();
        }
        return exitCode();
    }

    /** @param place where the files were written; null if they were not fetched */
    List<String> lines(@Nullable String place) {
        List<String> lines = new ArrayList<>();
        TestReport report = job.report();
        if (report != null) {
            lines.add("");
            report.tests().forEach(test -> addTest(lines, test));
            lines.add("");
            if (job.rounds().size() > 1) {
                job.rounds().forEach(round -> lines.add("round " + round.round() + "  " + outcome(round)));
            }
            lines.add("tests    " + EventText.totals(report));
            if (job.testQuality() != null) {
                lines.add("quality  " + EventText.quality(job.testQuality()));
            }
            lines.add("verdict  " + report.verdict().wire() + because(report.message()));
            addProof(lines, report);
            if (report.tests().isEmpty() && report.output() != null) {
                report.output().lines().forEach(line -> lines.add("         " + EventText.printable(line)));
            }
        }
        lines.add("job      " + job.id() + " " + job.status() + because(reason()));
        lines.add("time     " + EventText.duration(job.duration().toMillis()));
        addUsage(lines);
        if (place != null) {
            lines.add("files    " + EventText.count(job.artefacts().size(), "file") + " in " + place);
        }
        if (job.isScaffold()) {
            lines.add("");
            lines.add("SCAFFOLD ONLY: these files are stubs, nothing in them is implemented.");
            lines.add(EventText.printable(job.notice() == null ? REMEDY : job.notice()));
        }
        return lines;
    }

    private void addUsage(List<String> lines) {
        Usage usage = job.usage();
        if (usage == null) {
            return;
        }
        if (usage.inputTokens() + usage.outputTokens() > 0) {
            lines.add("tokens   " + usage.inputTokens() + " in, " + usage.outputTokens() + " out");
        }
        if (usage.costUsd().signum() > 0) {
            BigDecimal estimated = usage.estimatedUsd();
            lines.add("cost     " + Usd.text(usage.costUsd())
                    + (estimated == null || estimated.signum() == 0
                            ? ""
                            : ", " + Usd.text(estimated) + " of it estimated"));
        }
    }

    /** What a closer look at passed tests showed. */
    private static void addProof(List<String> lines, TestReport report) {
        MutationScore mutation = report.mutation();
        if (mutation != null) {
            lines.add("changes  the tests noticed " + mutation.killed() + " of " + mutation.run()
                    + " that were made to the code");
            mutation.survivors()
                    .forEach(change -> lines.add("         not "
                            + EventText.printable(change.path() + ":" + change.line() + "  " + change.change())));
        }
        Isolation isolation = report.isolation();
        if (isolation != null) {
            lines.add("apart    "
                    + switch (isolation.result()) {
                        case SAME -> "the tests pass in a process without the code, too";
                        case DIFFERS -> "DIFFERS: " + isolation.test() + " fails in a process without the code";
                        case NOT_APPLICABLE -> "not tried";
                    }
                    + because(isolation.message()));
        }
        LineCoverage coverage = report.coverage();
        if (coverage != null) {
            lines.add("lines    " + coverage.covered() + " of " + coverage.executable() + " ran");
            coverage.files().stream()
                    .filter(file -> !file.missed().isEmpty())
                    .forEach(file -> lines.add("         not "
                            + EventText.printable(file.path() + ":" + String.join(", ", file.missed()))));
        }
    }

    private String outcome(JobView.Round round) {
        Integer best = job.bestRound();
        String tests = round.passed() == null || round.failed() == null
                ? "not tested"
                : round.passed() + " of " + (round.passed() + round.failed()) + " tests passed";
        return tests + (best != null && best == round.round() ? ", the best" : "");
    }

    int exitCode() {
        JobView.Failure error = job.error();
        if (job.isScaffold()) {
            return ExitCode.FAILED;
        }
        if (error != null
                && (error.code().equals("tests_failed") || error.code().equals("no_progress"))) {
            return ExitCode.TESTS_FAILED;
        }
        if (!job.status().equals("completed")) {
            return ExitCode.FAILED;
        }
        TestReport report = job.report();
        return report == null || report.verdict() == Verdict.PASSED ? ExitCode.PASSED : ExitCode.TESTS_FAILED;
    }

    private @Nullable String reason() {
        JobView.Failure error = job.error();
        return error == null ? null : error.message() + " (" + error.code() + ")";
    }

    private static void addTest(List<String> lines, TestReport.Result test) {
        lines.add(String.format(
                "  %-7s  %s  %d ms", test.outcome().wire(), EventText.printable(test.id()), test.durationMillis()));
        if (test.outcome() != TestReport.Outcome.PASSED && test.message() != null) {
            lines.add("           " + EventText.printable(test.message()));
        }
    }

    private static String because(@Nullable String reason) {
        return reason == null ? "" : ": " + EventText.printable(reason);
    }
}

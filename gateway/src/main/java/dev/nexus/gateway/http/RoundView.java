package dev.nexus.gateway.http;

import dev.nexus.contract.FileChange;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.Round;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A round of building and testing, with how its tests went.
 *
 * @param round 0 is the first build, the others are repairs
 * @param verdict null, as the counts are, while its tests were not run
 * @param changes what it did to the files of the round before; null where a job is shown as a whole, which is not to be long
 */
record RoundView(
        int round,
        @Nullable Verdict verdict,
        @Nullable Long passed,
        @Nullable Long failed,
        @Nullable List<FileChange> changes) {

    static List<RoundView> of(JobState job) {
        return Round.of(job).stream().map(round -> of(round, round.changes())).toList();
    }

    static List<RoundView> withoutChanges(JobState job) {
        return Round.of(job).stream().map(round -> of(round, null)).toList();
    }

    private static RoundView of(Round round, @Nullable List<FileChange> changes) {
        TestReport report = round.report();
        return report == null
                ? new RoundView(round.number(), null, null, null, changes)
                : new RoundView(
                        round.number(),
                        report.verdict(),
                        report.count(TestReport.Outcome.PASSED),
                        report.count(TestReport.Outcome.FAILED) + report.count(TestReport.Outcome.ERROR),
                        changes);
    }
}

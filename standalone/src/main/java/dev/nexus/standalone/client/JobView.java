package dev.nexus.standalone.client;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Plan;
import dev.nexus.contract.TestQuality;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as the gateway shows it, as far as the command line has a use for it. Names that newer gateways may add to stay
 * text.
 *
 * @param title how the specification begins, in a list of jobs
 * @param notice what a person should know about the result, such as the remedy for a scaffold
 */
public record JobView(
        String id,
        String kind,
        String status,
        @Nullable String title,
        @Nullable String spec,
        @Nullable Fidelity fidelity,
        @Nullable Plan plan,
        @Nullable String planHash,
        @Nullable Asked approval,
        @Nullable Usage usage,
        @Nullable String notice,
        List<Artefact> artefacts,
        @Nullable TestQuality testQuality,
        @Nullable TestReport report,
        List<Round> rounds,
        @Nullable Integer bestRound,
        @Nullable Failure error,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant finishedAt) {

    /** A file to fetch. */
    public record Artefact(String path, long size, String sha256) {}

    /**
     * A build or repair; the counts are of its tests, if they were run.
     *
     * @param round 0 for the first build
     */
    public record Round(
            int round, @Nullable Integer passed, @Nullable Integer failed) {}

    /** What a human was asked about: the plan with this hash. */
    public record Asked(String planHash) {}

    /** Why the job failed. */
    public record Failure(String code, String message) {}

    @SuppressWarnings("NullAway") // Jackson passes null for an absent list
    public JobView {
        artefacts = artefacts == null ? List.of() : List.copyOf(artefacts);
        rounds = rounds == null ? List.of() : List.copyOf(rounds);
    }

    /** Whether nothing about the job will change any more. */
    public boolean isFinal() {
        return status.equals("completed") || status.equals("failed") || status.equals("cancelled");
    }

    /** Whether it goes on only when somebody has approved its plan. */
    public boolean awaitsApproval() {
        return status.equals("awaiting_approval");
    }

    public boolean isScaffold() {
        return fidelity == Fidelity.SCAFFOLD;
    }

    /** From its acceptance to its end, or to what last happened to it. */
    public Duration duration() {
        return Duration.between(createdAt, finishedAt == null ? updatedAt : finishedAt);
    }
}

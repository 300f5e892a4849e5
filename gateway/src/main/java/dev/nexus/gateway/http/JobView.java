package dev.nexus.gateway.http;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Replay;
import dev.nexus.contract.Stage;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestQuality;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Verdict;
import dev.nexus.gateway.job.Attempt;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.job.PlanApproval;
import dev.nexus.gateway.job.TaskState;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A job as {@code GET /jobs/{id}} shows it: the state alone decides it, so every replica gives the same bytes. */
record JobView(
        JobId id,
        JobKind kind,
        JobStatus status,
        Fidelity fidelity,
        @Nullable String notice,
        @Nullable String spec,
        JobOptions options,
        Map<String, String> metadata,
        @Nullable JobId basedOn,
        @Nullable Stage from,
        @Nullable ReplayView replay,
        long seq,
        List<TaskView> tasks,
        @Nullable Plan plan,
        @Nullable String planHash,
        @Nullable ApprovalView approval,
        List<ArtefactView> artefacts,
        @Nullable TestQuality testQuality,
        @Nullable TestReport report,
        List<RoundView> rounds,
        @Nullable Integer bestRound,
        @Nullable Verdict verdict,
        Usage usage,
        @Nullable ErrorInfo error,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant finishedAt,
        Map<String, String> links) {

    private static final String SCAFFOLD = "The offline model cannot implement this; these files are a scaffold. Set"
            + " ENABLE_LIVE_LLM=true and a provider's key for an implementation.";

    /** What is exchanged in a replay; the prompts' texts, by name, are in {@code job.accepted}. */
    record ReplayView(Map<String, String> models, List<String> prompts) {

        static @Nullable ReplayView of(@Nullable Replay replay) {
            return replay == null
                    ? null
                    : new ReplayView(
                            replay.models(), List.copyOf(replay.prompts().keySet()));
        }
    }

    /**
     * What a human was asked about the plan.
     *
     * @param status {@code awaited}, {@code approved} or {@code rejected}
     * @param planHash of the plan that was asked about; that of the plan shown is another one if it was changed
     */
    record ApprovalView(
            String status,
            String planHash,
            boolean edited,
            @Nullable String reason,
            @Nullable Instant askedAt,
            @Nullable Instant answeredAt) {

        static @Nullable ApprovalView of(PlanApproval approval) {
            String hash = approval.planHash();
            if (hash == null) {
                return null;
            }
            return switch (approval.answer()) {
                case null -> new ApprovalView("awaited", hash, false, null, approval.askedAt(), null);
                case JobEvent.PlanApproved e ->
                    new ApprovalView(
                            "approved", hash, e.plan() != null, null, approval.askedAt(), approval.answeredAt());
                case JobEvent.PlanRejected e ->
                    new ApprovalView("rejected", hash, false, e.reason(), approval.askedAt(), approval.answeredAt());
            };
        }
    }

    /**
     * A task, with its newest attempt.
     *
     * @param usage of all its attempts that told a result; null if they used nothing
     */
    record TaskView(
            TaskId id,
            TaskState.Status status,
            int attempt,
            @Nullable String worker,
            @Nullable String progress,
            Instant scheduledAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable ErrorInfo error,
            @Nullable String detail,
            @Nullable Usage usage) {

        static TaskView of(TaskState task) {
            Attempt latest = task.latest();
            var failure = task.isCompleted() ? null : latest.failure();
            return new TaskView(
                    task.id(),
                    task.status(),
                    latest.number(),
                    latest.worker(),
                    latest.progress(),
                    latest.scheduledAt(),
                    latest.startedAt(),
                    task.completedAt(),
                    failure == null ? null : failure.error(),
                    failure == null ? null : failure.detail(),
                    task.usage().equals(Usage.NONE) ? null : task.usage());
        }
    }

    /** A file, with where to fetch it. */
    record ArtefactView(String path, long size, String sha256, String href) {

        static ArtefactView of(JobId job, ArtefactRef file) {
            return new ArtefactView(file.path(), file.size(), file.sha256(), href(job, file.path()));
        }

        private static String href(JobId job, String path) {
            return "/jobs/" + job + "/artefacts/"
                    + Arrays.stream(path.split("/"))
                            .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8)
                                    .replace("+", "%20"))
                            .collect(Collectors.joining("/"));
        }
    }

    static JobView of(JobState job) {
        String self = "/jobs/" + job.id();
        Map<String, String> links = new TreeMap<>(Map.of(
                "self", self,
                "events", self + "/events",
                "rounds", self + "/rounds",
                "calls", self + "/calls",
                "report", self + "/report.xml",
                "artefacts", self + "/artefacts",
                "archive", self + "/artefacts.zip",
                "cancel", self + "/cancel"));
        if (job.status() == JobStatus.AWAITING_APPROVAL) {
            links.put("approve", self + "/approve");
            links.put("reject", self + "/reject");
        }
        return new JobView(
                job.id(),
                job.request().kind(),
                job.status(),
                job.fidelity(),
                job.fidelity() == Fidelity.SCAFFOLD ? SCAFFOLD : null,
                job.request().spec(),
                job.request().options(),
                job.request().metadata(),
                job.request().basedOn(),
                job.request().from(),
                ReplayView.of(job.request().replay()),
                job.seq(),
                job.tasks().values().stream().map(TaskView::of).toList(),
                job.plan(),
                job.plan() == null ? null : job.plan().hash(),
                ApprovalView.of(job.approval()),
                files(job),
                job.testQuality(),
                job.report(),
                RoundView.withoutChanges(job),
                job.bestRound(),
                job.verdict(),
                job.usage(),
                job.error(),
                job.createdAt(),
                job.updatedAt(),
                job.status().isFinal() ? job.updatedAt() : null,
                links);
    }

    static List<ArtefactView> files(JobState job) {
        return job.artefacts().values().stream()
                .map(file -> ArtefactView.of(job.id(), file))
                .toList();
    }
}

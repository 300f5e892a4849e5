package dev.nexus.gateway.job;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import java.time.Instant;

/**
 * A job as lists show it: without what makes it long.
 *
 * @param title the first line of its specification, at most 100 characters
 */
public record JobSummary(
        JobId id,
        JobKind kind,
        JobStatus status,
        Fidelity fidelity,
        String title,
        Instant createdAt,
        Instant updatedAt) {

    private static final int TITLE = 100;

    public static JobSummary of(JobState job) {
        String spec = job.request().spec();
        String first = spec == null ? "" : spec.strip().lines().findFirst().orElse("");
        String title = first.length() <= TITLE ? first : first.substring(0, TITLE) + "…";
        return new JobSummary(
                job.id(), job.request().kind(), job.status(), job.fidelity(), title, job.createdAt(), job.updatedAt());
    }
}

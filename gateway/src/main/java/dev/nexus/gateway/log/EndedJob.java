package dev.nexus.gateway.log;

import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.Since;
import dev.nexus.gateway.job.JobStatus;
import java.time.Instant;

/**
 * What always stays in memory of a final job: where its events stand, its place among the others, and what lists choose by.
 *
 * @param partition of {@code job-events}, for all of its events
 * @param first the offset of its {@code job.accepted}
 * @param last the offset of its final event
 */
record EndedJob(
        JobId id,
        String tenant,
        JobKind kind,
        JobStatus status,
        Instant createdAt,
        int partition,
        long first,
        long last,
        boolean deleted) {

    static EndedJob of(JobId id, String tenant, JobKind kind, JobStatus status, Since since, long last) {
        return new EndedJob(id, tenant, kind, status, since.time(), since.partition(), since.offset(), last, false);
    }

    EndedJob asDeleted() {
        return new EndedJob(id, tenant, kind, status, createdAt, partition, first, last, true);
    }
}

package dev.nexus.gateway.log;

import dev.nexus.contract.JobId;
import dev.nexus.contract.Since;
import java.time.Instant;

/**
 * What always stays in memory of a final job: where its events stand, and its place among the others.
 *
 * @param partition of {@code job-events}, for all of its events
 * @param first the offset of its {@code job.accepted}
 * @param last the offset of its final event
 */
record EndedJob(JobId id, String tenant, Instant createdAt, int partition, long first, long last, boolean deleted) {

    static EndedJob of(JobId id, String tenant, Since since, long last) {
        return new EndedJob(id, tenant, since.time(), since.partition(), since.offset(), last, false);
    }

    EndedJob asDeleted() {
        return new EndedJob(id, tenant, createdAt, partition, first, last, true);
    }
}

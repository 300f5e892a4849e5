package dev.nexus.gateway.log;

import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobSummary;

/**
 * What always stays in memory of a final job: what lists show, and where its events stand.
 *
 * @param partition of {@code job-events}, for all of its events
 * @param first the offset of its {@code job.accepted}
 * @param last the offset of its final event
 */
record EndedJob(JobSummary summary, int partition, long first, long last, boolean deleted) {

    /** @param last where the event stands that ended it */
    static EndedJob of(JobState job, long last) {
        return new EndedJob(
                JobSummary.of(job), job.since().partition(), job.since().offset(), last, job.deleted());
    }

    EndedJob asDeleted() {
        return new EndedJob(summary, partition, first, last, true);
    }
}

package dev.nexus.gateway.archive;

import dev.nexus.contract.JobId;
import java.time.Instant;

/**
 * What the archive knows of a job without folding it: where it begins, and how far it is.
 *
 * @param topic the archive's number of the topic with its events
 * @param part the partition with its events
 * @param begins the offset of its {@code job.accepted}
 */
record ArchivedJob(JobId job, int topic, int part, long begins, Instant createdAt, Phase phase) {

    /** How far a job is. */
    enum Phase {
        /** It goes on: what is told of it is copied, and not shown. */
        OPEN,
        FINAL,
        /** Hidden, until its rows are gone. */
        DELETED
    }

    ArchivedJob in(Phase next) {
        return new ArchivedJob(job, topic, part, begins, createdAt, next);
    }
}

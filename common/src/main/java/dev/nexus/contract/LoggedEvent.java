package dev.nexus.contract;

import java.time.Instant;

/**
 * An event as it stands in the log.
 *
 * @param id the {@code ce_id}, as text: also of events that this version does not know
 * @param time the broker's, when the event was appended
 */
public record LoggedEvent(JobId job, String id, JobEvent event, int partition, long offset, Instant time) {}

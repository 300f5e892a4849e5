package dev.nexus.standalone.client;

import dev.nexus.contract.JobEvent;
import java.time.Instant;

/**
 * An event as the gateway streams it.
 *
 * @param seq its number within the job
 * @param time the broker's
 * @param json all of it, in one line
 */
public record StreamedEvent(long seq, Instant time, JobEvent event, String json) {}

package dev.nexus.gateway.http;

import dev.nexus.contract.JobId;

/**
 * What a request has made, as its exchange remembers it.
 *
 * @param isNew whether it made the job, or may have: else an equal request had done so before
 */
public record JobMade(JobId job, boolean isNew) {

    /** The attribute of the exchange. */
    public static final String ATTRIBUTE = JobMade.class.getName();
}

package dev.nexus.contract;

import org.jspecify.annotations.Nullable;

/**
 * How a job is to be done.
 *
 * @param maxRepairs repair rounds after a failed test run, 0 to {@link Limits#REPAIRS}; 2 if not given
 * @param noCache true asks the planner for a fresh plan even if an equal specification has one
 */
public record JobOptions(
        @Nullable Integer maxRepairs, @Nullable Boolean noCache) {

    public static final JobOptions DEFAULTS = new JobOptions(null, null);

    /** Repair rounds, the default applied. */
    public int repairs() {
        return maxRepairs == null ? 2 : maxRepairs;
    }

    /** Whether a cached plan may be used. */
    public boolean mayUseCache() {
        return noCache == null || !noCache;
    }
}

package dev.nexus.contract;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a job is to be done.
 *
 * @param maxRepairs repair rounds after a failed test run, 0 to {@link Limits#REPAIRS}; 2 if not given
 * @param noCache true asks the planner for a fresh plan even if an equal specification has one
 * @param deadline time from acceptance to the final event, on the wire in the form of ISO 8601, such as {@code PT10M}; at
 *     least {@link Limits#SHORTEST_DEADLINE}, at most what the gateway is set to, which is also the default
 * @param budgetUsd what the job's model calls may cost together, in US dollars, more than 0; at most what the gateway is set
 *     to, which is also the default; no limit if neither is there
 * @param approval what is shown to a human before the job goes on; null for nothing
 * @param webhooks ids of subscriptions that are told of this job, besides those that are told of every job
 */
public record JobOptions(
        @Nullable Integer maxRepairs,
        @Nullable Boolean noCache,
        @Nullable Duration deadline,
        @Nullable BigDecimal budgetUsd,
        @Nullable Approval approval,
        List<String> webhooks) {

    public static final JobOptions DEFAULTS = new JobOptions(null, null, null);

    @SuppressWarnings("NullAway") // Jackson passes null for an absent list
    public JobOptions {
        webhooks = webhooks == null ? List.of() : List.copyOf(webhooks);
    }

    public JobOptions(
            @Nullable Integer maxRepairs,
            @Nullable Boolean noCache,
            @Nullable Duration deadline,
            @Nullable BigDecimal budgetUsd) {
        this(maxRepairs, noCache, deadline, budgetUsd, null, List.of());
    }

    public JobOptions(@Nullable Integer maxRepairs, @Nullable Boolean noCache, @Nullable Duration deadline) {
        this(maxRepairs, noCache, deadline, null);
    }

    /** The same, with what {@code earlier} says where these say nothing. */
    public JobOptions over(JobOptions earlier) {
        return new JobOptions(
                maxRepairs == null ? earlier.maxRepairs : maxRepairs,
                noCache == null ? earlier.noCache : noCache,
                deadline == null ? earlier.deadline : deadline,
                budgetUsd == null ? earlier.budgetUsd : budgetUsd,
                approval == null ? earlier.approval : approval,
                webhooks.isEmpty() ? earlier.webhooks : webhooks);
    }

    /**
     * The same, with no more time than {@code longest}, and no more money than {@code most}: that much if they name none.
     *
     * @param most in US dollars; null for no limit
     */
    public JobOptions within(Duration longest, @Nullable BigDecimal most) {
        return new JobOptions(
                maxRepairs,
                noCache,
                deadline == null || deadline.compareTo(longest) <= 0 ? deadline : longest,
                most == null || (budgetUsd != null && budgetUsd.compareTo(most) <= 0) ? budgetUsd : most,
                approval,
                webhooks);
    }

    /** The same, with no plan from a cache. */
    public JobOptions withoutCache() {
        return new JobOptions(maxRepairs, true, deadline, budgetUsd, approval, webhooks);
    }

    /** The same, but for this approval. */
    public JobOptions with(@Nullable Approval other) {
        return new JobOptions(maxRepairs, noCache, deadline, budgetUsd, other, webhooks);
    }

    /** Repair rounds, the default applied. */
    public int repairs() {
        return maxRepairs == null ? 2 : maxRepairs;
    }

    /** Whether a cached plan may be used. */
    public boolean mayUseCache() {
        return noCache == null || !noCache;
    }
}

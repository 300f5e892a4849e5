package dev.nexus.gateway.access;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How much a tenant may have; of each, null for what {@code default} has, and 0 for no limit.
 *
 * @param requestsPerMinute on HTTP and Kafka together, at all gateways
 * @param openJobs that are not final
 * @param runningTasks orders and claimed attempts together; what is beyond them waits
 * @param budgetPerDayUsd what the model calls of a day in UTC may cost, in US dollars
 */
public record TenantLimits(
        @Min(0) @Max(1_000_000) @Nullable Integer requestsPerMinute,
        @Min(0) @Max(1_000_000) @Nullable Integer openJobs,
        @Min(0) @Max(1_000_000) @Nullable Integer runningTasks,
        @DecimalMin("0") @DecimalMax("1000000") @Nullable BigDecimal budgetPerDayUsd) {

    /** No limit at all. */
    static final TenantLimits NONE = new TenantLimits(null, null, null, null);
}

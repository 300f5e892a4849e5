package dev.nexus.gateway.access;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How much each tenant may have: its own limit, or else the default's. */
public final class Quotas {

    /** The name under which the limits of all others stand. */
    private static final String DEFAULT = "default";

    private final Map<String, TenantLimits> limits;

    public Quotas(Map<String, TenantLimits> limits) {
        this.limits = Map.copyOf(limits);
    }

    /** Requests in a minute; 0 for no limit. */
    public int requestsPerMinute(String tenant) {
        return count(tenant, TenantLimits::requestsPerMinute);
    }

    /** Jobs that are not final; 0 for no limit. */
    public int openJobs(String tenant) {
        return count(tenant, TenantLimits::openJobs);
    }

    /** Tasks under way; 0 for no limit. */
    public int runningTasks(String tenant) {
        return count(tenant, TenantLimits::runningTasks);
    }

    /** US dollars for a day in UTC; null for no limit. */
    public @Nullable BigDecimal budgetPerDayUsd(String tenant) {
        BigDecimal budget = of(tenant, TenantLimits::budgetPerDayUsd);
        return budget == null || budget.signum() == 0 ? null : budget;
    }

    /** Tenants that have a budget for the day by their own name, with it. */
    public Map<String, BigDecimal> budgetsPerDayUsd() {
        Map<String, BigDecimal> budgets = new TreeMap<>();
        for (String tenant : limits.keySet()) {
            BigDecimal budget = budgetPerDayUsd(tenant);
            if (budget != null) {
                budgets.put(tenant, budget);
            }
        }
        return budgets;
    }

    /** Whether anyone has a budget for the day. */
    public boolean countMoney() {
        return limits.keySet().stream().anyMatch(tenant -> budgetPerDayUsd(tenant) != null);
    }

    private int count(String tenant, Function<TenantLimits, @Nullable Integer> which) {
        Integer count = of(tenant, which);
        return count == null ? 0 : count;
    }

    private <T> @Nullable T of(String tenant, Function<TenantLimits, @Nullable T> which) {
        T own = which.apply(limits.getOrDefault(tenant, TenantLimits.NONE));
        return own == null ? which.apply(limits.getOrDefault(DEFAULT, TenantLimits.NONE)) : own;
    }
}

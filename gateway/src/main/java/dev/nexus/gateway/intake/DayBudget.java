package dev.nexus.gateway.intake;

import dev.nexus.contract.Usd;
import dev.nexus.gateway.log.JobTable;
import dev.nexus.gateway.log.Spending;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant may still spend today: its budget without what its tasks have cost since midnight in UTC, and without what
 * its open jobs may still spend. For that, each of its jobs has a budget of its own.
 */
public final class DayBudget {

    /** Of a day's budget, for a job that names none where there is no usual one: else the first would take all of it. */
    private static final BigDecimal SHARE = new BigDecimal("0.1");

    private static final int DECIMALS = 6;

    private final JobTable jobs;
    private final Spending spending;
    private final Function<String, @Nullable BigDecimal> budgets;
    private final Clock clock;
    /** What jobs may spend that are about to be accepted; guarded by itself. */
    private final Map<String, BigDecimal> coming = new HashMap<>();

    /** @param budgets of each tenant for a day, in US dollars; null for no limit */
    public DayBudget(JobTable jobs, Spending spending, Function<String, @Nullable BigDecimal> budgets, Clock clock) {
        this.jobs = jobs;
        this.spending = spending;
        this.budgets = budgets;
        this.clock = clock;
    }

    /**
     * What a new job may spend at most; {@link #taken} is to be called with it when the job is in the table, or never will
     * be.
     *
     * @param asked what it asks for; null if for nothing
     * @param usual what a job may spend at most, and what one gets that asks for nothing; null for no limit
     * @return {@code usual} where the tenant has no budget
     * @throws InvalidRequest if less is left than it asks for, or nothing
     */
    @Nullable
    BigDecimal take(String tenant, @Nullable BigDecimal asked, @Nullable BigDecimal usual) throws InvalidRequest {
        BigDecimal budget = budgets.apply(tenant);
        if (budget == null) {
            return usual;
        }
        synchronized (coming) {
            BigDecimal promised = coming.getOrDefault(tenant, BigDecimal.ZERO);
            BigDecimal left = budget.subtract(spending.today(tenant))
                    .subtract(reserved(tenant))
                    .subtract(promised)
                    .setScale(DECIMALS, RoundingMode.FLOOR);
            if (left.signum() <= 0 || (asked != null && asked.compareTo(left) > 0)) {
                throw refusal(tenant, budget, left.max(BigDecimal.ZERO));
            }
            BigDecimal share = usual != null ? usual : budget.multiply(SHARE).setScale(DECIMALS, RoundingMode.CEILING);
            BigDecimal cap = asked != null ? asked : share.min(left);
            coming.put(tenant, promised.add(cap));
            return cap;
        }
    }

    /** Gives back what {@link #take} has promised: the table has the job now, or nobody has. */
    void taken(String tenant, @Nullable BigDecimal cap) {
        if (budgets.apply(tenant) == null || cap == null) {
            return;
        }
        synchronized (coming) {
            BigDecimal rest = coming.getOrDefault(tenant, BigDecimal.ZERO).subtract(cap);
            if (rest.signum() <= 0) {
                coming.remove(tenant);
            } else {
                coming.put(tenant, rest);
            }
        }
    }

    private BigDecimal reserved(String tenant) {
        var sum = new BigDecimal[] {BigDecimal.ZERO};
        jobs.forEachOpen(job -> {
            BigDecimal budget = job.request().options().budgetUsd();
            if (budget != null && job.request().tenant().equals(tenant)) {
                BigDecimal rest = budget.subtract(job.usage().costUsd());
                sum[0] = sum[0].add(rest.max(BigDecimal.ZERO));
            }
        });
        return sum[0];
    }

    private InvalidRequest refusal(String tenant, BigDecimal budget, BigDecimal left) {
        Instant now = clock.instant();
        Instant reset = LocalDate.ofInstant(now, ZoneOffset.UTC)
                .plusDays(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        return InvalidRequest.quota(
                "of the " + Usd.text(budget) + " that this tenant may spend in a day (nexus.tenants." + tenant
                        + ".budget-per-day-usd, or that of default) " + Usd.text(left)
                        + " is neither spent nor promised to open jobs; it is whole again at " + reset
                        + "; ask for less with options.budgetUsd, or send the request again then",
                Duration.between(now, reset));
    }
}

package dev.nexus.gateway.log;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Usage;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What each tenant's tasks have cost today, in UTC, as the log tells. The log's thread writes, any may read. */
public final class Spending {

    private static final String RESULT = "/result";

    private final boolean wanted;
    private final Clock clock;
    private volatile LocalDate day = LocalDate.EPOCH;
    private final Map<String, BigDecimal> byTenant = new ConcurrentHashMap<>();
    /** The results that count, as one can stand in the log twice. */
    private final Set<String> counted = ConcurrentHashMap.newKeySet();

    /** @param wanted whether anyone asks; else nothing is kept */
    public Spending(boolean wanted, Clock clock) {
        this.wanted = wanted;
        this.clock = clock;
    }

    /** Whether an event of that id may have cost something today. */
    boolean counts(String id, Instant time) {
        return wanted && id.endsWith(RESULT) && !day(time).isBefore(LocalDate.now(clock));
    }

    /** @param tenant whose job it is of; null if nobody knows any more */
    void read(LoggedEvent event, @Nullable String tenant) {
        if (tenant == null || !counts(event.id(), event.time())) {
            return;
        }
        Usage usage = switch (event.event()) {
            case JobEvent.TaskCompleted done -> done.usage();
            case JobEvent.TaskFailed failed -> failed.usage();
            default -> null;
        };
        turnTo(day(event.time()));
        if (usage != null && counted.add(event.id())) {
            byTenant.merge(tenant, usage.costUsd(), BigDecimal::add);
        }
    }

    private void turnTo(LocalDate next) {
        if (next.isAfter(day)) {
            byTenant.clear();
            counted.clear();
            day = next;
        }
    }

    /** In US dollars, since midnight. */
    public BigDecimal today(String tenant) {
        return day.isBefore(LocalDate.now(clock)) ? BigDecimal.ZERO : byTenant.getOrDefault(tenant, BigDecimal.ZERO);
    }

    private static LocalDate day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
}

package dev.nexus.gateway.log;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Usage;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.Untold;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What each tenant's tasks have cost today, in UTC, as the log tells; of those that tell nothing, as their job was ended or
 * they were lost, the most that they may have. The log's thread writes, any may read.
 */
public final class Spending {

    private static final String RESULT = "/result";

    private final boolean wanted;
    private final Clock clock;
    private volatile LocalDate day = LocalDate.EPOCH;
    private final Map<String, BigDecimal> byTenant = new ConcurrentHashMap<>();
    /** The results that count, as one can stand in the log twice. */
    private final Set<String> counted = ConcurrentHashMap.newKeySet();

    /** What is counted for want of a result, by job and task. */
    private final Map<String, Untold> untold = new ConcurrentHashMap<>();

    /** @param wanted whether anyone asks; else nothing is kept */
    public Spending(boolean wanted, Clock clock) {
        this.wanted = wanted;
        this.clock = clock;
    }

    /** Whether an event of that id may have cost something today. */
    boolean counts(String id, Instant time) {
        return id.endsWith(RESULT) && counts(time);
    }

    /** Whether what happened then is part of today's. */
    boolean counts(Instant time) {
        return wanted && !day(time).isBefore(LocalDate.now(clock));
    }

    /** @param tenant whose job it is of; null if nobody knows any more */
    void read(LoggedEvent event, @Nullable String tenant) {
        if (tenant == null || !counts(event.id(), event.time())) {
            return;
        }
        turnTo(day(event.time()));
        switch (event.event()) {
            case JobEvent.TaskCompleted done -> told(tenant, event, done, done.usage());
            case JobEvent.TaskFailed failed -> told(tenant, event, failed, failed.usage());
            default -> {}
        }
    }

    private void told(String tenant, LoggedEvent event, JobEvent.OfTask result, Usage usage) {
        if (!counted.add(event.id())) {
            return;
        }
        BigDecimal more = usage.costUsd();
        String task = key(event.job(), result.task());
        Untold before = untold.remove(task);
        if (before != null) { // it was late: what it tells is not counted twice
            boolean tellsAll = result.attempt() >= before.attempt();
            BigDecimal left =
                    tellsAll ? BigDecimal.ZERO : before.usd().subtract(more).max(BigDecimal.ZERO);
            if (left.signum() > 0) {
                untold.put(task, new Untold(before.task(), before.attempt(), left));
            }
            more = more.subtract(before.usd()).add(left);
        }
        byTenant.merge(tenant, more, BigDecimal::add);
    }

    /** The job has just ended, at that time in the log. */
    void ended(JobState job, Instant at) {
        if (!counts(at)) {
            return;
        }
        turnTo(day(at));
        for (Untold each : job.untold()) {
            if (untold.putIfAbsent(key(job.id(), each.task()), each) == null) {
                byTenant.merge(job.request().tenant(), each.usd(), BigDecimal::add);
            }
        }
    }

    private static String key(JobId job, TaskId task) {
        return job + "/" + task;
    }

    private void turnTo(LocalDate next) {
        if (next.isAfter(day)) {
            byTenant.clear();
            counted.clear();
            untold.clear();
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

package dev.nexus.gateway;

import dev.nexus.gateway.access.TenantLimits;
import dev.nexus.gateway.job.Deadlines;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What the gateway takes, and how long it lets things last.
 *
 * @param archive where final jobs stay that the log no longer has
 * @param tenants how much each may have, by name; {@code default} is for all others
 */
@Validated
@ConfigurationProperties("nexus")
record GatewaySettings(
        @DefaultValue @Valid Limits limits,
        @DefaultValue @Valid Times deadlines,
        @DefaultValue @Valid Memory history,
        @DefaultValue @Valid Money budget,
        @DefaultValue("off") Store archive,
        @DefaultValue Map<String, @Valid TenantLimits> tenants) {

    /**
     * How much at once.
     *
     * @param openJobs jobs that are not final; more are refused until some are
     * @param openBytes of their requests, all together
     * @param minFreeDisk that each broker's disk must have for new jobs to be taken; 0 not to ask
     * @param queuedOrders orders that wait on each work topic beyond the free slots of its service
     */
    record Limits(
            @DefaultValue("10000") @Min(1) int openJobs,
            @DefaultValue("64MB") DataSize openBytes,
            @DefaultValue("512MB") DataSize minFreeDisk,
            @DefaultValue("16") @Min(1) int queuedOrders) {}

    /** Where the archive is. */
    enum Store {
        OFF,
        /** In the database of {@code spring.datasource.*}. */
        JDBC
    }

    /**
     * How much of the past.
     *
     * @param maxJobsInMemory final jobs that stay in memory with all their events; others are read from Kafka again when
     *     someone asks for them
     */
    record Memory(
            @DefaultValue("1000") @Min(0) @Max(1_000_000) int maxJobsInMemory) {}

    /**
     * How much money.
     *
     * @param perJobUsd what a job's model calls may cost together, in US dollars, and the most that a job may ask for; null
     *     for no limit
     */
    record Money(
            @DecimalMin("0.000001") @DecimalMax("1000000") @Digits(integer = 7, fraction = 6) @Nullable
            BigDecimal perJobUsd) {}

    /** How long: {@link Deadlines}. */
    record Times(
            @DefaultValue("30m") @DurationMin(seconds = 1) Duration planner,

            @DefaultValue("1h") @DurationMin(seconds = 1) Duration builder,

            @DefaultValue("30m") @DurationMin(seconds = 1) Duration tester,

            @DefaultValue("24h") @DurationMin(seconds = 1) Duration job,

            @DefaultValue("24h") @DurationMin(seconds = 1) Duration approval) {

        Deadlines asDeadlines() {
            return new Deadlines(planner, builder, tester, job, approval);
        }
    }
}

package dev.nexus.planner;

import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where plans are kept for equal specifications, how many, and for how long.
 *
 * @param store where: in each process, in the Redis that {@code spring.data.redis} names, or nowhere
 * @param maxEntries plans that a process keeps, at least one; Redis has a limit of its own
 * @param timeToLive how long a plan is kept, at least one second
 */
@Validated
@ConfigurationProperties("nexus.plan-cache")
record PlanCacheSettings(
        @DefaultValue("memory") Store store,
        @DefaultValue("500") @Positive int maxEntries,
        @DefaultValue("1d") @DurationMin(seconds = 1) Duration timeToLive) {

    enum Store {
        MEMORY,
        REDIS,
        OFF
    }
}

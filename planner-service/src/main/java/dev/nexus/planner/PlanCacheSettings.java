package dev.nexus.planner;

import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many plans are kept, and for how long.
 *
 * @param maxEntries Plans that are kept for equal specifications; 0 switches the cache off.
 * @param timeToLive How long a plan is kept, at least one second.
 */
@Validated
@ConfigurationProperties("nexus.plan-cache")
record PlanCacheSettings(
        @DefaultValue("500") @PositiveOrZero int maxEntries,
        @DefaultValue("1d") @DurationMin(seconds = 1) Duration timeToLive) {}

package dev.nexus.agent;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How an agent process works.
 *
 * @param slots tasks that it takes at once
 * @param heartbeat time from one sign of life to the next; the gateway misses a worker after five seconds
 * @param drain how long running tasks may take to finish when the process is stopped; then they are handed back
 * @param rememberedJobs jobs whose claims are kept in memory; those of an older one are read from the log again
 */
@Validated
@ConfigurationProperties("nexus.agent")
public record AgentSettings(
        @DefaultValue("16") @Min(1) @Max(10_000) int slots,

        @DefaultValue("1s") @DurationMin(millis = 100) @DurationMax(seconds = 2)
        Duration heartbeat,

        @DefaultValue("20s") @DurationMin(millis = 0) Duration drain,
        @DefaultValue("10000") @Min(100) int rememberedJobs) {

    /** The defaults, for use without Spring. */
    public static AgentSettings withSlots(int slots) {
        return new AgentSettings(slots, Duration.ofSeconds(1), Duration.ofSeconds(20), 10_000);
    }
}

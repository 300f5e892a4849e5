package dev.nexus.tester;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long passed tests are tried on changed code.
 *
 * @param timeLimit for all changes of one job together, by the clock; 0 to try none
 * @param maxMutants changes that are tried of those that are possible
 */
@Validated
@ConfigurationProperties("nexus.tester.mutation")
record MutationSettings(
        @DefaultValue("2s") @DurationMin(seconds = 0) @DurationMax(hours = 1)
        Duration timeLimit,

        @DefaultValue("20") @Min(1) @Max(1000) int maxMutants) {}

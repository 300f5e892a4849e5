package dev.nexus.model;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which models the agents use.
 *
 * @param live whether models of a live provider may be called; {@code ENABLE_LIVE_LLM} sets it
 * @param agents the name of the model for each of {@code planner}, {@code builder} and {@code tester}; {@code offline}
 *     where nothing is said
 * @param offline how the offline model behaves
 */
@Validated
@ConfigurationProperties("nexus.models")
public record ModelSettings(
        @DefaultValue("false") boolean live,
        @DefaultValue Map<String, String> agents,
        @Valid @DefaultValue Offline offline) {

    public ModelSettings {
        agents = Map.copyOf(agents);
    }

    /**
     * How the offline model behaves.
     *
     * @param latency how long an answer takes
     * @param jitter at most so much is added to the latency, the same for equal prompts
     * @param faults what goes wrong, and how often
     */
    public record Offline(
            @DefaultValue("300ms") Duration latency,
            @DefaultValue("0ms") Duration jitter,
            @Valid @DefaultValue Faults faults) {

        public Offline {
            if (latency.isNegative() || jitter.isNegative()) {
                throw new IllegalArgumentException(
                        "nexus.models.offline.latency and .jitter must not be negative; use 0ms for none");
            }
        }
    }

    /**
     * Faults that the offline model plays, each a probability from 0 to 1. Equal prompts fault equally.
     *
     * @param rateLimited a call is refused like a provider's HTTP 429; the model itself tries it again a few times
     * @param invalidOutput an answer does not fit the form that was asked for
     * @param truncated an answer ends at half its length, as if the limit of output tokens had been reached
     * @param forged a build reaches for the verdict of its tests, in one of the ways in {@code offline/forgeries}
     * @param seed another seed, other faults
     */
    public record Faults(
            @DecimalMin("0") @DecimalMax("1") @DefaultValue("0")
            double rateLimited,

            @DecimalMin("0") @DecimalMax("1") @DefaultValue("0")
            double invalidOutput,

            @DecimalMin("0") @DecimalMax("1") @DefaultValue("0")
            double truncated,

            @DecimalMin("0") @DecimalMax("1") @DefaultValue("0")
            double forged,

            @DefaultValue("0") long seed) {

        /** Nothing goes wrong. */
        public static final Faults NONE = new Faults(0, 0, 0, 0, 0);
    }
}

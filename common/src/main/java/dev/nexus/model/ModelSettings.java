package dev.nexus.model;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which models the agents use.
 *
 * @param live whether models of a live provider may be called; {@code ENABLE_LIVE_LLM} sets it
 * @param agents the model for each of {@code planner}, {@code builder} and {@code tester}, as {@code provider/model}; several
 *     with commas between them are asked in turn, each when the one before fails. Where nothing is said, {@code offline}, or,
 *     if live models may be called, the first provider that has a key, with its own model
 * @param offline how the offline model behaves
 * @param providers who has live models, by name
 * @param prices what models cost, by {@code provider/model} or by provider alone; goes before the list that Nexus has
 * @param timing how long a call may take
 * @param retry how often a call is made again
 * @param breaker when a model is left alone for a while
 */
@Validated
@ConfigurationProperties("nexus.models")
public record ModelSettings(
        @DefaultValue("false") boolean live,
        @DefaultValue Map<String, String> agents,
        @Valid @DefaultValue Offline offline,
        @DefaultValue Map<String, @Valid Provider> providers,
        @DefaultValue Map<String, @Valid Price> prices,
        @Valid @DefaultValue Timing timing,
        @Valid @DefaultValue Retry retry,
        @Valid @DefaultValue Breaker breaker) {

    public ModelSettings {
        agents = Map.copyOf(agents);
        providers = Map.copyOf(providers);
        prices = Map.copyOf(prices);
    }

    /**
     * The protocols that are spoken, each named as in {@code nexus.models.providers.<name>.api}: OpenAI's Responses,
     * Anthropic's Messages, Gemini's generateContent, and OpenAI's Chat Completions, which many others speak.
     */
    public enum Api {
        OPENAI,
        ANTHROPIC,
        GEMINI,
        OPENAI_COMPATIBLE
    }

    /** How a model behind Chat Completions is told the form of a JSON answer; not every server knows each. */
    public enum JsonMode {
        JSON_SCHEMA,
        JSON_OBJECT,
        /** In the prompt alone. */
        PROMPT
    }

    /**
     * Someone who has live models.
     *
     * @param api the protocol
     * @param baseUrl what stands before the paths of the protocol
     * @param apiKey the key; an OpenAI-compatible server may do without
     * @param model the one that is used where an agent's setting names the provider alone, or nothing
     * @param version of the protocol, for Anthropic's {@code anthropic-version}
     * @param json for OpenAI-compatible servers
     * @param concurrency calls at once, from this process; shared fairly between jobs
     * @param tokensPerMinute input and output of all calls from this process together; 0 for no limit
     */
    public record Provider(
            @DefaultValue("openai_compatible") Api api,
            @DefaultValue("") String baseUrl,
            @Nullable Secret apiKey,
            @DefaultValue("") String model,
            @DefaultValue("2023-06-01") String version,
            @DefaultValue("json_schema") JsonMode json,
            @DefaultValue("16") @Min(1) @Max(10_000) int concurrency,
            @DefaultValue("0") @Min(0) long tokensPerMinute) {

        Secret key() {
            return Optional.ofNullable(apiKey).orElse(Secret.NONE);
        }

        /** Whether it could be asked. */
        boolean isSetUp() {
            return !baseUrl.isBlank() && (api == Api.OPENAI_COMPATIBLE || !key().isEmpty());
        }
    }

    /**
     * How long a call may take; what takes longer is given up and, if it may help, made again.
     *
     * @param connect until the connection stands
     * @param firstToken from the request to the first piece of the answer; some models think for minutes without a word
     * @param idle from one piece to the next
     * @param total of one try, all in all
     */
    public record Timing(
            @DefaultValue("10s") @DurationMin(millis = 1) Duration connect,
            @DefaultValue("5m") @DurationMin(millis = 1) Duration firstToken,
            @DefaultValue("2m") @DurationMin(millis = 1) Duration idle,
            @DefaultValue("15m") @DurationMin(millis = 1) Duration total) {}

    /**
     * How often a call is made again that was refused for a while, failed, or broke off.
     *
     * @param tries of one call, the first one included
     * @param firstBackOff before the second try; twice as long before each further one, with some chance in it
     * @param maxBackOff no wait is longer; a provider that asks for more is not asked again, but the next model of the chain
     */
    public record Retry(
            @DefaultValue("5") @Min(1) @Max(20) int tries,
            @DefaultValue("1s") @DurationMin(millis = 1) Duration firstBackOff,
            @DefaultValue("1m") @DurationMin(millis = 1) Duration maxBackOff) {}

    /**
     * When a model is left alone for a while.
     *
     * @param calls the newest that are looked at
     * @param failedPercent of them have to have failed
     * @param pause until it is tried again
     */
    public record Breaker(
            @DefaultValue("10") @Min(1) @Max(1_000) int calls,
            @DefaultValue("50") @Min(1) @Max(100) int failedPercent,
            @DefaultValue("30s") @DurationMin(millis = 1) Duration pause) {}

    /**
     * How the offline model behaves.
     *
     * @param latency how long an answer takes
     * @param jitter at most so much is added to the latency, the same for equal prompts
     * @param faults what goes wrong, and how often
     * @param cassettes a folder with exported calls, by which equal questions are answered; null for none
     */
    public record Offline(
            @DefaultValue("300ms") Duration latency,
            @DefaultValue("0ms") Duration jitter,
            @Valid @DefaultValue Faults faults,
            @Nullable Path cassettes) {

        @ConstructorBinding
        public Offline {
            if (latency.isNegative() || jitter.isNegative()) {
                throw new IllegalArgumentException(
                        "nexus.models.offline.latency and .jitter must not be negative; use 0ms for none");
            }
        }

        /** Without cassettes. */
        public Offline(Duration latency, Duration jitter, Faults faults) {
            this(latency, jitter, faults, null);
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

package dev.nexus.agent;

import io.opentelemetry.api.common.AttributeKey;
import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The names of OpenTelemetry's conventions for generative AI, in the one version that is told: 1.41.0, the last before they
 * moved to a repository of their own and changed names.
 */
final class GenAiConventions {

    static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.41.0";

    static final String CHAT = "chat";
    static final String INVOKE_AGENT = "invoke_agent";

    static final String TOKEN_USAGE = "gen_ai.client.token.usage";
    static final String OPERATION_DURATION = "gen_ai.client.operation.duration";
    static final String TIME_TO_FIRST_CHUNK = "gen_ai.client.operation.time_to_first_chunk";
    static final String TOKENS = "{token}";

    static final AttributeKey<String> OPERATION_NAME = AttributeKey.stringKey("gen_ai.operation.name");
    static final AttributeKey<String> PROVIDER_NAME = AttributeKey.stringKey("gen_ai.provider.name");
    static final AttributeKey<String> AGENT_NAME = AttributeKey.stringKey("gen_ai.agent.name");
    static final AttributeKey<String> REQUEST_MODEL = AttributeKey.stringKey("gen_ai.request.model");
    static final AttributeKey<Long> REQUEST_MAX_TOKENS = AttributeKey.longKey("gen_ai.request.max_tokens");
    static final AttributeKey<String> OUTPUT_TYPE = AttributeKey.stringKey("gen_ai.output.type");
    static final AttributeKey<String> RESPONSE_MODEL = AttributeKey.stringKey("gen_ai.response.model");
    static final AttributeKey<List<String>> FINISH_REASONS =
            AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
    static final AttributeKey<String> TOKEN_TYPE = AttributeKey.stringKey("gen_ai.token.type");
    static final AttributeKey<Long> INPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.input_tokens");
    static final AttributeKey<Long> OUTPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.output_tokens");
    static final AttributeKey<Long> CACHED_TOKENS = AttributeKey.longKey("gen_ai.usage.cache_read.input_tokens");
    static final AttributeKey<Long> CACHE_WRITE_TOKENS =
            AttributeKey.longKey("gen_ai.usage.cache_creation.input_tokens");
    static final AttributeKey<Long> REASONING_TOKENS = AttributeKey.longKey("gen_ai.usage.reasoning.output_tokens");
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    /** What the conventions call a provider that Nexus calls otherwise. */
    static String provider(String ours) {
        return ours.equals("gemini") ? "gcp.gemini" : ours;
    }

    /** Upper bounds of the buckets of tokens: powers of 4. */
    static double[] tokenBuckets() {
        return DoubleStream.iterate(1, bound -> bound * 4).limit(14).toArray();
    }

    /** Upper bounds of the buckets of every time: each twice the one before. */
    static Duration[] timeBuckets() {
        Duration[] bounds = new Duration[14];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Duration.ofMillis(10L << i);
        }
        return bounds;
    }

    private GenAiConventions() {}
}

package dev.nexus.contract;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What model calls took; one meaning for all providers.
 *
 * @param calls replies that were paid for
 * @param reused replies that were on record or in a cache already
 * @param inputTokens all that were sent, the cached ones among them
 * @param outputTokens all that were generated, those of reasoning among them
 * @param costUsd in US dollars
 * @param cachedInputTokens of the input, those that the provider had in its cache; null for none
 * @param cacheWriteTokens of the input, those that it put into its cache; null for none
 * @param reasoningTokens of the output, those that are no part of the answer; null for none
 * @param estimatedUsd the part of the cost that no provider told, but was estimated; null for none
 */
public record Usage(
        int calls,
        int reused,
        long inputTokens,
        long outputTokens,
        BigDecimal costUsd,
        @Nullable Long cachedInputTokens,
        @Nullable Long cacheWriteTokens,
        @Nullable Long reasoningTokens,
        @Nullable BigDecimal estimatedUsd) {

    public static final Usage NONE = new Usage(0, 0, 0, 0, BigDecimal.ZERO);

    public Usage(int calls, int reused, long inputTokens, long outputTokens, BigDecimal costUsd) {
        this(calls, reused, inputTokens, outputTokens, costUsd, null, null, null, null);
    }

    public Usage plus(Usage more) {
        return new Usage(
                calls + more.calls,
                reused + more.reused,
                inputTokens + more.inputTokens,
                outputTokens + more.outputTokens,
                costUsd.add(more.costUsd),
                sum(cachedInputTokens, more.cachedInputTokens),
                sum(cacheWriteTokens, more.cacheWriteTokens),
                sum(reasoningTokens, more.reasoningTokens),
                sum(estimatedUsd, more.estimatedUsd));
    }

    /** The same, as if so many replies had been paid for and so many reused. */
    public Usage counting(int paid, int again) {
        return new Usage(
                paid,
                again,
                inputTokens,
                outputTokens,
                costUsd,
                cachedInputTokens,
                cacheWriteTokens,
                reasoningTokens,
                estimatedUsd);
    }

    /** The same, with all of the cost marked as an estimate. */
    public Usage estimated() {
        return new Usage(
                calls,
                reused,
                inputTokens,
                outputTokens,
                costUsd,
                cachedInputTokens,
                cacheWriteTokens,
                reasoningTokens,
                costUsd);
    }

    private static @Nullable Long sum(@Nullable Long one, @Nullable Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one + other;
    }

    private static @Nullable BigDecimal sum(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.add(other);
    }
}

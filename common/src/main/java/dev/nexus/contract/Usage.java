package dev.nexus.contract;

import java.math.BigDecimal;

/**
 * What model calls took.
 *
 * @param calls replies that were paid for
 * @param reused replies that were on record or in a cache already
 * @param costUsd in US dollars
 */
public record Usage(int calls, int reused, long inputTokens, long outputTokens, BigDecimal costUsd) {

    public static final Usage NONE = new Usage(0, 0, 0, 0, BigDecimal.ZERO);

    public Usage plus(Usage more) {
        return new Usage(
                calls + more.calls,
                reused + more.reused,
                inputTokens + more.inputTokens,
                outputTokens + more.outputTokens,
                costUsd.add(more.costUsd));
    }
}

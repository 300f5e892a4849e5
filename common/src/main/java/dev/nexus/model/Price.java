package dev.nexus.model;

import dev.nexus.contract.Usage;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs, in US dollars for a million tokens.
 *
 * @param input tokens that the provider reads
 * @param output tokens that it generates, those of reasoning among them
 * @param cachedInput tokens that it has in its cache; as {@code input} if null
 * @param cacheWrite tokens that it puts there; as {@code input} if null
 * @param longFrom a question with more input tokens than this is a long one; null if there is one price for all
 * @param longInput what a long question's input costs; its cached tokens cost more in the same ratio
 * @param longOutput what the answer to a long question costs
 */
public record Price(
        @NotNull @DecimalMin("0") BigDecimal input,
        @NotNull @DecimalMin("0") BigDecimal output,
        @Nullable @DecimalMin("0") BigDecimal cachedInput,
        @Nullable @DecimalMin("0") BigDecimal cacheWrite,
        @Nullable Long longFrom,
        @Nullable @DecimalMin("0") BigDecimal longInput,
        @Nullable @DecimalMin("0") BigDecimal longOutput) {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final int DECIMALS = 9;

    /** What providers add around the messages of a conversation, in tokens; more than any of them does. */
    private static final int FRAME = 500;

    private static final int BYTES_PER_TOKEN = 4;

    /** The same usage with its cost. */
    public Usage priced(Usage usage) {
        long cached = orNone(usage.cachedInputTokens());
        long written = orNone(usage.cacheWriteTokens());
        long fresh = Math.max(0, usage.inputTokens() - cached - written);
        BigDecimal cost = cost(input, fresh)
                .add(cost(orInput(cachedInput), cached))
                .add(cost(orInput(cacheWrite), written))
                .multiply(inputFactor(usage.inputTokens()))
                .add(cost(outputAt(usage.inputTokens()), usage.outputTokens()));
        return new Usage(
                usage.calls(),
                usage.reused(),
                usage.inputTokens(),
                usage.outputTokens(),
                rounded(cost),
                usage.cachedInputTokens(),
                usage.cacheWriteTokens(),
                usage.reasoningTokens(),
                usage.estimatedUsd());
    }

    /** What a call costs at most: no token is shorter than a byte, and no answer longer than its limit. */
    public BigDecimal worstCase(ModelRequest request) {
        long tokens = bytes(request) + FRAME;
        BigDecimal dearest = input.max(orInput(cacheWrite)).multiply(inputFactor(tokens));
        return rounded(cost(dearest, tokens).add(cost(outputAt(tokens), request.maxOutputTokens())));
    }

    /** The tokens of a call that told nothing of them, going by the length of its texts, without a cost. */
    public static Usage tokens(ModelRequest request, long answerChars) {
        return new Usage(1, 0, inTokens(bytes(request)), inTokens(answerChars), BigDecimal.ZERO);
    }

    private static long bytes(ModelRequest request) {
        long bytes = utf8(request.system());
        for (var message : request.messages()) {
            bytes += utf8(message.text());
        }
        return bytes + (request.format() instanceof OutputFormat.JsonDocument json ? utf8(json.schema()) : 0);
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static long inTokens(long length) {
        return (length + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    }

    private boolean isLong(long inputTokens) {
        return longFrom != null && inputTokens > longFrom;
    }

    private BigDecimal inputFactor(long inputTokens) {
        return isLong(inputTokens) && longInput != null && input.signum() > 0
                ? longInput.divide(input, DECIMALS, RoundingMode.UP)
                : BigDecimal.ONE;
    }

    private BigDecimal outputAt(long inputTokens) {
        return isLong(inputTokens) && longOutput != null ? longOutput : output;
    }

    private BigDecimal orInput(@Nullable BigDecimal other) {
        return other == null ? input : other;
    }

    private static long orNone(@Nullable Long tokens) {
        return tokens == null ? 0 : tokens;
    }

    private static BigDecimal cost(BigDecimal perMillion, long tokens) {
        return perMillion.multiply(BigDecimal.valueOf(tokens)).divide(MILLION, DECIMALS, RoundingMode.UP);
    }

    private static BigDecimal rounded(BigDecimal usd) {
        BigDecimal plain = usd.setScale(DECIMALS, RoundingMode.UP).stripTrailingZeros();
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }
}

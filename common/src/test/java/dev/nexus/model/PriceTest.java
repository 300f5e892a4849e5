package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ModelCall.Message;
import dev.nexus.contract.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceTest {

    private static final Price PRICE = new Price(usd("2"), usd("10"), usd("0.2"), usd("2.5"), null, null, null);
    private static final Price TIERED =
            new Price(usd("2"), usd("10"), usd("0.2"), usd("2.5"), 1_000L, usd("4"), usd("15"));

    @Test
    void eachKindOfTokenHasItsPrice() {
        Usage usage = new Usage(1, 0, 1_000_000, 100_000, BigDecimal.ZERO, 300_000L, 200_000L, 50_000L, null);

        Usage priced = PRICE.priced(usage);

        // 500,000 fresh at 2, 300,000 cached at 0.2, 200,000 written at 2.5, 100,000 out at 10
        assertThat(priced.costUsd()).isEqualByComparingTo("2.56");
        assertThat(priced.estimatedUsd()).isNull();
    }

    @Test
    void aLongQuestionCostsMoreAltogether() {
        Usage usage = new Usage(1, 0, 2_000, 100, BigDecimal.ZERO, 1_000L, null, null, null);

        Usage priced = TIERED.priced(usage);

        assertThat(priced.costUsd()).isEqualByComparingTo("0.0059"); // 1000 × 4 + 1000 × 0.4 + 100 × 15, in millionths
    }

    @ParameterizedTest
    @CsvSource({"a specification,100", "日本語の仕様,100", "x,32000"})
    void noCallCostsMoreThanItsWorstCase(String text, int limit) {
        var request = new ModelRequest(
                "v", "You plan.", List.of(new Message("user", text)), new OutputFormat.Files("ab"), limit);
        long everyByteAToken = ("You plan." + text).getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        Usage worst = PRICE.priced(
                new Usage(1, 0, everyByteAToken, limit, BigDecimal.ZERO, null, everyByteAToken, null, null));

        assertThat(PRICE.worstCase(request)).isGreaterThanOrEqualTo(worst.costUsd());
    }

    @Test
    void anEstimateIsMarkedAsOneAndBelowTheWorstCase() {
        var request = new ModelRequest(
                "v", "You plan.", List.of(new Message("user", "a stack")), new OutputFormat.Files("ab"), 1_000);

        Usage guess = PRICE.priced(Price.tokens(request, 400)).estimated();

        assertThat(guess.outputTokens()).isEqualTo(100);
        assertThat(guess.estimatedUsd()).isEqualTo(guess.costUsd());
        assertThat(guess.costUsd()).isPositive().isLessThan(PRICE.worstCase(request));
    }

    @ParameterizedTest
    @CsvSource({
        "openai/gpt-6.2-sol,2.00",
        "openai/gpt-6.2-sol-2026-11-04,2.00",
        "anthropic/claude-sonnet-5-5,2.00",
        "anthropic/claude-opus-5-20260724,5.00"
    })
    void theListKnowsModelsAlsoByTheirDate(String model, BigDecimal input) {
        Price price = Prices.with(Map.of()).of(model);

        assertThat(price).isNotNull();
        assertThat(price.input()).isEqualByComparingTo(input);
    }

    @ParameterizedTest
    @CsvSource({"openai/gpt-6.2-sol-pro", "openai/gpt-7", "ollama/llama", "offline"})
    void aModelThatOnlyBeginsLikeAnotherHasNoPrice(String model) {
        assertThat(Prices.with(Map.of()).of(model)).isNull();
    }

    @Test
    void whatIsConfiguredGoesBeforeTheList() {
        Prices prices = Prices.with(Map.of("openai/gpt-6.2-sol", PRICE, "ollama", TIERED));

        assertThat(prices.of("openai/gpt-6.2-sol")).isSameAs(PRICE);
        assertThat(prices.of("ollama/llama")).isSameAs(TIERED);
        assertThat(prices.asOf()).isNotNull();
    }

    private static BigDecimal usd(String amount) {
        return new BigDecimal(amount);
    }
}

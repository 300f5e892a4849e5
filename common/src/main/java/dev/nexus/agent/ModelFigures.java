package dev.nexus.agent;

import dev.nexus.contract.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/** Counts the calls of one model, where they are made; an answer that was recorded before and is used again is no call. */
record ModelFigures(MeterRegistry meters, Telemetry.ModelName model) {

    private static final String ANSWERED = "answered";
    private static final String FAILED = "failed";

    /** With all of its counters, from zero on: else the first of each would be no increase. */
    static ModelFigures of(MeterRegistry meters, Telemetry.ModelName model) {
        var figures = new ModelFigures(meters, model);
        figures.calls(ANSWERED);
        figures.calls(FAILED);
        figures.cost(false);
        figures.cost(true);
        figures.tokens("input");
        figures.tokens("cached");
        figures.tokens("output");
        return figures;
    }

    void answered(Usage usage) {
        calls(ANSWERED).increment();
        cost(false).increment(usage.costUsd().doubleValue());
        count(usage);
    }

    /** Something was paid, or may have been, for no answer. */
    void charged(Usage estimated) {
        cost(true).increment(estimated.costUsd().doubleValue());
        count(estimated);
    }

    /** @param code one of few */
    void failed(String code) {
        calls(FAILED).increment();
        counter("nexus.model.errors", "Model calls that gave no answer, by the reason.", "code", code)
                .increment();
    }

    private void count(Usage usage) {
        tokens("input").increment((double) usage.inputTokens());
        tokens("cached").increment((double) orNone(usage.cachedInputTokens()));
        tokens("output").increment((double) usage.outputTokens());
    }

    private static long orNone(@Nullable Long count) {
        return count == null ? 0 : count;
    }

    private Counter calls(String outcome) {
        return counter(
                "nexus.model.calls", "Model calls, each counted once however often it was tried.", "outcome", outcome);
    }

    private Counter tokens(String type) {
        return counter("nexus.model.tokens", "Tokens of model calls; those cached are among the input.", "type", type);
    }

    private Counter cost(boolean isEstimated) {
        return counter(
                "nexus.model.cost.usd",
                "What model calls have cost in US dollars; estimated for those that gave no answer.",
                "estimated",
                Boolean.toString(isEstimated));
    }

    private Counter counter(String name, String description, String tag, String value) {
        return Counter.builder(name)
                .description(description)
                .tag("provider", model.provider())
                .tag("model", model.model())
                .tag(tag, value)
                .register(meters);
    }
}

package dev.nexus.agent;

import dev.nexus.contract.Usage;
import dev.nexus.model.Caller;
import dev.nexus.model.ModelEvent;
import dev.nexus.model.ModelException;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Listens in on one model call, between the model and the one who asks, and tells how it went. */
final class ChatCall implements Caller {

    private final MeterRegistry meters;
    private final Caller caller;
    private final Span span;
    private final LongSupplier nanoTime;
    private final long started;
    private long issued;
    private Telemetry.ModelName asked;
    private @Nullable Duration toFirstChunk;

    ChatCall(
            Tracer tracer,
            MeterRegistry meters,
            LongSupplier nanoTime,
            Telemetry.ModelName configured,
            ModelRequest request,
            Caller caller) {
        this.meters = meters;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
        this.issued = started;
        this.caller = caller;
        this.asked = configured;
        this.span = tracer.spanBuilder(spanName(configured))
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(GenAiConventions.OPERATION_NAME, GenAiConventions.CHAT)
                .setAttribute(GenAiConventions.PROVIDER_NAME, configured.provider())
                .setAttribute(GenAiConventions.REQUEST_MODEL, configured.model())
                .setAttribute(GenAiConventions.REQUEST_MAX_TOKENS, (long) request.maxOutputTokens())
                .setAttribute(
                        GenAiConventions.OUTPUT_TYPE,
                        switch (request.format()) {
                            case OutputFormat.JsonDocument _ -> "json";
                            case OutputFormat.Files _ -> "text";
                        })
                .startSpan();
    }

    Span span() {
        return span;
    }

    @Override
    public String group() {
        return caller.group();
    }

    @Override
    public void accept(ModelEvent event) {
        if (toFirstChunk == null && event instanceof ModelEvent.Delta) {
            toFirstChunk = since(issued);
        }
        caller.accept(event);
    }

    /** Whoever is about to ask names the model, which may be another one of the chain. */
    @Override
    public void reserve(String model, @Nullable BigDecimal worstCaseUsd) throws ModelException {
        asked = Telemetry.ModelName.first(model);
        span.updateName(spanName(asked));
        span.setAttribute(GenAiConventions.PROVIDER_NAME, asked.provider());
        span.setAttribute(GenAiConventions.REQUEST_MODEL, asked.model());
        caller.reserve(model, worstCaseUsd);
        issued = nanoTime.getAsLong(); // until now it waited for its turn, or was tried in vain
    }

    @Override
    public void charge(String model, String reason, Usage estimated) {
        ModelFigures.of(meters, Telemetry.ModelName.first(model)).charged(estimated);
        caller.charge(model, reason, estimated);
    }

    void answered(ModelReply reply) {
        String model = Telemetry.ModelName.first(reply.model()).model();
        span.setAttribute(GenAiConventions.RESPONSE_MODEL, model);
        span.setAttribute(GenAiConventions.FINISH_REASONS, List.of(finishReason(reply.stop())));
        Tags tags = tags().and(GenAiConventions.RESPONSE_MODEL.getKey(), model);
        Usage usage = reply.usage();
        if (usage.inputTokens() > 0 || usage.outputTokens() > 0) { // else the provider did not tell
            span.setAttribute(GenAiConventions.INPUT_TOKENS, usage.inputTokens());
            span.setAttribute(GenAiConventions.OUTPUT_TOKENS, usage.outputTokens());
            setIfTold(GenAiConventions.CACHED_TOKENS, usage.cachedInputTokens());
            setIfTold(GenAiConventions.CACHE_WRITE_TOKENS, usage.cacheWriteTokens());
            setIfTold(GenAiConventions.REASONING_TOKENS, usage.reasoningTokens());
            tokens(tags, "input", usage.inputTokens());
            tokens(tags, "output", usage.outputTokens());
        }
        ModelFigures.of(meters, asked).answered(usage);
        end(tags);
    }

    /** @param type of the error, one of few */
    void failed(String type) {
        ModelFigures.of(meters, asked).failed(type);
        span.setAttribute(GenAiConventions.ERROR_TYPE, type);
        span.setStatus(StatusCode.ERROR);
        end(tags().and(GenAiConventions.ERROR_TYPE.getKey(), type));
    }

    private void end(Tags tags) {
        timer(GenAiConventions.OPERATION_DURATION, "How long a model call took.", tags)
                .record(since(started));
        if (toFirstChunk != null) {
            timer(GenAiConventions.TIME_TO_FIRST_CHUNK, "How long the first piece of an answer took.", tags)
                    .record(toFirstChunk);
        }
        span.end();
    }

    private Timer timer(String name, String description, Tags tags) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(GenAiConventions.timeBuckets())
                .tags(tags)
                .register(meters);
    }

    private void tokens(Tags tags, String type, long count) {
        DistributionSummary.builder(GenAiConventions.TOKEN_USAGE)
                .description("How many tokens a model call took.")
                .baseUnit(GenAiConventions.TOKENS)
                .serviceLevelObjectives(GenAiConventions.tokenBuckets())
                .tags(tags.and(GenAiConventions.TOKEN_TYPE.getKey(), type))
                .register(meters)
                .record((double) count);
    }

    private void setIfTold(AttributeKey<Long> key, @Nullable Long count) {
        if (count != null) {
            span.setAttribute(key, count);
        }
    }

    private Tags tags() {
        return Tags.of(
                GenAiConventions.OPERATION_NAME.getKey(), GenAiConventions.CHAT,
                GenAiConventions.PROVIDER_NAME.getKey(), asked.provider(),
                GenAiConventions.REQUEST_MODEL.getKey(), asked.model());
    }

    private Duration since(long then) {
        return Duration.ofNanos(nanoTime.getAsLong() - then);
    }

    private static String spanName(Telemetry.ModelName model) {
        return GenAiConventions.CHAT + " " + model.model();
    }

    private static String finishReason(ModelReply.Stop stop) {
        return stop == ModelReply.Stop.END ? "stop" : stop.wire();
    }
}

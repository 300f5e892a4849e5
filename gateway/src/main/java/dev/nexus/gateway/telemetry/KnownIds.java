package dev.nexus.gateway.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.sdk.trace.IdGenerator;

/** Ids that are known before a span is made, so that others could name it as their parent; else random ones. */
public final class KnownIds implements IdGenerator {

    private static final ScopedValue<Ids> GIVEN = ScopedValue.newInstance();

    private final IdGenerator random = IdGenerator.random();

    private record Ids(String trace, String span) {}

    /** Starts the span with these ids; the trace is that of its parent, if it has one. */
    static Span start(SpanBuilder span, String traceId, String spanId) {
        return ScopedValue.where(GIVEN, new Ids(traceId, spanId)).call(span::startSpan);
    }

    @Override
    public String generateSpanId() {
        return GIVEN.isBound() ? GIVEN.get().span() : random.generateSpanId();
    }

    @Override
    public String generateTraceId() {
        return GIVEN.isBound() ? GIVEN.get().trace() : random.generateTraceId();
    }
}

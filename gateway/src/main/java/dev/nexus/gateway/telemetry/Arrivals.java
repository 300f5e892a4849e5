package dev.nexus.gateway.telemetry;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.JobId;
import dev.nexus.gateway.http.JobMade;
import dev.nexus.gateway.intake.RequestConsumer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Tells of the requests that make jobs, by HTTP and Kafka: each is the first span of its job's trace. One that comes within
 * a trace already stays there, and the job's first span links to it; so does any other HTTP request that has a
 * {@code traceparent}.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
public final class Arrivals implements WebFilter, RequestConsumer.Told {

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> TOPIC = AttributeKey.stringKey("messaging.destination.name");

    private static final TextMapGetter<Function<String, @Nullable String>> HEADERS = new TextMapGetter<>() {

        @Override
        public Iterable<String> keys(Function<String, @Nullable String> headers) {
            return List.of();
        }

        @Override
        public @Nullable String get(@Nullable Function<String, @Nullable String> headers, String name) {
            return headers == null ? null : headers.apply(name);
        }
    };

    private final Tracer tracer;

    public Arrivals(OpenTelemetry openTelemetry) {
        this.tracer = openTelemetry.getTracer(JobSpans.SCOPE);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Instant start = Instant.now();
        return chain.filter(exchange).doFinally(_ -> answered(exchange, start));
    }

    private void answered(ServerWebExchange exchange, Instant start) {
        ServerHttpRequest request = exchange.getRequest();
        JobMade made = exchange.getAttribute(JobMade.ATTRIBUTE);
        Context from = from(name -> request.getHeaders().getFirst(name));
        boolean within = Span.fromContext(from).getSpanContext().isValid();
        if (!within && made == null) {
            return;
        }
        Object route = exchange.getAttribute(RouterFunctions.MATCHING_PATTERN_ATTRIBUTE);
        String method = request.getMethod().name();
        SpanBuilder builder = tracer.spanBuilder(route == null ? method : method + " " + route)
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(start)
                .setAttribute(METHOD, method)
                .setAttribute(SCHEME, String.valueOf(request.getURI().getScheme()));
        if (route != null) {
            builder.setAttribute(ROUTE, route.toString());
        }
        if (made != null) {
            builder.setAttribute(JobSpans.JOB, made.job().value());
        }
        Span span = within ? builder.setParent(from).startSpan() : first(builder, made);
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        if (status != null) {
            span.setAttribute(STATUS, (long) status.value());
            if (status.is5xxServerError()) {
                span.setAttribute(JobSpans.ERROR_TYPE, String.valueOf(status.value()));
                span.setStatus(StatusCode.ERROR);
            }
        }
        if (within && made != null && made.isNew()) {
            accept(made.job(), SpanKind.INTERNAL, start, span.getSpanContext()).end();
        }
        span.end();
    }

    /** A repeat of a request is in the trace of its job too, beside the first. */
    private static Span first(SpanBuilder span, @Nullable JobMade made) {
        if (made == null) {
            return Span.getInvalid(); // nobody asked for it
        }
        String id = made.isNew()
                ? JobSpans.beginning(made.job())
                : IdGenerator.random().generateSpanId();
        return KnownIds.start(span.setNoParent(), Envelope.traceId(made.job()), id);
    }

    @Override
    public void taken(ConsumerRecord<String, byte[]> record, JobId job, Instant start) {
        SpanContext from =
                Span.fromContext(from(name -> Envelope.header(record, name))).getSpanContext();
        Span span = accept(job, SpanKind.CONSUMER, start, from);
        span.setAttribute(SYSTEM, "kafka");
        span.setAttribute(OPERATION, "process");
        span.setAttribute(TOPIC, record.topic());
        span.end();
    }

    private Span accept(JobId job, SpanKind kind, Instant start, SpanContext from) {
        SpanBuilder span = tracer.spanBuilder("accept job")
                .setNoParent()
                .setSpanKind(kind)
                .setStartTimestamp(start)
                .setAttribute(JobSpans.JOB, job.value());
        if (from.isValid()) {
            span.addLink(from);
        }
        return KnownIds.start(span, Envelope.traceId(job), JobSpans.beginning(job));
    }

    private static Context from(Function<String, @Nullable String> headers) {
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS);
    }
}

package dev.nexus.agent;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventId;
import dev.nexus.contract.JobEvent;
import dev.nexus.model.Caller;
import dev.nexus.model.LanguageModel;
import dev.nexus.model.ModelException;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells of attempts and model calls by spans and figures: a span for each attempt in the trace of its job, and one for each
 * call within. Neither a prompt nor an answer nor a file is ever part of it.
 */
public final class Telemetry {

    /** Tells nobody. */
    public static final Telemetry NONE = new Telemetry(OpenTelemetry.noop(), new CompositeMeterRegistry());

    static final AttributeKey<String> JOB = AttributeKey.stringKey("nexus.job.id");
    static final AttributeKey<String> TASK = AttributeKey.stringKey("nexus.task.id");
    static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("nexus.task.attempt");

    /** The {@code error.type} of what was cancelled, superseded or handed back. */
    static final String INTERRUPTED = "interrupted";

    private static final TextMapGetter<Map<String, String>> FIELDS = new TextMapGetter<>() {

        @Override
        public Iterable<String> keys(Map<String, String> fields) {
            return fields.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> fields, String key) {
            return fields == null ? null : fields.get(key);
        }
    };

    private final Tracer tracer;
    private final MeterRegistry meters;
    private final LongSupplier nanoTime;

    public Telemetry(OpenTelemetry openTelemetry, MeterRegistry meters) {
        this(openTelemetry, meters, System::nanoTime);
    }

    Telemetry(OpenTelemetry openTelemetry, MeterRegistry meters, LongSupplier nanoTime) {
        this.tracer = openTelemetry
                .tracerBuilder("dev.nexus.agent")
                .setSchemaUrl(GenAiConventions.SCHEMA_URL)
                .build();
        this.meters = meters;
        this.nanoTime = nanoTime;
    }

    /** An attempt that is carried out, from now until it is closed, by the thread that calls this. */
    Invocation invoke(Attempt attempt, String model) {
        String agent = attempt.task().kind().service().agentType();
        Span span = tracer.spanBuilder(GenAiConventions.INVOKE_AGENT + " " + agent)
                .setSpanKind(SpanKind.INTERNAL)
                .setParent(order(attempt))
                .setAttribute(GenAiConventions.OPERATION_NAME, GenAiConventions.INVOKE_AGENT)
                .setAttribute(
                        GenAiConventions.PROVIDER_NAME, ModelName.first(model).provider())
                .setAttribute(GenAiConventions.AGENT_NAME, agent)
                .setAttribute(JOB, attempt.job().value())
                .setAttribute(TASK, attempt.task().toString())
                .setAttribute(ATTEMPT, (long) attempt.number())
                .startSpan();
        return new Invocation(span);
    }

    /**
     * Asks a model, as one call however often it is tried, within the attempt that this thread carries out.
     *
     * @param name of the model, as configured
     */
    ModelReply reply(LanguageModel model, String name, ModelRequest request, Caller caller)
            throws ModelException, InterruptedException {
        var call = new ChatCall(tracer, meters, nanoTime, ModelName.first(name), request, caller);
        try (Scope _ = call.span().makeCurrent()) {
            ModelReply reply = model.reply(request, call);
            call.answered(reply);
            return reply;
        } catch (ModelException e) {
            call.failed(e.error().code().wire());
            throw e;
        } catch (InterruptedException e) {
            call.failed(INTERRUPTED);
            throw e;
        } catch (RuntimeException | Error e) {
            call.failed(e.getClass().getName());
            throw e;
        }
    }

    /** The order's {@code traceparent}: what the gateway wrote into its header follows from job, task and attempt. */
    private static Context order(Attempt attempt) {
        String id = EventId.scheduled(attempt.job(), attempt.task(), attempt.number())
                .toString();
        var fields = Map.of("traceparent", Envelope.traceparent(attempt.job(), id));
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), fields, FIELDS);
    }

    /** The span of an attempt; what its thread does meanwhile is within. */
    static final class Invocation implements AutoCloseable {

        private final Span span;
        private final Scope scope;
        private boolean hasResult;

        @SuppressWarnings("MustBeClosedChecker") // it is closed with this
        private Invocation(Span span) {
            this.span = span;
            this.scope = span.makeCurrent();
        }

        void ended(JobEvent result) {
            hasResult = true;
            if (result instanceof JobEvent.TaskFailed failed) {
                error(failed.error().code().wire());
            }
        }

        @Override
        public void close() {
            if (!hasResult) {
                error(INTERRUPTED);
            }
            scope.close();
            span.end();
        }

        private void error(String type) {
            span.setAttribute(GenAiConventions.ERROR_TYPE, type);
            span.setStatus(StatusCode.ERROR);
        }
    }

    /**
     * A model as it is told of.
     *
     * @param provider in the conventions' words
     */
    record ModelName(String provider, String model) {

        /** The first of a chain {@code provider/model, provider/model}; a name without a provider is both. */
        static ModelName first(String names) {
            int end = names.indexOf(',');
            String name = (end < 0 ? names : names.substring(0, end)).strip();
            int slash = name.indexOf('/');
            return slash < 0
                    ? new ModelName(GenAiConventions.provider(name), name)
                    : new ModelName(GenAiConventions.provider(name.substring(0, slash)), name.substring(slash + 1));
        }
    }
}

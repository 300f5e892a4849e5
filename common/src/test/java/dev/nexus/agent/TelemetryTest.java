package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.EventId;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.ModelCall.Message;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Usage;
import dev.nexus.model.Caller;
import dev.nexus.model.LanguageModel;
import dev.nexus.model.ModelEvent;
import dev.nexus.model.ModelException;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {

    private static final JobId JOB = new JobId("01a22470-c8da-7543-afa5-83879184cc41");
    private static final String SECRET = "a very secret specification";
    private static final ModelRequest REQUEST = new ModelRequest(
            "v1", SECRET, List.of(new Message("user", SECRET)), new OutputFormat.JsonDocument("plan", "{}"), 100);

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final Telemetry telemetry = new Telemetry(
            OpenTelemetrySdk.builder()
                    .setTracerProvider(SdkTracerProvider.builder()
                            .addSpanProcessor(SimpleSpanProcessor.create(spans))
                            .build())
                    .build(),
            meters,
            nanos::get);

    @AfterEach
    void nothingOfWhatIsAskedOrAnsweredIsTold() {
        assertThat(spans.getFinishedSpanItems().toString()).contains("gen_ai").doesNotContain("secret");
        assertThat(meters.getMetersAsString()).doesNotContain("secret");
    }

    @Test
    void aCallIsWithinItsAttemptAndThatBelowItsOrderInTheTraceOfTheJob() throws Exception {
        try (var attempt = telemetry.invoke(attempt(2), "openai/gpt-9")) {
            telemetry.reply(answering("openai/gpt-9"), "openai/gpt-9", REQUEST, new Silent());
            attempt.ended(completed());
        }

        SpanData chat = spans.getFinishedSpanItems().get(0);
        SpanData agent = spans.getFinishedSpanItems().get(1);
        assertThat(agent.getName()).isEqualTo("invoke_agent planner");
        assertThat(agent.getKind()).isEqualTo(SpanKind.INTERNAL);
        assertThat(attributes(agent))
                .isEqualTo(Map.of(
                        "gen_ai.operation.name", "invoke_agent",
                        "gen_ai.provider.name", "openai",
                        "gen_ai.agent.name", "planner",
                        "nexus.job.id", JOB.value(),
                        "nexus.task.id", "plan",
                        "nexus.task.attempt", 2L));
        assertThat(agent.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        String order = EventId.scheduled(JOB, TaskId.plan(), 2).toString();
        assertThat("00-" + agent.getTraceId() + "-" + agent.getParentSpanId() + "-01")
                .isEqualTo(Envelope.traceparent(JOB, order));
        assertThat(agent.getInstrumentationScopeInfo().getSchemaUrl()).endsWith("/1.41.0");

        assertThat(chat.getName()).isEqualTo("chat gpt-9");
        assertThat(chat.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(chat.getParentSpanId()).isEqualTo(agent.getSpanId());
        assertThat(chat.getTraceId()).isEqualTo(JOB.value().replace("-", ""));
        assertThat(attributes(chat))
                .isEqualTo(Map.ofEntries(
                        Map.entry("gen_ai.operation.name", "chat"),
                        Map.entry("gen_ai.provider.name", "openai"),
                        Map.entry("gen_ai.request.model", "gpt-9"),
                        Map.entry("gen_ai.request.max_tokens", 100L),
                        Map.entry("gen_ai.output.type", "json"),
                        Map.entry("gen_ai.response.model", "gpt-9"),
                        Map.entry("gen_ai.response.finish_reasons", List.of("stop")),
                        Map.entry("gen_ai.usage.input_tokens", 30L),
                        Map.entry("gen_ai.usage.output_tokens", 7L),
                        Map.entry("gen_ai.usage.cache_read.input_tokens", 20L),
                        Map.entry("gen_ai.usage.reasoning.output_tokens", 3L)));
    }

    @Test
    void aCallIsCountedInTokensAndSeconds() throws Exception {
        telemetry.reply(answering("gemini/flash"), "gemini/flash", REQUEST, new Silent());

        Map<String, String> chat = Map.of(
                "gen_ai.operation.name", "chat",
                "gen_ai.provider.name", "gcp.gemini",
                "gen_ai.request.model", "flash",
                "gen_ai.response.model", "flash");
        assertThat(measured("gen_ai.client.token.usage"))
                .containsExactlyInAnyOrder(
                        new Measured("{token}", with(chat, "gen_ai.token.type", "input"), 1, 30),
                        new Measured("{token}", with(chat, "gen_ai.token.type", "output"), 1, 7));
        Measured duration = measured("gen_ai.client.operation.duration").getFirst();
        Measured first = measured("gen_ai.client.operation.time_to_first_chunk").getFirst();
        assertThat(duration.unit()).isEqualTo("seconds");
        assertThat(duration.tags()).isEqualTo(chat);
        assertThat(first.tags()).isEqualTo(chat);
    }

    @Test
    void theFirstPieceIsWaitedForFromWhenTheQuestionIsSent() throws Exception {
        LanguageModel slow = (request, caller) -> {
            pass(Duration.ofSeconds(8)); // for its turn
            caller.reserve("openai/gpt-9", BigDecimal.ONE);
            pass(Duration.ofSeconds(1));
            caller.accept(new ModelEvent.Delta(SECRET));
            pass(Duration.ofSeconds(2));
            caller.accept(new ModelEvent.Delta(SECRET));
            return new ModelReply("openai/gpt-9", SECRET, ModelReply.Stop.END, Usage.NONE, Fidelity.IMPLEMENTATION);
        };

        telemetry.reply(slow, "openai/gpt-9", REQUEST, new Silent());

        assertThat(measured("gen_ai.client.operation.duration").getFirst().total())
                .isEqualTo(11);
        assertThat(measured("gen_ai.client.operation.time_to_first_chunk")
                        .getFirst()
                        .total())
                .isEqualTo(1);
        assertThat(measured("gen_ai.client.token.usage")).isEmpty(); // as the provider told nothing
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void whatTheModelSaysAndAsksForReachesTheCaller() throws Exception {
        var caller = new Silent();

        telemetry.reply(answering("openai/gpt-9"), "openai/gpt-9", REQUEST, caller);

        assertThat(caller.heard)
                .containsExactly("reserve openai/gpt-9 1", "Delta[text=" + SECRET + "]", "charge openai/gpt-9 cut");
    }

    @Test
    void theModelIsTheOneOfTheChainThatWasAskedLast() throws Exception {
        telemetry.reply(answering("anthropic/opus"), "openai/gpt-9, anthropic/opus", REQUEST, new Silent());

        assertThat(spans.getFinishedSpanItems().getFirst().getName()).isEqualTo("chat opus");
        assertThat(measured("gen_ai.client.operation.duration").getFirst().tags())
                .containsEntry("gen_ai.provider.name", "anthropic")
                .containsEntry("gen_ai.request.model", "opus");
    }

    @Test
    void aCallThatFailsIsCountedWithItsCodeAndNoTokens() {
        LanguageModel failing = (_, _) -> {
            throw new ModelException(new ErrorInfo(ErrorCode.MODEL_UNAVAILABLE, SECRET, true));
        };

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> telemetry.reply(failing, "offline", REQUEST, new Silent()));

        SpanData chat = spans.getFinishedSpanItems().getFirst();
        assertThat(chat.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attributes(chat)).containsEntry("error.type", "model_unavailable");
        assertThat(measured("gen_ai.client.operation.duration").getFirst().tags())
                .isEqualTo(Map.of(
                        "gen_ai.operation.name", "chat",
                        "gen_ai.provider.name", "offline",
                        "gen_ai.request.model", "offline",
                        "error.type", "model_unavailable"));
        assertThat(measured("gen_ai.client.token.usage")).isEmpty();
        assertThat(measured("gen_ai.client.operation.time_to_first_chunk")).isEmpty();
    }

    @Test
    void aCallThatIsCancelledEndsItsSpans() {
        LanguageModel cancelled = (_, _) -> {
            throw new InterruptedException();
        };

        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> {
            try (var _ = telemetry.invoke(attempt(1), "offline")) {
                telemetry.reply(cancelled, "offline", REQUEST, new Silent());
            }
        });

        assertThat(spans.getFinishedSpanItems())
                .hasSize(2)
                .allSatisfy(span -> assertThat(attributes(span)).containsEntry("error.type", "interrupted"));
    }

    @Test
    void aFailedAttemptHasItsCode() {
        try (var attempt = telemetry.invoke(attempt(1), "offline")) {
            var error = new ErrorInfo(ErrorCode.INVALID_MODEL_OUTPUT, SECRET, false);
            attempt.ended(new JobEvent.TaskFailed(TaskId.plan(), 1, "w", error, Usage.NONE, SECRET));
        }

        SpanData agent = spans.getFinishedSpanItems().getFirst();
        assertThat(agent.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attributes(agent)).containsEntry("error.type", "invalid_model_output");
    }

    private record Measured(String unit, Map<String, String> tags, double count, double total) {}

    private List<Measured> measured(String name) {
        List<Measured> found = new ArrayList<>();
        for (Meter meter : meters.find(name).meters()) {
            Map<String, String> tags = new TreeMap<>();
            for (Tag tag : meter.getId().getTags()) {
                tags.put(tag.getKey(), tag.getValue());
            }
            Map<Statistic, Double> values = new TreeMap<>();
            meter.measure().forEach(each -> values.put(each.getStatistic(), each.getValue()));
            if (values.containsKey(Statistic.COUNT)) { // else it is a bucket
                found.add(new Measured(
                        meter.getId().getBaseUnit(),
                        tags,
                        values.get(Statistic.COUNT),
                        values.getOrDefault(Statistic.TOTAL_TIME, values.getOrDefault(Statistic.TOTAL, 0.0))));
            }
        }
        return found;
    }

    private static Map<String, String> with(Map<String, String> tags, String key, String value) {
        Map<String, String> more = new TreeMap<>(tags);
        more.put(key, value);
        return more;
    }

    private static Map<String, Object> attributes(SpanData span) {
        Map<String, Object> attributes = new TreeMap<>();
        span.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
        return attributes;
    }

    private static Attempt attempt(int number) {
        return new Attempt(new Heartbeat.InFlight(JOB, TaskId.plan(), number), new Since(0, 0, Instant.EPOCH));
    }

    private static JobEvent completed() {
        return new JobEvent.TaskCompleted(
                TaskId.plan(), 2, "w", new Outcome.Written(List.of()), Usage.NONE, Fidelity.IMPLEMENTATION);
    }

    /** Asks for leave, says something, and pays for a call that came to nothing. */
    private static LanguageModel answering(String name) {
        return (_, caller) -> {
            caller.reserve(name, BigDecimal.ONE);
            caller.accept(new ModelEvent.Delta(SECRET));
            caller.charge(name, "cut", Usage.NONE);
            Usage usage = new Usage(1, 0, 30, 7, BigDecimal.ZERO, 20L, null, 3L, null);
            return new ModelReply(name, SECRET, ModelReply.Stop.END, usage, Fidelity.IMPLEMENTATION);
        };
    }

    /** Remembers what it hears. */
    private static final class Silent implements Caller {

        private final List<String> heard = new ArrayList<>();

        @Override
        public String group() {
            return JOB.value();
        }

        @Override
        public void accept(ModelEvent event) {
            heard.add(event.toString());
        }

        @Override
        public void reserve(String model, BigDecimal worstCaseUsd) {
            heard.add("reserve " + model + " " + worstCaseUsd);
        }

        @Override
        public void charge(String model, String reason, Usage estimated) {
            heard.add("charge " + model + " " + reason);
        }
    }
}

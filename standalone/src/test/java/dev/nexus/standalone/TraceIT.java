package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.JobId;
import dev.nexus.contract.KafkaClients;
import dev.nexus.standalone.Collector.Told;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import tools.jackson.databind.JsonNode;

/** A job is one trace, from whoever asked for it to the sandbox, as a collector gets it. */
@Timeout(300)
class TraceIT {

    private static final String CALLER = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLERS_SPAN = "b7ad6b7169203331";
    private static final String TRACEPARENT = "00-" + CALLER + "-" + CALLERS_SPAN + "-01";
    private static final String SPEC = "Convert Roman numerals to integers and back, confidentially";

    @TempDir
    private static Path folder;

    private static Collector collector;
    private static Chain chain;

    @BeforeAll
    static void start() throws IOException {
        collector = new Collector();
        chain = new Chain(
                folder,
                Map.of(
                        "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT",
                        collector.endpoint(),
                        "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_SCHEDULEDELAY",
                        "100ms"));
    }

    @AfterAll
    static void stop() {
        chain.close();
        collector.close();
    }

    @Test
    void aJobIsOneTraceFromTheRequestToTheSandbox() throws Exception {
        JsonNode job = chain.done("/jobs", "{\"spec\": \"" + SPEC + "\"}");

        assertThat(job.get("status").stringValue()).isEqualTo("completed");
        List<Told> spans = awaitTrace(
                job.get("id").stringValue(),
                "POST /jobs > job pipeline > task plan > wait",
                "POST /jobs > job pipeline > task plan > invoke_agent planner > chat offline",
                "POST /jobs > job pipeline > task build > invoke_agent builder > chat offline",
                "POST /jobs > job pipeline > task tests > invoke_agent tester > chat offline",
                "POST /jobs > job pipeline > task tests > invoke_agent tester > run sandbox",
                "POST /jobs > job pipeline > task test > invoke_agent tester > run sandbox");
        assertThat(spans)
                .filteredOn(span -> span.parent().isEmpty())
                .singleElement()
                .satisfies(first -> {
                    assertThat(first.name()).isEqualTo("POST /jobs");
                    assertThat(first.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
                    assertThat(first.attributes())
                            .containsEntry("http.response.status_code", "202")
                            .containsEntry("nexus.job.id", job.get("id").stringValue());
                });
        assertThat(spans.stream().map(Told::id)).doesNotHaveDuplicates();
        assertThat(spans.stream().map(Told::service))
                .contains("gateway", "planner-service", "builder-service", "tester-service");
        assertThat(spans).allMatch(span -> span.start() <= span.end());
        assertThat(spans)
                .filteredOn(span -> span.name().equals("chat offline"))
                .allSatisfy(call -> assertThat(call.attributes())
                        .containsKeys(
                                "gen_ai.request.model", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"));
        assertThat(spans)
                .filteredOn(span -> span.name().equals("run sandbox"))
                .anySatisfy(run -> assertThat(run.attributes()).containsEntry("nexus.sandbox.verdict", "passed"));
        assertThat(spans).noneMatch(span -> span.all().contains("onfidential")); // nothing of what it is about
    }

    @Test
    void aRequestWithinATraceStaysThereAndTheJobsTraceLinksToIt() throws Exception {
        String id;
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(chain.gateway().resolve("/tasks/plan"))
                    .header("Content-Type", "application/json")
                    .header("traceparent", TRACEPARENT)
                    .POST(HttpRequest.BodyPublishers.ofString("{\"spec\": \"" + SPEC + "\"}"))
                    .build();
            id = Chain.json(http.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .get("id")
                    .stringValue();
        }

        List<Told> spans = awaitTrace(id);
        Told served = await().atMost(Chain.LIMIT)
                .until(
                        () -> collector.spans(CALLER).stream()
                                .filter(span -> id.equals(span.attributes().get("nexus.job.id")))
                                .findFirst()
                                .orElse(null),
                        found -> found != null);
        assertThat(served.name()).isEqualTo("POST /tasks/plan");
        assertThat(served.parent()).isEqualTo(CALLERS_SPAN);
        assertThat(spans)
                .filteredOn(span -> span.parent().isEmpty())
                .singleElement()
                .satisfies(first -> {
                    assertThat(first.name()).isEqualTo("accept job");
                    assertThat(first.links()).containsExactly(CALLER + "/" + served.id());
                });
    }

    @Test
    void aRecordIsTheFirstSpanOfItsJob() {
        JobId id = JobId.next(System.currentTimeMillis(), RandomGenerator.getDefault());
        KafkaProperties settings = new KafkaProperties();
        settings.setBootstrapServers(List.of(chain.bootstrapServers()));
        byte[] value = ("{\"type\": \"plan\", \"spec\": \"" + SPEC + "\"}").getBytes(StandardCharsets.UTF_8);
        var record = new ProducerRecord<>("job-requests", id.value(), value);
        Envelope.add(record, "traceparent", TRACEPARENT);
        try (var producer = new KafkaClients(settings, "test").producer("test")) {
            var _ = producer.send(record);
        }

        List<Told> spans = awaitTrace(id.value());
        assertThat(spans)
                .filteredOn(span -> span.parent().isEmpty())
                .singleElement()
                .satisfies(first -> {
                    assertThat(first.kind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
                    assertThat(first.attributes()).containsEntry("messaging.destination.name", "job-requests");
                    assertThat(first.links()).containsExactly(CALLER + "/" + CALLERS_SPAN);
                });
    }

    @Test
    void whatFailsSaysSoInItsSpans() throws Exception {
        JsonNode job = chain.done("/jobs", "{\"spec\": \"the date of Easter in any year\"}");

        List<Told> spans = awaitTrace(job.get("id").stringValue());
        String code = job.get("error").get("code").stringValue();
        assertThat(spans)
                .filteredOn(span -> span.name().equals("job pipeline"))
                .singleElement()
                .satisfies(whole -> {
                    assertThat(whole.status()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
                    assertThat(whole.attributes())
                            .containsEntry("error.type", code)
                            .containsEntry("nexus.job.outcome", "failed");
                });
    }

    /** All spans of a job, once the parent of each is among them, and the job itself, and these paths from the first span on. */
    private static List<Told> awaitTrace(String job, String... paths) {
        return await().atMost(Duration.ofMinutes(1)).until(() -> collector.spans(job.replace("-", "")), spans -> {
            Map<String, Told> byId =
                    spans.stream().collect(Collectors.toMap(Told::id, Function.identity(), (a, _) -> a));
            return spans.stream().anyMatch(span -> span.name().startsWith("job "))
                    && spans.stream().allMatch(span -> span.parent().isEmpty() || byId.containsKey(span.parent()))
                    && spans.stream().map(span -> path(span, byId)).toList().containsAll(List.of(paths));
        });
    }

    private static String path(Told span, Map<String, Told> byId) {
        List<String> names = new ArrayList<>();
        for (Told each = span; each != null; each = byId.get(each.parent())) {
            names.addFirst(each.name());
        }
        return String.join(" > ", names);
    }
}

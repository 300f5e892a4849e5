package dev.nexus.gateway.telemetry;

import static dev.nexus.gateway.telemetry.ToldJob.ID;
import static dev.nexus.gateway.telemetry.ToldJob.START;
import static dev.nexus.gateway.telemetry.ToldJob.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventId;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Usage;
import dev.nexus.gateway.Gateways;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The spans that a log gives. */
class JobSpansTest {

    private static final TaskId PLAN = TaskId.plan();

    private final InMemorySpanExporter told = InMemorySpanExporter.create();
    private final SdkTracerProvider tracing = SdkTracerProvider.builder()
            .setIdGenerator(new KnownIds())
            .addSpanProcessor(SimpleSpanProcessor.create(told))
            .build();
    private boolean driving = true;
    private final ToldJob job = new ToldJob(
            new JobSpans(OpenTelemetrySdk.builder().setTracerProvider(tracing).build(), () -> driving));

    @Test
    void idsFollowFromTheJobAndTimesFromTheLog() {
        job.at(0, accepted())
                .at(1, new JobEvent.TaskScheduled(PLAN, 1))
                .at(3, new JobEvent.TaskStarted(PLAN, 1, "w1"))
                .at(8, done(1))
                .at(9, new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION));

        SpanData whole = only("job plan");
        SpanData attempt = only("task plan");
        SpanData wait = only("wait");
        assertThat(told.getFinishedSpanItems())
                .hasSize(3)
                .allMatch(span -> span.getTraceId().equals(Envelope.traceId(ID)));
        assertThat(whole.getParentSpanId()).isEqualTo(Envelope.spanId(ID + "/accepted"));
        assertThat(attempt.getParentSpanId()).isEqualTo(whole.getSpanId());
        assertThat(Envelope.traceparent(ID, EventId.scheduled(ID, PLAN, 1).toString())) // what the agents go by
                .contains(attempt.getSpanId());
        assertThat(wait.getParentSpanId()).isEqualTo(attempt.getSpanId());
        assertThat(List.of(seconds(whole.getStartEpochNanos()), seconds(whole.getEndEpochNanos())))
                .containsExactly(0L, 9L);
        assertThat(List.of(seconds(attempt.getStartEpochNanos()), seconds(attempt.getEndEpochNanos())))
                .containsExactly(1L, 8L);
        assertThat(List.of(seconds(wait.getStartEpochNanos()), seconds(wait.getEndEpochNanos())))
                .containsExactly(1L, 3L);
    }

    @Test
    void everyAttemptEndsOnceWhateverBecameOfIt() {
        job.at(0, accepted())
                .at(1, new JobEvent.TaskScheduled(PLAN, 1))
                .at(2, new JobEvent.TaskStarted(PLAN, 1, "w1"))
                .at(9, new JobEvent.TaskScheduled(PLAN, 2))
                .at(10, new JobEvent.TaskStarted(PLAN, 2, "w2"))
                .at(11, new JobEvent.TaskReleased(PLAN, 2, "w2"))
                .at(12, new JobEvent.TaskScheduled(PLAN, 3))
                .at(13, new JobEvent.JobCancelRequested(null))
                .at(14, new JobEvent.JobCancelled());

        assertThat(told.getFinishedSpanItems().stream()
                        .filter(span -> span.getName().equals("task plan"))
                        .map(span -> span.getAttributes().get(JobSpans.ERROR_TYPE)))
                .containsExactly("worker_lost", "released", "cancelled");
    }

    @Test
    void onlyTheDriverTells() {
        driving = false;

        job.at(0, accepted()).at(1, new JobEvent.TaskScheduled(PLAN, 1)).at(2, new JobEvent.JobCancelled());

        assertThat(told.getFinishedSpanItems()).isEmpty();
    }

    private static JobEvent done(int attempt) {
        return new JobEvent.TaskCompleted(PLAN, attempt, "w1", Gateways.planned(), Usage.NONE, Fidelity.IMPLEMENTATION);
    }

    private SpanData only(String name) {
        List<SpanData> found = told.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    private static long seconds(long epochNanos) {
        return TimeUnit.NANOSECONDS.toSeconds(epochNanos) - START.getEpochSecond();
    }
}

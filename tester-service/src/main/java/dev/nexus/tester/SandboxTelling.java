package dev.nexus.tester;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.stream.Stream;

/** Tells of sandbox runs by figures, and by spans within the task that they are for; nothing of what runs in them. */
final class SandboxTelling {

    /** Tells nobody. */
    static final SandboxTelling NONE = new SandboxTelling(OpenTelemetry.noop(), new CompositeMeterRegistry());

    private static final AttributeKey<String> PASS = AttributeKey.stringKey("nexus.sandbox.pass");
    private static final AttributeKey<String> VERDICT = AttributeKey.stringKey("nexus.sandbox.verdict");
    private static final AttributeKey<Long> TESTS = AttributeKey.longKey("nexus.sandbox.tests");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final Tracer tracer;
    private final MeterRegistry meters;

    SandboxTelling(OpenTelemetry openTelemetry, MeterRegistry meters) {
        this.tracer = openTelemetry.getTracer("dev.nexus.tester");
        this.meters = meters;
        for (Verdict verdict : Verdict.values()) { // from zero on: else the first of each would be no increase
            runs(new Pass.Whole(), verdict);
        }
    }

    /** A run that has its slot and its permission, until it is closed. */
    final class Running implements AutoCloseable {

        private final Pass pass;
        private final Span span;
        private boolean hasEnded;

        private Running(Pass pass, Duration waited) {
            this.pass = pass;
            this.span = Span.current().getSpanContext().isValid()
                    ? tracer.spanBuilder("run sandbox")
                            .setAttribute(PASS, name(pass))
                            .startSpan()
                    : Span.getInvalid(); // for no task, as when the sandbox is tried at start
            time("nexus.sandbox.wait", "How long runs waited for a free sandbox.")
                    .register(meters)
                    .record(waited);
        }

        void ended(TestReport report) {
            hasEnded = true;
            span.setAttribute(VERDICT, report.verdict().wire());
            span.setAttribute(TESTS, (long) report.tests().size());
            long run = report.durationMillis();
            long inTests = report.tests().stream()
                    .mapToLong(TestReport.Result::durationMillis)
                    .sum();
            runs(pass, report.verdict()).record(Duration.ofMillis(run));
            time("nexus.sandbox.overhead", "What a run took beyond its tests: the sandbox, Python, pytest.")
                    .tag("pass", name(pass))
                    .register(meters)
                    .record(Duration.ofMillis(Math.max(0, run - inTests)));
        }

        @Override
        public void close() {
            if (!hasEnded) {
                span.setAttribute(ERROR_TYPE, "interrupted");
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        }
    }

    Running begins(Pass pass, Duration waited) {
        return new Running(pass, waited);
    }

    private Timer runs(Pass pass, Verdict verdict) {
        return time("nexus.sandbox.run", "How long runs took in the sandbox; the trial at start is one of them.")
                .tag("pass", name(pass))
                .tag("verdict", verdict.wire())
                .register(meters);
    }

    /** Buckets from 25 ms on, each twice the one before, to some 100 s. */
    private static Timer.Builder time(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(Stream.iterate(Duration.ofMillis(25), each -> each.multipliedBy(2))
                        .limit(13)
                        .toArray(Duration[]::new));
    }

    private static String name(Pass pass) {
        return switch (pass) {
            case Pass.Whole() -> "tests";
            case Pass.OnMutant _ -> "mutant";
            case Pass.Apart() -> "apart";
            case Pass.Together() -> "together";
            case Pass.CountingLines() -> "lines";
        };
    }
}

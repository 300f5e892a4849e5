package dev.nexus.gateway.telemetry;

import dev.nexus.contract.DeadLetters;
import dev.nexus.contract.Topic;
import dev.nexus.gateway.http.Readers;
import dev.nexus.gateway.log.LogReader;
import dev.nexus.gateway.webhook.Deliveries;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What each replica tells of itself: sum it over all gateways, or look at each. */
public final class GatewayFigures {

    private static final List<Topic> REFUSED_HERE = List.of(Topic.JOB_REQUESTS, Topic.JOB_CONTROL);

    private final MeterRegistry meters;

    public GatewayFigures(
            MeterRegistry meters,
            LogReader log,
            Readers readers,
            Deliveries deliveries,
            DeadLetters deadLetters,
            BooleanSupplier driving,
            BooleanSupplier ready) {
        this.meters = meters;
        gauge(
                "nexus.gateway.driving",
                "1 in the gateway that sends the orders, 0 in others.",
                null,
                () -> driving.getAsBoolean() ? 1 : 0);
        gauge("nexus.gateway.ready", "1 where requests are taken, else 0.", null, () -> ready.getAsBoolean() ? 1 : 0);
        gauge("nexus.log.lag", "Events on the log that this gateway has not folded yet.", "records", log::lag);
        gauge(
                "nexus.log.silence",
                "Time since this gateway's own heartbeat, one a second, came back from the brokers.",
                "seconds",
                () -> log.silence().toMillis() / 1000.0);
        gauge("nexus.sse.connections", "Streams of events that are held open.", null, readers::open);
        FunctionCounter.builder("nexus.sse.dropped", readers, Readers::dropped)
                .description("Readers of streams that were sent away because they did not read.")
                .register(meters);
        for (Deliveries.Outcome outcome : Deliveries.Outcome.values()) {
            FunctionCounter.builder("nexus.webhook.deliveries", deliveries, all -> all.counted(outcome))
                    .description("Attempts to tell a webhook of an event, by what came of them.")
                    .tag("outcome", outcome.wire())
                    .register(meters);
        }
        for (Topic topic : REFUSED_HERE) {
            FunctionCounter.builder("nexus.dead.letters", deadLetters, all -> all.written(topic))
                    .description("Records that this process has put aside because no one can process them.")
                    .tag("topic", topic.baseName())
                    .register(meters);
        }
    }

    private void gauge(String name, String description, @Nullable String unit, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).baseUnit(unit).register(meters);
    }
}

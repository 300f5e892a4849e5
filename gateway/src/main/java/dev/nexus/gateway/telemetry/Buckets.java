package dev.nexus.gateway.telemetry;

import java.time.Duration;
import java.util.stream.Stream;

/** The upper bounds of histograms. */
final class Buckets {

    /** From 50 ms on, each twice the one before, to some 27 minutes: a stub's task, and a model's. */
    static Duration[] times() {
        return Stream.iterate(Duration.ofMillis(50), each -> each.multipliedBy(2))
                .limit(16)
                .toArray(Duration[]::new);
    }

    private Buckets() {}
}

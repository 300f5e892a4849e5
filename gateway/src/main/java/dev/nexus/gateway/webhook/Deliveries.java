package dev.nexus.gateway.webhook;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** How often this replica has tried to tell a webhook of an event, by what came of it. */
public final class Deliveries {

    /** What came of an attempt. */
    public enum Outcome {
        DELIVERED,
        /** It is tried again. */
        FAILED,
        GIVEN_UP,
        /** The receiver wants no more of any. */
        DISABLED;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

    public Deliveries() {
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    void count(Outcome outcome) {
        of(outcome).increment();
    }

    /** Since the start. */
    public long counted(Outcome outcome) {
        return of(outcome).sum();
    }

    private LongAdder of(Outcome outcome) {
        return Objects.requireNonNull(counts.get(outcome));
    }
}

package dev.nexus.gateway.log;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The time at each partition of the log: that of its newest record, gone on by this process's own monotonic clock. Each
 * partition has its own because each may be on another broker, whose clocks may differ; a partition on which nothing was
 * written for long is told by the others, less what clocks may differ by.
 */
final class BrokerClock {

    /** What the clocks of two machines may differ by without any consequence. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    /** The newest record's time, and when it was read. */
    private record Reading(Instant time, long nanos) {
        Instant at(long now) {
            return time.plusNanos(now - nanos);
        }
    }

    private final Map<Integer, Reading> ofPartition = new HashMap<>();
    private @Nullable Reading newest;

    /** A record was read; {@code nanos} is this process's monotonic time. */
    void read(int partition, Instant time, long nanos) {
        Reading known = ofPartition.get(partition);
        if (known == null || known.at(nanos).isBefore(time)) {
            ofPartition.put(partition, new Reading(time, nanos));
        }
        read(time, nanos);
    }

    /** Likewise of a record on another topic. */
    void read(Instant time, long nanos) {
        if (newest == null || newest.at(nanos).isBefore(time)) {
            newest = new Reading(time, nanos);
        }
    }

    /** The newest time of all; null while nothing was read. */
    @Nullable
    Instant now(long nanos) {
        return newest == null ? null : newest.at(nanos);
    }

    /** The time at {@code partition}; it never goes back. Something must have been read. */
    Instant at(int partition, long nanos) {
        if (newest == null) {
            throw new IllegalStateException("nothing was read yet");
        }
        Instant least = newest.at(nanos).minus(MARGIN);
        Reading known = ofPartition.get(partition);
        return known == null || known.at(nanos).isBefore(least) ? least : known.at(nanos);
    }
}

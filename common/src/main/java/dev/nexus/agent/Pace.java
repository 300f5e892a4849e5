package dev.nexus.agent;

import java.time.Duration;

/** Lets at most so many through in any stretch of time. */
final class Pace {

    private final long windowNanos;
    private final long[] lastTimes;
    private int count;

    Pace(int most, Duration window) {
        this.windowNanos = window.toNanos();
        this.lastTimes = new long[most];
    }

    /** Whether one more may pass at {@code nanos}, by any clock that only goes forward. */
    boolean allows(long nanos) {
        int slot = count % lastTimes.length;
        if (count >= lastTimes.length && nanos - lastTimes[slot] < windowNanos) {
            return false;
        }
        lastTimes[slot] = nanos;
        count++;
        return true;
    }
}

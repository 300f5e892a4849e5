package dev.nexus.gateway.access;

import java.time.Duration;

/** So many at once, and as many again in each window, evenly; counts may be taken that others have used. Any thread. */
final class TokenBucket {

    private static final int MOST_ELSEWHERE = 100;

    private final double capacity;
    private final double perNano;
    private double left;
    private long at;

    /** @param now in nanoseconds, of a clock that does not go back */
    TokenBucket(int capacity, Duration window, long now) {
        this.capacity = capacity;
        this.perNano = capacity / (double) window.toNanos();
        this.left = capacity;
        this.at = now;
    }

    /** Takes one, if there is one. */
    synchronized boolean take(long now) {
        refill(now);
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }

    /**
     * Others have taken so many; what is missing is made up for later. As many gateways as there may be can each have let in
     * all at once; a count beyond that is wrong, and shuts nobody out for ever.
     */
    synchronized void takenElsewhere(int count, long now) {
        refill(now);
        left = Math.max(left - Math.max(count, 0), -capacity * MOST_ELSEWHERE);
    }

    synchronized long left(long now) {
        refill(now);
        return Math.max(0, (long) left);
    }

    /** Until there is one again. */
    synchronized Duration untilNext(long now) {
        refill(now);
        return Duration.ofNanos((long) Math.ceil(Math.max(0, 1 - left) / perNano));
    }

    /** Until all are there again. */
    synchronized Duration untilFull(long now) {
        refill(now);
        return Duration.ofNanos((long) Math.ceil((capacity - left) / perNano));
    }

    private void refill(long now) {
        if (now > at) {
            left = Math.min(capacity, left + (now - at) * perNano);
            at = now;
        }
    }
}

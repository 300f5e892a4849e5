package dev.nexus.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Times as people read them. */
record Figures(List<Duration> sorted) {

    static Figures of(List<Duration> times) {
        return new Figures(times.stream().sorted().toList());
    }

    /** The time that the given part of all stays within, nearest rank. */
    Duration percentile(double part) {
        int rank = (int) Math.ceil(part * sorted.size());
        return sorted.get(Math.max(rank, 1) - 1);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p90 %.1f ms, p99 %.1f ms (n=%d)",
                millis(percentile(0.5)),
                millis(percentile(0.9)),
                millis(percentile(0.99)),
                sorted.size());
    }

    static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}

package dev.nexus.bench.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which blow falls next, on which kind of process, and when: rounds of every blow on every kind, each round in an order of
 * its own. The same seed gives the same schedule.
 */
final class Schedule {

    private static final Duration SHORTEST_STOP = Duration.ofSeconds(8);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(3);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(7);
    private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(3);

    private final Random random;
    private final Duration longestStop;

    /**
     * A blow that is to fall.
     *
     * @param pause how long to wait behind it
     * @param away how long the process is then stopped, or missing until it is started again
     * @param pick which of the processes in question it hits, as a part of 1
     */
    record Strike(Kind kind, Blow blow, Duration pause, Duration away, double pick) {}

    /** @param length of the run: in a short one, processes are stopped for less long */
    Schedule(long seed, Duration length) {
        this.random = new Random(seed);
        Duration part = length.dividedBy(10);
        Duration longest = part.compareTo(LONGEST_STOP) < 0 ? part : LONGEST_STOP;
        this.longestStop = longest.compareTo(SHORTEST_STOP) < 0 ? SHORTEST_STOP : longest;
    }

    /** Every blow on every kind, in the order of this round. */
    List<Strike> round() {
        List<Strike> strikes = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Blow blow : Blow.values()) {
                strikes.add(new Strike(
                        kind,
                        blow,
                        between(SHORTEST_PAUSE, LONGEST_PAUSE),
                        blow == Blow.STOP
                                ? between(SHORTEST_STOP, longestStop)
                                : between(Duration.ZERO, LONGEST_ABSENCE),
                        random.nextDouble()));
            }
        }
        Collections.shuffle(strikes, random);
        return strikes;
    }

    private Duration between(Duration least, Duration most) {
        return least.plusMillis((long) (random.nextDouble() * most.minus(least).toMillis()));
    }
}

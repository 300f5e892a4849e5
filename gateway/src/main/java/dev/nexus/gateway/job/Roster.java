package dev.nexus.gateway.job;

import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** Who was heard lately, for people who look on; what is decided about workers is decided by {@link Workers}. */
public record Roster(PMap<String, Heard> all) {

    /** After which a silent process is not counted any more. */
    static final Duration SILENCE = Duration.ofSeconds(5);

    /** After which it is not shown any more. */
    private static final Duration FORGOTTEN = Duration.ofSeconds(30);

    public static final Roster EMPTY = new Roster(HashTreePMap.empty());

    private static final Comparator<Heard> ORDER = Comparator.comparing(
                    (Heard heard) -> heard.last().service())
            .thenComparing(heard -> heard.last().worker());

    /** A process's last heartbeat, and when it was written. */
    public record Heard(Heartbeat last, Instant at) {

        /** Whether it may be taken to be there. */
        public boolean isLive(Instant now) {
            return at.plus(SILENCE).isAfter(now);
        }
    }

    /** After a heartbeat that was written at this time; who takes nothing more and has nothing in hand has left. */
    public Roster after(Heartbeat beat, Instant at) {
        PMap<String, Heard> kept = all;
        for (var entry : all.entrySet()) {
            if (entry.getValue().at().plus(FORGOTTEN).isBefore(at)) {
                kept = kept.minus(entry.getKey());
            }
        }
        boolean gone = beat.isDraining() && beat.tasks().isEmpty();
        return new Roster(gone ? kept.minus(beat.worker()) : kept.plus(beat.worker(), new Heard(beat, at)));
    }

    /** The agents, in the order of the chain. */
    public List<Heard> workers() {
        return all.values().stream()
                .filter(heard -> heard.last().service() != Service.GATEWAY)
                .sorted(ORDER)
                .toList();
    }

    /** The gateways. */
    public List<Heard> gateways() {
        return all.values().stream()
                .filter(heard -> heard.last().service() == Service.GATEWAY)
                .sorted(ORDER)
                .toList();
    }
}

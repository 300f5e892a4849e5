package dev.nexus.gateway.archive;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Up to when the topics are copied, as far as this gateway knows. */
final class Progress {

    private final Map<TopicPartition, Instant> times = new HashMap<>();
    private Instant until;

    /** @param until when all was copied */
    Progress(Instant until) {
        this.until = until;
    }

    /** Up to then everything is copied, of every partition. */
    Instant until() {
        return until;
    }

    /** That another one has copied everything up to then, for all that is known here. */
    void suppose(Instant all) {
        times.clear();
        until = all;
    }

    /** The last record that was copied of a partition is from then. */
    void copied(TopicPartition partition, Instant recorded) {
        times.merge(partition, recorded, (known, now) -> now.isAfter(known) ? now : known);
    }

    /**
     * What is copied to its end is copied up to now, whatever the age of its last record; the others count.
     *
     * @param behind those of {@code all} of which there is more to copy
     */
    void look(Collection<TopicPartition> all, Set<TopicPartition> behind, Instant now) {
        Instant least = now;
        for (TopicPartition partition : all) {
            if (behind.contains(partition)) {
                Instant reached = times.getOrDefault(partition, until);
                least = reached.isBefore(least) ? reached : least;
            } else {
                times.put(partition, now);
            }
        }
        until = least;
    }
}

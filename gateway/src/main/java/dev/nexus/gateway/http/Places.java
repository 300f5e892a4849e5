package dev.nexus.gateway.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** So many streams at once, and of each tenant so many; whoever comes when there is no place is held until there is. */
final class Places {

    private final int all;
    private final int perTenant;
    private final int waitingPerTenant;
    /** Guarded by this, as what follows. */
    private final Map<String, Integer> taken = new HashMap<>();

    private final Map<String, Integer> waits = new HashMap<>();
    private final Deque<Place> waiting = new ArrayDeque<>();
    private int takenByAll;

    Places(int all, int perTenant, int waitingPerTenant) {
        this.all = all;
        this.perTenant = perTenant;
        this.waitingPerTenant = waitingPerTenant;
    }

    private static final class Place {

        private final String tenant;
        private final Sinks.Empty<Void> free = Sinks.empty();

        Place(String tenant) {
            this.tenant = tenant;
        }

        void begin() {
            var _ = free.tryEmitEmpty(); // whoever has left meanwhile gives it back himself
        }
    }

    /**
     * The stream, once there is a place for it; {@code refusal} if too many wait already.
     *
     * @param tenant null for whoever is of none, and may take all places
     */
    Flux<byte[]> held(@Nullable String tenant, Flux<byte[]> stream, Flux<byte[]> refusal) {
        return Flux.defer(() -> {
            Place place = new Place(tenant == null ? "" : tenant);
            return take(place) ? place.free.asMono().thenMany(stream).doFinally(_ -> giveBack(place)) : refusal;
        });
    }

    /** Takes it, or has it wait; false if it can't even do that. */
    private boolean take(Place place) {
        synchronized (this) {
            if (!isFree(place)) {
                if (waits.getOrDefault(place.tenant, 0) >= waitingPerTenant) {
                    return false;
                }
                waits.merge(place.tenant, 1, Integer::sum);
                waiting.add(place);
                return true;
            }
            count(place);
        }
        place.begin();
        return true;
    }

    private boolean isFree(Place place) {
        boolean ofATenant = !place.tenant.isEmpty();
        return takenByAll < all && (!ofATenant || taken.getOrDefault(place.tenant, 0) < perTenant);
    }

    private void count(Place place) {
        takenByAll++;
        taken.merge(place.tenant, 1, Integer::sum);
    }

    private void giveBack(Place place) {
        List<Place> next = new ArrayList<>();
        synchronized (this) {
            if (waiting.remove(place)) {
                less(waits, place.tenant);
                return;
            }
            takenByAll--;
            less(taken, place.tenant);
            for (Iterator<Place> each = waiting.iterator(); each.hasNext() && takenByAll < all; ) {
                Place first = each.next();
                if (isFree(first)) {
                    each.remove();
                    less(waits, first.tenant);
                    count(first);
                    next.add(first);
                }
            }
        }
        next.forEach(Place::begin); // not in the lock: a stream may end as soon as it begins
    }

    private static void less(Map<String, Integer> counts, String tenant) {
        counts.computeIfPresent(tenant, (_, count) -> count == 1 ? null : count - 1);
    }
}

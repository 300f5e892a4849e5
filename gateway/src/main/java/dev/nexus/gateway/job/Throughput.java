package dev.nexus.gateway.job;

import dev.nexus.contract.Service;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** How many tasks each service has completed within the last minute, to the second. For one thread. */
public final class Throughput {

    private static final int SECONDS = 60;

    private final NavigableMap<Long, Map<Service, Integer>> bySecond = new TreeMap<>();

    /** A task was completed at this time. */
    public void completed(Service service, Instant at) {
        bySecond.computeIfAbsent(at.getEpochSecond(), _ -> new EnumMap<>(Service.class))
                .merge(service, 1, Integer::sum);
    }

    /** The sums at this time; a service that has done nothing is not among them. */
    public Map<Service, Integer> at(Instant now) {
        bySecond.headMap(now.getEpochSecond() - SECONDS, true).clear();
        Map<Service, Integer> sums = new EnumMap<>(Service.class);
        bySecond.values()
                .forEach(counts -> counts.forEach((service, count) -> sums.merge(service, count, Integer::sum)));
        return sums;
    }
}

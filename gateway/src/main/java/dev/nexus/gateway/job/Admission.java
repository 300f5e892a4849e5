package dev.nexus.gateway.job;

import dev.nexus.contract.JobId;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which of the due orders are sent now. Only so many wait on a work topic as its service has free slots, and a few more:
 * what waits here can still be put in another order, and costs a broker nothing. The tenant with the fewest tasks under way
 * comes first, of his jobs the oldest. For one thread.
 */
public final class Admission {

    private final int reserve;
    private final ToIntFunction<String> mostTasks;
    private final Map<JobId, OfJob> jobs = new HashMap<>();
    private final Map<Service, Map<String, NavigableMap<Place, Due>>> waiting = new EnumMap<>(Service.class);
    private final Map<Service, Integer> queued = new EnumMap<>(Service.class);
    private final Map<String, Integer> busy = new HashMap<>();

    /** An order that is due. */
    public record Due(JobId job, Order order) {}

    /** Where an order stands among those of its tenant. */
    private record Place(Instant jobCreated, JobId job, String task) implements Comparable<Place> {

        private static final Comparator<Place> ORDER = Comparator.comparing(Place::jobCreated)
                .thenComparing(Place::job)
                .thenComparing(Place::task);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * What a job has under way.
     *
     * @param queued orders that nobody has claimed, by service
     * @param tasks orders and claimed attempts together
     */
    private record OfJob(String tenant, Instant created, List<Order> due, Map<Service, Integer> queued, int tasks) {}

    /**
     * @param reserve orders that may wait on a work topic beyond the free slots of its service
     * @param mostTasks how many tasks a tenant may have under way; 0 for no limit
     */
    public Admission(int reserve, ToIntFunction<String> mostTasks) {
        this.reserve = reserve;
        this.mostTasks = mostTasks;
    }

    /**
     * Takes in where a job is now.
     *
     * @param due its orders that are due and not sent yet
     * @param sent those that are sent, of which the log has not told yet
     */
    public void update(JobState job, List<Order> due, List<Order> sent) {
        remove(job.id());
        if (job.status().isFinal()) {
            return;
        }
        Map<Service, Integer> unclaimed = new EnumMap<>(Service.class);
        int tasks = 0;
        for (TaskState task : job.tasks().values()) {
            if (task.isCompleted()) {
                continue;
            }
            Attempt latest = task.latest();
            if (!latest.isOver()) { // of earlier ones nobody waits for anything
                tasks++;
                if (latest.worker() == null) {
                    unclaimed.merge(task.id().kind().service(), 1, Integer::sum);
                }
            }
        }
        for (Order order : sent) {
            unclaimed.merge(service(order), 1, Integer::sum);
        }
        String tenant = job.request().tenant();
        put(job.id(), new OfJob(tenant, job.createdAt(), List.copyOf(due), unclaimed, tasks + sent.size()));
    }

    /** The next order to send, which counts as queued from now on; none while enough are. */
    public Optional<Due> next(Workers workers) {
        for (Service service : List.of(Service.TESTER, Service.BUILDER, Service.PLANNER)) { // what is begun comes first
            if (queued.getOrDefault(service, 0) < reserve + workers.freeSlots(service)) {
                Due due = first(service);
                if (due != null) {
                    send(due);
                    return Optional.of(due);
                }
            }
        }
        return Optional.empty();
    }

    /** Orders that are due and not sent yet. */
    public int heldBack(Service service) {
        return waiting.getOrDefault(service, Map.of()).values().stream()
                .mapToInt(Map::size)
                .sum();
    }

    private @Nullable Due first(Service service) {
        return ofService(service).entrySet().stream()
                .filter(of -> mayHaveMore(of.getKey()))
                .min(Comparator.comparingInt(
                                (Map.Entry<String, NavigableMap<Place, Due>> of) -> busy.getOrDefault(of.getKey(), 0))
                        .thenComparing(of -> of.getValue().firstKey()))
                .map(of -> of.getValue().firstEntry().getValue())
                .orElse(null);
    }

    private boolean mayHaveMore(String tenant) {
        int most = mostTasks.applyAsInt(tenant);
        return most == 0 || busy.getOrDefault(tenant, 0) < most;
    }

    private void send(Due due) {
        OfJob before = jobs.get(due.job());
        if (before == null) {
            throw new IllegalStateException(
                    "no job has the order " + due.order().task());
        }
        remove(due.job());
        List<Order> rest = new ArrayList<>(before.due());
        rest.remove(due.order());
        Map<Service, Integer> more = new EnumMap<>(Service.class);
        more.putAll(before.queued());
        more.merge(service(due.order()), 1, Integer::sum);
        put(due.job(), new OfJob(before.tenant(), before.created(), rest, more, before.tasks() + 1));
    }

    private void put(JobId id, OfJob job) {
        jobs.put(id, job);
        count(job, 1);
        for (Order order : job.due()) {
            ofService(service(order))
                    .computeIfAbsent(job.tenant(), _ -> new TreeMap<>())
                    .put(place(job, id, order), new Due(id, order));
        }
    }

    private void remove(JobId job) {
        OfJob before = jobs.remove(job);
        if (before == null) {
            return;
        }
        count(before, -1);
        for (Order order : before.due()) {
            ofService(service(order)).computeIfPresent(before.tenant(), (_, places) -> {
                places.remove(place(before, job, order));
                return places.isEmpty() ? null : places;
            });
        }
    }

    private void count(OfJob job, int sign) {
        job.queued().forEach((service, orders) -> queued.merge(service, sign * orders, Integer::sum));
        busy.compute(job.tenant(), (_, tasks) -> {
            int sum = (tasks == null ? 0 : tasks) + sign * job.tasks();
            return sum == 0 ? null : sum;
        });
    }

    private Map<String, NavigableMap<Place, Due>> ofService(Service service) {
        return waiting.computeIfAbsent(service, _ -> new HashMap<>());
    }

    private static Place place(OfJob job, JobId id, Order order) {
        return new Place(job.created(), id, order.task() + "/" + order.attempt());
    }

    private static Service service(Order order) {
        return order.task().kind().service();
    }
}

package dev.nexus.gateway.drive;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventId;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.contract.Terms;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.job.Admission;
import dev.nexus.gateway.job.Deadlines;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.NextSteps;
import dev.nexus.gateway.job.Step;
import dev.nexus.gateway.job.Workers;
import dev.nexus.gateway.log.JobTable;
import dev.nexus.gateway.log.LogReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the next steps of all jobs, while this replica has the seat. Runs on the log's thread. Being the only one
 * saves work; should two act for a moment, the log makes their repeats harmless.
 */
public final class Driver implements LogReader.Listener {

    private static final Logger log = LoggerFactory.getLogger(Driver.class);

    private final Producer<String, byte[]> producer;
    private final EventLog events;
    private final Topics topics;
    private final JobTable jobs;
    private final Deadlines deadlines;
    private final int reserve;
    private final ToIntFunction<String> mostTasks;
    /** Ids of facts that were sent and not yet read back; not to be sent again meanwhile. */
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    /**
     * Ids of what announces orders that allow a job to spend something, until it is read back. Such an order is sent when the
     * log has told how much that is, since two drivers may have announced the same money.
     */
    private final Map<JobId, Set<String>> announced = new ConcurrentHashMap<>();
    /** Ids of what announced the orders that were sent in this stay and that nobody has claimed. */
    private final Map<JobId, Set<String>> allowed = new HashMap<>();

    /** Counts the stays in the seat of {@code job-control}; 0 without the seat. */
    private final AtomicInteger seat = new AtomicInteger();

    private final AtomicInteger stays = new AtomicInteger();
    /** The stay for which the end of the log was asked, and what it was: how far to read before acting. */
    private int knownStay;

    private Map<TopicPartition, Long> endThen = Map.of();
    private int drivingStay;

    /** Where the log ended when this gateway's last heartbeat came; null when all was decided since. */
    private @Nullable Map<TopicPartition, Long> endAtBeat;

    private Admission admission;
    private volatile Map<Service, Integer> heldBack = Map.of();

    /**
     * @param reserve orders that may wait on a work topic beyond the free slots of its service
     * @param mostTasks how many tasks a tenant may have under way; 0 for no limit
     */
    public Driver(
            Producer<String, byte[]> producer,
            EventLog events,
            Topics topics,
            JobTable jobs,
            Deadlines deadlines,
            int reserve,
            ToIntFunction<String> mostTasks) {
        this.producer = producer;
        this.events = events;
        this.topics = topics;
        this.jobs = jobs;
        this.deadlines = deadlines;
        this.reserve = reserve;
        this.mostTasks = mostTasks;
        this.admission = new Admission(reserve, mostTasks);
    }

    /** This replica may drive, once it has read all that is in the log by now. Any thread. */
    void take() {
        seat.set(stays.incrementAndGet());
    }

    /** Another replica may drive now. Any thread. */
    void leave() {
        seat.set(0);
    }

    /** Whether this replica has the seat. */
    public boolean isDriving() {
        return seat.get() != 0;
    }

    @Override
    public void read(LoggedEvent event) {
        underWay.remove(event.id());
        forget(event.job(), event.id());
    }

    @Override
    public void folded(List<JobState> changed, LogReader.Moment moment, LogReader.Place place, boolean beat) {
        int stay = seat.get();
        if (stay == 0) {
            return;
        }
        if (stay != drivingStay) {
            if (stay != knownStay) {
                Map<TopicPartition, Long> end = place.end().orElse(null);
                if (end == null) {
                    return;
                }
                endThen = end;
                knownStay = stay;
            }
            if (place.isBehind(endThen)) {
                return; // still behind what the last driver may have done
            }
            drivingStay = stay;
            underWay.clear();
            announced.clear();
            allowed.clear(); // whether the last driver has sent what it announced is not in the log
            admission = new Admission(reserve, mostTasks);
            endAtBeat = null;
            log.info("driving all jobs");
            jobs.forEachOpen(job -> decide(job, moment, nobodyIsLost(moment)));
        } else {
            changed.forEach(job -> decide(job, moment, nobodyIsLost(moment)));
            decideLosses(moment, place, beat);
        }
        sendWhatIsAdmitted(moment);
    }

    /**
     * What was lost is decided once a second, and only when everything was read that the log held by then: else a result
     * that is still unread could be taken for a loss.
     */
    private void decideLosses(LogReader.Moment moment, LogReader.Place place, boolean beat) {
        if (beat && endAtBeat == null) {
            endAtBeat = place.end().orElse(null); // else the next beat asks again
        }
        if (endAtBeat != null && !place.isBehind(endAtBeat)) {
            endAtBeat = null;
            jobs.forEachOpen(job -> decide(job, moment, moment.workers()));
        }
    }

    private static Workers nobodyIsLost(LogReader.Moment moment) {
        return Workers.heardBy(moment.workers().self());
    }

    private void decide(JobState job, LogReader.Moment moment, Workers workers) {
        sendWhatIsAllowed(job, NextSteps.unclaimed(job, moment.now(job), workers, deadlines));
        List<Order> due = new ArrayList<>();
        List<Order> sent = new ArrayList<>();
        for (Step step : NextSteps.of(job, moment.now(job), workers, deadlines)) {
            switch (step) {
                case Step.Issue(Order order) when isUnderWay(job.id(), order) -> sent.add(order);
                case Step.Issue(Order order) when allowance(order) != null && announced.containsKey(job.id()) -> {
                    // the state does not tell yet what others are allowed, and the same money would be given twice
                }
                case Step.Issue(Order order) -> due.add(order);
                case Step.Conclude conclude -> append(job.id(), conclude.end());
            }
        }
        admission.update(job, due, sent);
    }

    private void sendWhatIsAdmitted(LogReader.Moment moment) {
        for (var due = admission.next(moment.workers()); due.isPresent(); due = admission.next(moment.workers())) {
            issue(due.get().job(), due.get().order());
        }
        Map<Service, Integer> rest = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            rest.put(service, admission.heldBack(service));
        }
        heldBack = rest;
    }

    /** Orders that are due and wait here, as enough of them wait on the work topic; of the replica that drives. */
    public int heldBack(Service service) {
        return heldBack.getOrDefault(service, 0);
    }

    private boolean isUnderWay(JobId job, Order order) {
        return underWay.contains(
                EventId.scheduled(job, order.task(), order.attempt()).toString());
    }

    private void issue(JobId job, Order order) {
        String id = EventId.scheduled(job, order.task(), order.attempt()).toString();
        if (!underWay.add(id)) {
            return;
        }
        BigDecimal allowance = allowance(order);
        var scheduled = new JobEvent.TaskScheduled(order.task(), order.attempt(), allowance);
        if (allowance == null) {
            var _ = send(job, order, id)
                    .thenCompose(_ -> events.append(job, scheduled))
                    .whenComplete((_, failure) -> retryAfter(failure, id, job));
        } else {
            announced.compute(job, (_, ids) -> {
                Set<String> more = ids == null ? new HashSet<>() : ids;
                more.add(id);
                return more;
            });
            var _ = events.append(job, scheduled).whenComplete((_, failure) -> {
                if (failure != null) {
                    forget(job, id);
                }
                retryAfter(failure, id, job);
            });
        }
    }

    /**
     * Sends what the log allows and nobody has claimed, once in each stay, whoever announced it: a driver may be gone between
     * the announcement and the order. That an order is there twice is harmless, that it is missing is not.
     */
    private void sendWhatIsAllowed(JobState job, List<Order> unclaimed) {
        if (unclaimed.isEmpty()) {
            allowed.remove(job.id());
            return;
        }
        Map<String, Order> orders = new HashMap<>();
        unclaimed.forEach(order -> orders.put(
                EventId.scheduled(job.id(), order.task(), order.attempt()).toString(), order));
        Set<String> sent = allowed.computeIfAbsent(job.id(), _ -> ConcurrentHashMap.newKeySet());
        sent.retainAll(orders.keySet());
        orders.forEach((id, order) -> {
            if (sent.add(id)) {
                var _ = send(job.id(), order, id).whenComplete((_, failure) -> {
                    if (failure != null) {
                        sent.remove(id); // the next beat finds it unclaimed
                        log.warn(
                                "job {}: an order could not be sent and will be tried again: {}",
                                job.id(),
                                failure.toString());
                    }
                });
            }
        });
    }

    /** What was announced there has been read back, or was not written. */
    private void forget(JobId job, String id) {
        announced.computeIfPresent(job, (_, ids) -> {
            ids.remove(id);
            return ids.isEmpty() ? null : ids;
        });
    }

    private CompletableFuture<RecordMetadata> send(JobId job, Order order, String id) {
        Topic topic = Topic.ordersFor(order.task().kind().service());
        String type = "order." + order.task().kind().name().toLowerCase(java.util.Locale.ROOT);
        var record = Envelope.json(topics.name(topic), job, type, id, Service.GATEWAY.wire(), Json.write(order));
        return EventLog.send(producer, record);
    }

    private static @Nullable BigDecimal allowance(Order order) {
        Terms terms = order.terms();
        return terms == null ? null : terms.allowanceUsd();
    }

    private void append(JobId job, JobEvent event) {
        String id = EventId.of(job, event, "").toString();
        if (underWay.add(id)) {
            var _ = events.append(job, event).whenComplete((_, failure) -> retryAfter(failure, id, job));
        }
    }

    private void retryAfter(@Nullable Throwable failure, String id, JobId job) {
        if (failure != null) {
            underWay.remove(id); // the next beat decides again, and finds the same step due
            log.warn("job {}: a step could not be sent and will be tried again: {}", job, failure.toString());
        }
    }
}

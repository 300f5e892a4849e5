package dev.nexus.gateway.telemetry;

import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Service;
import dev.nexus.gateway.job.Attempt;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.job.TaskState;
import dev.nexus.gateway.job.Workers;
import dev.nexus.gateway.log.JobTable;
import dev.nexus.gateway.log.LogReader;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * How many jobs are open, how long the queues are and who works on them, once a second. All replicas see the same, so that
 * only the one that drives tells it; the others have no such series.
 */
public final class ServiceFigures implements LogReader.Listener, SmartLifecycle {

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final String OF_THE_DRIVER = " Told by the gateway that drives alone.";
    private static final List<Service> AGENTS = List.of(Service.PLANNER, Service.BUILDER, Service.TESTER);

    private final JobTable jobs;
    private final BooleanSupplier driving;
    private final ToIntFunction<Service> heldBack;
    private final Map<String, BigDecimal> budgets;
    private final Function<String, BigDecimal> spentToday;
    private final MultiGauge open;
    private final MultiGauge queue;
    private final MultiGauge oldest;
    private final MultiGauge workers;
    private final MultiGauge slots;
    private final MultiGauge used;
    private final MultiGauge budget;
    private final MultiGauge spent;
    private boolean told;
    private volatile Disposable looking = () -> {};
    private volatile boolean running;

    /** Orders that nobody has claimed. */
    private record Queue(int tasks, Duration oldest) {

        static final Queue EMPTY = new Queue(0, Duration.ZERO);

        Queue and(Duration age) {
            return new Queue(tasks + 1, age.compareTo(oldest) > 0 ? age : oldest);
        }
    }

    /**
     * @param heldBack orders of a service that are due and not sent yet
     * @param budgets of the tenants that have one by their own name, in US dollars a day
     */
    public ServiceFigures(
            MeterRegistry meters,
            JobTable jobs,
            BooleanSupplier driving,
            ToIntFunction<Service> heldBack,
            Map<String, BigDecimal> budgets,
            Function<String, BigDecimal> spentToday) {
        this.jobs = jobs;
        this.driving = driving;
        this.heldBack = heldBack;
        this.budgets = budgets;
        this.spentToday = spentToday;
        open = gauge(meters, "nexus.jobs.open", "Jobs that are not final, by status.", null);
        queue = gauge(
                meters,
                "nexus.queue.tasks",
                "Orders that nobody has claimed: sent to the work topic, or held back until fewer wait there.",
                null);
        oldest = gauge(
                meters,
                "nexus.queue.oldest",
                "Age of the oldest order on the work topic that nobody has claimed.",
                "seconds");
        workers = gauge(meters, "nexus.workers", "Workers that gave a sign of life within 5 s.", null);
        slots = gauge(meters, "nexus.worker.slots", "Tasks that the workers can do at once.", null);
        used = gauge(meters, "nexus.worker.slots.used", "Tasks that the workers have in hand.", null);
        budget = gauge(
                meters, "nexus.tenant.budget.usd", "What a tenant named in nexus.tenants may spend in a day.", null);
        spent = gauge(
                meters, "nexus.tenant.spent.usd", "What such a tenant's tasks have cost since midnight in UTC.", null);
    }

    private static MultiGauge gauge(MeterRegistry meters, String name, String description, @Nullable String unit) {
        return MultiGauge.builder(name)
                .description(description + OF_THE_DRIVER)
                .baseUnit(unit)
                .register(meters);
    }

    @Override
    public void read(LoggedEvent event) {}

    @Override
    public void folded(List<JobState> changed, LogReader.Moment moment, LogReader.Place place, boolean beat) {
        if (beat && driving.getAsBoolean()) {
            tell(moment);
        }
    }

    private synchronized void tell(LogReader.Moment moment) {
        Map<JobStatus, Integer> statuses = new EnumMap<>(JobStatus.class);
        Map<Service, Queue> queues = new EnumMap<>(Service.class);
        jobs.forEachOpen(job -> {
            statuses.merge(job.status(), 1, Integer::sum);
            Instant now = moment.now(job);
            for (TaskState task : job.tasks().values()) {
                Attempt latest = task.latest();
                if (task.isAwaited(latest.number())) {
                    Duration age = Duration.between(latest.scheduledAt(), now);
                    queues.merge(task.id().kind().service(), Queue.EMPTY.and(age), (all, _) -> all.and(age));
                }
            }
        });
        List<MultiGauge.Row<?>> byStatus = new ArrayList<>();
        for (JobStatus status : JobStatus.values()) {
            if (!status.isFinal()) {
                byStatus.add(row("status", status.wire(), statuses.getOrDefault(status, 0)));
            }
        }
        open.register(byStatus, true);
        List<MultiGauge.Row<?>> tenants = new ArrayList<>();
        tellQueues(queues);
        tellWorkers(moment.workers());
        budgets.forEach((tenant, usd) -> tenants.add(row("tenant", tenant, usd)));
        budget.register(tenants, true);
        spent.register(rows(List.copyOf(budgets.keySet()), "tenant", spentToday), true);
        told = true;
    }

    private void tellQueues(Map<Service, Queue> queues) {
        List<MultiGauge.Row<?>> waiting = new ArrayList<>();
        for (Service service : AGENTS) {
            Tags tags = Tags.of("service", service.wire());
            int sent = queues.getOrDefault(service, Queue.EMPTY).tasks();
            waiting.add(MultiGauge.Row.of(tags.and("state", "sent"), sent));
            waiting.add(MultiGauge.Row.of(tags.and("state", "held"), heldBack.applyAsInt(service)));
        }
        queue.register(waiting, true);
        oldest.register(
                rows(
                        AGENTS,
                        "service",
                        service -> queues.getOrDefault(service, Queue.EMPTY)
                                        .oldest()
                                        .toMillis()
                                / 1000.0),
                true);
    }

    private void tellWorkers(Workers heard) {
        workers.register(rows(AGENTS, "service", service -> heard.live(service).size()), true);
        slots.register(rows(AGENTS, "service", service -> sum(heard, service, Heartbeat::slots)), true);
        used.register(
                rows(
                        AGENTS,
                        "service",
                        service -> sum(heard, service, beat -> beat.tasks().size())),
                true);
    }

    private static int sum(Workers heard, Service service, ToIntFunction<Heartbeat> what) {
        return heard.live(service).stream().mapToInt(what).sum();
    }

    private static <T> List<MultiGauge.Row<?>> rows(List<T> all, String tag, Function<T, ? extends Number> value) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        all.forEach(each -> rows.add(row(tag, each.toString(), value.apply(each))));
        return rows;
    }

    private static MultiGauge.Row<?> row(String tag, String value, Number number) {
        return MultiGauge.Row.of(Tags.of(tag, value), number);
    }

    /** Also where nothing is read any more: what was told last is not true for ever. */
    private synchronized void forgetUnlessDriving() {
        if (told && !driving.getAsBoolean()) {
            List.of(open, queue, oldest, workers, slots, used, budget, spent)
                    .forEach(gauge -> gauge.register(List.of(), true));
            told = false;
        }
    }

    @Override
    public void start() {
        looking = Flux.interval(LOOK).subscribe(_ -> forgetUnlessDriving());
        running = true;
    }

    @Override
    public void stop() {
        looking.dispose();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}

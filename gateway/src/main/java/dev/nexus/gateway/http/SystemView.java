package dev.nexus.gateway.http;

import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import dev.nexus.gateway.job.Attempt;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.job.Roster;
import dev.nexus.gateway.job.TaskState;
import dev.nexus.gateway.log.Brokers.Broker;
import dev.nexus.gateway.log.LogReader.Outlook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The whole installation at one moment, as an operator sees it.
 *
 * @param jobs how many there are that the caller sees, by status
 * @param stages the agent services in the order of the chain, each with the work of all tenants
 */
record SystemView(
        Instant time,
        Here gateway,
        List<Broker> brokers,
        Map<String, Integer> jobs,
        List<StageView> stages,
        List<WorkerView> workers,
        List<GatewayView> gateways) {

    private static final String ITS_LOG = "the worker's log has the reason";
    private static final List<Service> CHAIN = List.of(Service.PLANNER, Service.BUILDER, Service.TESTER);

    /**
     * The gateway that answers.
     *
     * @param lag events on the log that it has not folded yet
     */
    record Here(
            String id,
            String version,
            boolean driving,
            boolean ready,
            long lag,
            @Nullable String trouble,
            @Nullable String refusesJobs) {}

    /**
     * An agent service.
     *
     * @param waiting tasks that are scheduled and not started
     */
    record StageView(
            Service service,
            int workers,
            int slots,
            int running,
            int waiting,
            @Nullable Long oldestWaitingMillis,
            int doneLastMinute) {}

    /**
     * A worker that was heard lately.
     *
     * @param tasks those in its hands that the caller sees
     * @param hiddenTasks how many more it has in hand
     */
    record WorkerView(
            String id,
            Service service,
            String version,
            int slots,
            long seenMillisAgo,
            boolean draining,
            List<RunningView> tasks,
            int hiddenTasks,
            @Nullable String problem) {

        private WorkerView withoutReason() {
            return problem == null
                    ? this
                    : new WorkerView(id, service, version, slots, seenMillisAgo, draining, tasks, hiddenTasks, ITS_LOG);
        }
    }

    /** An attempt in a worker's hands. */
    record RunningView(JobId jobId, TaskId task, int attempt, long runningMillis) {}

    /** A gateway that was heard lately. */
    record GatewayView(String id, String version, boolean driving, long seenMillisAgo) {}

    /** An attempt that goes on, of a job that the caller sees or not. */
    private record InHand(JobState job, TaskState task, boolean seen) {

        String worker() {
            return Objects.requireNonNull(task.latest().worker());
        }

        Instant since() {
            return Objects.requireNonNullElse(
                    task.latest().startedAt(), task.latest().scheduledAt());
        }
    }

    /** For tenants: what can name hosts, disks and programs is left out, or told by a word. */
    SystemView withoutHosts() {
        var here = new Here(
                gateway.id,
                gateway.version,
                gateway.driving,
                gateway.ready,
                gateway.lag,
                gateway.trouble == null ? null : Routes.IN_THE_LOG,
                gateway.refusesJobs == null ? null : Routes.IN_THE_LOG);
        return new SystemView(
                time,
                here,
                List.of(),
                jobs,
                stages,
                workers.stream().map(WorkerView::withoutReason).toList(),
                gateways);
    }

    /**
     * @param ended final jobs that the caller sees, by status
     * @param sees whether jobs of a tenant are shown to the caller
     */
    static SystemView of(
            Here gateway,
            List<Broker> brokers,
            Outlook outlook,
            List<JobState> open,
            Map<JobStatus, Integer> ended,
            Predicate<String> sees) {
        Instant now = outlook.now();
        var work = new Work(open, sees);
        return new SystemView(
                now,
                gateway,
                brokers,
                jobs(open, ended, sees),
                CHAIN.stream().map(service -> stage(service, outlook, work)).toList(),
                outlook.roster().workers().stream()
                        .map(heard -> worker(heard, work, now))
                        .toList(),
                gateways(gateway, outlook.roster(), now));
    }

    /** The tasks that are to be done or being done. */
    private static final class Work {

        private final Map<Service, Integer> waiting = new EnumMap<>(Service.class);
        private final Map<Service, Integer> running = new EnumMap<>(Service.class);
        private final Map<Service, Instant> oldest = new EnumMap<>(Service.class);
        private final Map<String, List<InHand>> byWorker = new HashMap<>();

        Work(List<JobState> open, Predicate<String> sees) {
            for (JobState job : open) {
                boolean seen = sees.test(job.request().tenant());
                for (TaskState task : job.tasks().values()) {
                    if (!task.isCompleted() && !task.latest().isOver()) {
                        add(new InHand(job, task, seen));
                    }
                }
            }
        }

        private void add(InHand task) {
            Service service = task.task().id().kind().service();
            Attempt latest = task.task().latest();
            if (latest.worker() == null) {
                waiting.merge(service, 1, Integer::sum);
                oldest.merge(service, latest.scheduledAt(), (a, b) -> a.isBefore(b) ? a : b);
            } else {
                running.merge(service, 1, Integer::sum);
                byWorker.computeIfAbsent(task.worker(), _ -> new ArrayList<>()).add(task);
            }
        }
    }

    private static Map<String, Integer> jobs(
            List<JobState> open, Map<JobStatus, Integer> ended, Predicate<String> sees) {
        Map<JobStatus, Integer> counts = new EnumMap<>(JobStatus.class);
        counts.putAll(ended);
        open.stream()
                .filter(job -> sees.test(job.request().tenant()))
                .forEach(job -> counts.merge(job.status(), 1, Integer::sum));
        Map<String, Integer> named = new LinkedHashMap<>();
        for (JobStatus status : JobStatus.values()) {
            named.put(status.wire(), counts.getOrDefault(status, 0));
        }
        return named;
    }

    private static StageView stage(Service service, Outlook outlook, Work work) {
        Instant now = outlook.now();
        List<Heartbeat> live = outlook.roster().workers().stream()
                .filter(heard -> heard.last().service() == service && heard.isLive(now))
                .map(Roster.Heard::last)
                .toList();
        Instant oldest = work.oldest.get(service);
        return new StageView(
                service,
                live.size(),
                live.stream().mapToInt(Heartbeat::slots).sum(),
                work.running.getOrDefault(service, 0),
                work.waiting.getOrDefault(service, 0),
                oldest == null ? null : millis(oldest, now),
                outlook.done().getOrDefault(service, 0));
    }

    private static WorkerView worker(Roster.Heard heard, Work work, Instant now) {
        Heartbeat last = heard.last();
        List<InHand> tasks = work.byWorker.getOrDefault(last.worker(), List.of());
        List<RunningView> shown = tasks.stream()
                .filter(InHand::seen)
                .sorted(Comparator.comparing(InHand::since)
                        .thenComparing(each -> each.job().id())
                        .thenComparing(each -> each.task().id().toString()))
                .map(each -> new RunningView(
                        each.job().id(), each.task().id(), each.task().latest().number(), millis(each.since(), now)))
                .toList();
        return new WorkerView(
                last.worker(),
                last.service(),
                last.version(),
                last.slots(),
                millis(heard.at(), now),
                last.isDraining(),
                shown,
                tasks.size() - shown.size(),
                last.problem());
    }

    /** This one tells of itself what is so now, not what it said last. */
    private static List<GatewayView> gateways(Here here, Roster roster, Instant now) {
        Stream<GatewayView> others = roster.gateways().stream()
                .filter(heard -> !heard.last().worker().equals(here.id()))
                .map(heard -> new GatewayView(
                        heard.last().worker(),
                        heard.last().version(),
                        heard.last().isDriving(),
                        millis(heard.at(), now)));
        return Stream.concat(Stream.of(new GatewayView(here.id(), here.version(), here.driving(), 0)), others)
                .sorted(Comparator.comparing(GatewayView::id))
                .toList();
    }

    /** Clocks of several brokers may differ: it is never below 0. */
    private static long millis(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis());
    }
}

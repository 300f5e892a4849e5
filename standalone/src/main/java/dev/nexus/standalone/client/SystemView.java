package dev.nexus.standalone.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The installation as {@code GET /system} shows it. Names that newer gateways may add to stay text. */
public record SystemView(
        Instant time,
        Here gateway,
        List<Broker> brokers,
        Map<String, Integer> jobs,
        List<Stage> stages,
        List<Worker> workers,
        List<Gateway> gateways) {

    /** The gateway that answers. */
    public record Here(
            String id,
            String version,
            boolean driving,
            boolean ready,
            long lag,
            @Nullable String trouble,
            @Nullable String refusesJobs) {}

    /** A broker. */
    public record Broker(int id, String host, int port, boolean controller) {}

    /** An agent service, with what is to be done. */
    public record Stage(
            String service,
            int workers,
            int slots,
            int running,
            int waiting,
            @Nullable Long oldestWaitingMillis,
            int doneLastMinute) {}

    /** A worker, with what it has in hand. */
    public record Worker(
            String id,
            String service,
            String version,
            int slots,
            long seenMillisAgo,
            boolean draining,
            List<Task> tasks,
            int hiddenTasks,
            @Nullable String problem) {

        @SuppressWarnings("NullAway") // Jackson passes null for an absent list
        public Worker {
            tasks = tasks == null ? List.of() : List.copyOf(tasks);
        }
    }

    /** An attempt in a worker's hands. */
    public record Task(String jobId, String task, int attempt, long runningMillis) {}

    /** A gateway that was heard. */
    public record Gateway(String id, String version, boolean driving, long seenMillisAgo) {}

    @SuppressWarnings("NullAway") // likewise
    public SystemView {
        Objects.requireNonNull(time);
        Objects.requireNonNull(gateway);
        brokers = brokers == null ? List.of() : List.copyOf(brokers);
        jobs = jobs == null ? Map.of() : Map.copyOf(jobs);
        stages = stages == null ? List.of() : List.copyOf(stages);
        workers = workers == null ? List.of() : List.copyOf(workers);
        gateways = gateways == null ? List.of() : List.copyOf(gateways);
    }
}

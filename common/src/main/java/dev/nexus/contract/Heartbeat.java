package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A process says once a second that it is there, on {@code worker-heartbeats}; the key is the worker's id.
 *
 * @param worker new with every process
 * @param slots tasks that it takes at once
 * @param tasks what it has in hand
 * @param requests of a gateway: how many requests each tenant has sent it since its last heartbeat, where that is limited
 * @param problem why it cannot do its work at the moment, and what to do; null if all is well
 * @param draining true if it stops, and takes nothing more; else null
 * @param driving of a gateway: true if it is the one that sends the orders; else null
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonTypeName("worker.heartbeat")
public record Heartbeat(
        String worker,
        Service service,
        String version,
        int slots,
        List<InFlight> tasks,
        Map<String, Integer> requests,
        @Nullable String problem,
        @Nullable Boolean draining,
        @Nullable Boolean driving) {

    /** An attempt in hand. */
    public record InFlight(JobId job, TaskId task, int attempt) {}

    @SuppressWarnings("NullAway") // Jackson passes null for what is absent
    public Heartbeat {
        tasks = tasks == null ? List.of() : List.copyOf(tasks);
        requests = requests == null ? Map.of() : Map.copyOf(requests);
        draining = isSet(draining) ? true : null;
        driving = isSet(driving) ? true : null;
    }

    /** Of an agent that goes on, and has no problem. */
    public Heartbeat(String worker, Service service, String version, int slots, List<InFlight> tasks) {
        this(worker, service, version, slots, tasks, Map.of(), null, null, null);
    }

    /** Whether the worker takes nothing more. */
    public boolean isDraining() {
        return isSet(draining);
    }

    /** Whether it is the gateway that sends the orders. */
    public boolean isDriving() {
        return isSet(driving);
    }

    private static boolean isSet(@Nullable Boolean flag) {
        return Boolean.TRUE.equals(flag);
    }
}

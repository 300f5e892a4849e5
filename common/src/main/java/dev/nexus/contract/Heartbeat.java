package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;

/**
 * A process says once a second that it is there, on {@code worker-heartbeats}; the key is the worker's id.
 *
 * @param worker new with every process
 * @param slots tasks that it takes at once
 * @param tasks what it has in hand
 * @param requests of a gateway: how many requests each tenant has sent it since its last heartbeat, where that is limited
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonTypeName("worker.heartbeat")
public record Heartbeat(
        String worker,
        Service service,
        String version,
        int slots,
        List<InFlight> tasks,
        Map<String, Integer> requests) {

    /** An attempt in hand. */
    public record InFlight(JobId job, TaskId task, int attempt) {}

    @SuppressWarnings("NullAway") // Jackson passes null for what is absent
    public Heartbeat {
        tasks = tasks == null ? List.of() : List.copyOf(tasks);
        requests = requests == null ? Map.of() : Map.copyOf(requests);
    }

    /** One that counts no requests, as an agent's. */
    public Heartbeat(String worker, Service service, String version, int slots, List<InFlight> tasks) {
        this(worker, service, version, slots, tasks, Map.of());
    }
}

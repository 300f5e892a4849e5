package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * A process says once a second that it is there, on {@code worker-heartbeats}; the key is the worker's id.
 *
 * @param worker new with every process
 * @param slots tasks that it takes at once
 * @param tasks what it has in hand
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonTypeName("worker.heartbeat")
public record Heartbeat(String worker, Service service, String version, int slots, List<InFlight> tasks) {

    /** An attempt in hand. */
    public record InFlight(JobId job, TaskId task, int attempt) {}

    @SuppressWarnings("NullAway") // Jackson passes null for an absent list
    public Heartbeat {
        tasks = tasks == null ? List.of() : List.copyOf(tasks);
    }
}

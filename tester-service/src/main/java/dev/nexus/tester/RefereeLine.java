package dev.nexus.tester;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import tools.jackson.databind.JsonNode;

/** A line from the referee inside a sandbox; what it says in its own name can be trusted. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
sealed interface RefereeLine {

    /** The sandbox stands, and takes a job. */
    @JsonTypeName("ready")
    record Ready() implements RefereeLine {}

    /** @param bytes that {@code text} was read from */
    @JsonTypeName("output")
    record Output(int bytes, String text) implements RefereeLine {}

    /** The worker's word, see {@link WorkerReport}: it comes from a process that runs the job's code. */
    @JsonTypeName("worker")
    record Worker(JsonNode report) implements RefereeLine {}

    /** The worker sent what its reporter never would. */
    @JsonTypeName("garbled")
    record Garbled() implements RefereeLine {}

    /** @param status of the worker: its exit status, or a signal's number, negated */
    @JsonTypeName("end")
    record End(int status) implements RefereeLine {}
}

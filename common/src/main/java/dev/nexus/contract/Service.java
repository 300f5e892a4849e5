package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** The services that put records on the topics; an agent service takes its orders from the work topic named here. */
public enum Service {
    GATEWAY("gateway"),
    PLANNER("planner-service"),
    BUILDER("builder-service"),
    TESTER("tester-service");

    private final String wire;

    Service(String wire) {
        this.wire = wire;
    }

    /** The name on the wire, of the process, and of the agent's share group. */
    @JsonValue
    public String wire() {
        return wire;
    }

    /** The short name in settings: {@code planner}, {@code builder}, {@code tester}. */
    public String agentType() {
        return wire.replace("-service", "");
    }

    @Override
    public String toString() {
        return wire;
    }
}

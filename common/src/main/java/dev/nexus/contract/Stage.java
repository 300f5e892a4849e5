package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A part of the chain that a job can begin with, because an earlier job has done what is before. */
public enum Stage {
    /** Everything, from the specification. */
    PLAN,
    /** With the plan of the earlier job. */
    BUILD,
    /** With its plan, its files and its tests. */
    TEST;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}

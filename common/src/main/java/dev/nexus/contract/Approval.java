package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a human has to approve before a job goes on. */
public enum Approval {
    PLAN;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}

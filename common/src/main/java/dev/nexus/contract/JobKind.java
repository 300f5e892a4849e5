package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a client can ask for: one agent's work, or the whole chain with repair. */
public enum JobKind {
    PIPELINE,
    PLAN,
    BUILD,
    TEST;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}

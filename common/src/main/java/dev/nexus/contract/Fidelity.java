package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How far a result is the thing that was asked for. */
public enum Fidelity {
    IMPLEMENTATION,
    /** Stubs in the shape of the specification; nothing in them is implemented. */
    SCAFFOLD;

    public Fidelity and(Fidelity other) {
        return this == SCAFFOLD ? this : other;
    }

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}

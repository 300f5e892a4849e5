package dev.nexus.model;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Usage;
import java.util.Locale;

/** A model's whole answer. */
public record ModelReply(String text, Stop stop, Usage usage, Fidelity fidelity) {

    /** Why the answer ended. */
    public enum Stop {
        END,
        /** Cut off at the limit of output tokens. */
        LENGTH,
        /** The model would not answer. */
        REFUSAL;

        /** As recorded on {@code model-calls}. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

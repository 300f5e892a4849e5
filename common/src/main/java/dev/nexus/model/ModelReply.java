package dev.nexus.model;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Usage;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A model's whole answer.
 *
 * @param model that gave it, as {@code provider/model}
 */
public record ModelReply(String model, String text, Stop stop, Usage usage, Fidelity fidelity) {

    /** Why the answer ended. */
    public enum Stop {
        END,
        /** Cut off at the limit of output tokens. */
        LENGTH,
        /** The model would not answer. */
        REFUSAL,
        /** The provider withheld the answer, or its rest. */
        CONTENT_FILTER;

        /** The one that is recorded as {@code word}; none if a newer version wrote it. */
        public static Optional<Stop> of(String word) {
            return Arrays.stream(values())
                    .filter(stop -> stop.wire().equals(word))
                    .findFirst();
        }

        /** As recorded on {@code model-calls}. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

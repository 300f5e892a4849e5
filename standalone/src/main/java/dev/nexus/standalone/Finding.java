package dev.nexus.standalone;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one look at this set-up has shown.
 *
 * @param check what was looked at
 * @param found how it is
 * @param remedy what to do; null if nothing needs to be done
 */
record Finding(
        String check, Status status, String found, @Nullable String remedy) {

    /** How bad it is. */
    enum Status {
        OK,
        /** It works, and could be better. */
        HINT,
        /** Nothing to look at. */
        SKIPPED,
        WRONG;

        @JsonValue
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String check, String found) {
        return new Finding(check, Status.OK, found, null);
    }

    static Finding hint(String check, String found, String remedy) {
        return new Finding(check, Status.HINT, found, remedy);
    }

    static Finding skipped(String check, String why) {
        return new Finding(check, Status.SKIPPED, why, null);
    }

    static Finding wrong(String check, String found, String remedy) {
        return new Finding(check, Status.WRONG, found, remedy);
    }

    /** From one line that says both, as the services do: what is wrong; what to do. */
    static Finding wrong(String check, String line) {
        int middle = line.lastIndexOf("; ");
        return middle < 0
                ? wrong(check, line, "see the README")
                : wrong(check, line.substring(0, middle), line.substring(middle + 2));
    }
}

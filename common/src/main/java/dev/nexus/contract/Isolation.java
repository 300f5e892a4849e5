package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of tests that passed, when they ran again in another process than the code under them.
 *
 * @param test the first whose outcome was another
 * @param message why it failed, or why the tests have no shape for this
 */
public record Isolation(
        Result result, @Nullable String test, @Nullable String message) {

    public enum Result {
        /** Every test passed again. */
        SAME,
        /** A test failed there, twice: the code has a way to its tests other than calls and answers. */
        DIFFERS,
        /** More than calls and answers passes between tests and code. */
        NOT_APPLICABLE;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Isolation notApplicable(String why) {
        return new Isolation(Result.NOT_APPLICABLE, null, why);
    }
}

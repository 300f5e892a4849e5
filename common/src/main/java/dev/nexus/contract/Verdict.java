package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a test run showed, as a whole. Only {@link #PASSED} is a pass. */
public enum Verdict {
    PASSED,
    /** At least one test failed. */
    FAILED,
    /** The tests could not be collected or set up. */
    ERROR,
    TIMEOUT,
    MEMORY_LIMIT,
    OUTPUT_LIMIT,
    /** The run ended without saying how. */
    CRASHED,
    /** What ran under the tests reached for the tests, for pytest or for the report. */
    TAMPERED,
    /** There was nothing to run, or all of it was skipped. */
    NO_TESTS;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}

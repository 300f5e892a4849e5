package dev.nexus.tester;

import java.util.Map;

/** What a sandbox is to do with the tests among a job's files. */
sealed interface Pass {

    /** Runs them all. */
    record Whole() implements Pass {}

    /**
     * Changes the code under test in one place, and runs them until one fails.
     *
     * @param number which of the {@code of} places, spread evenly over the code
     */
    record OnMutant(int number, int of) implements Pass {}

    /** Runs them in another process than the code under test; what crosses are calls and answers. */
    record Apart() implements Pass {}

    /** Puts the same between tests and code, and leaves both in one process. */
    record Together() implements Pass {}

    /** Counts the lines of the code under test that they run, if the package for that is there. */
    record CountingLines() implements Pass {}

    /** What the referee reads besides the files. */
    default Map<String, Object> orders() {
        return switch (this) {
            case Whole() -> Map.of();
            case Apart() -> Map.of("apart", true);
            case Together() -> Map.of("apart", false);
            case CountingLines() -> Map.of("lines", true);
            case OnMutant(int number, int of) -> Map.of("mutant", Map.of("number", number, "of", of), "failures", 1);
        };
    }

    /** Whether the tests behind a failed one stay away. */
    default boolean endsAtFirstFailure() {
        return this instanceof OnMutant;
    }
}

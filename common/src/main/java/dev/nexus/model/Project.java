package dev.nexus.model;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Plan;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Something that the offline model can write: a plan, the files of its steps, and tests. */
interface Project {

    Plan plan();

    /**
     * The content of a file of the plan.
     *
     * @param failures what is known to be wrong with it; empty in a first build
     */
    String file(String path, List<String> failures);

    /**
     * The content of a file after a repair that writes the answers to failed tests into it, instead of mending it.
     *
     * @param current its content before
     * @return empty if this project is not built so
     */
    default Optional<String> byHeart(String path, List<String> failures, String current) {
        return Optional.empty();
    }

    /** Path to content of the test files. */
    Map<String, String> tests();

    /** What is written at first instead of {@link #tests()}; mostly the same. */
    default Map<String, String> firstTests() {
        return tests();
    }

    /** The test among {@link #firstTests()} that contradicts the plan, if there is one. */
    default Optional<WrongTest> wrongTest() {
        return Optional.empty();
    }

    /** @param test its id */
    record WrongTest(String test, String why) {}

    /** Whether this is what was asked for, or only its shape. */
    Fidelity fidelity();
}

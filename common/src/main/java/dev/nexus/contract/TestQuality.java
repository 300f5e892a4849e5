package dev.nexus.contract;

import java.util.List;

/**
 * How many of the tests that were written can tell code from no code: they were run over stubs in its place, which answer
 * every call alike.
 *
 * @param tests as many as there were, each set of parameters being one
 * @param meaningful those of them that failed over stubs, as they should
 * @param vacuous ids of the others, which prove nothing; the first {@link Limits#VACUOUS_TOLD} if there are more
 */
public record TestQuality(int tests, int meaningful, List<String> vacuous) {

    @SuppressWarnings("NullAway") // Jackson passes null for an absent list
    public TestQuality {
        vacuous = vacuous == null ? List.of() : List.copyOf(vacuous);
    }

    /** Whether most of the tests prove nothing, or there are none at all. */
    public boolean isPoor() {
        return meaningful * 2 < tests || tests == 0;
    }
}

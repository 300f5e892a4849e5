package dev.nexus.contract;

import java.util.List;

/**
 * What passed tests are worth: whether they notice small changes to the code under them.
 *
 * @param possible places in the code that could be changed
 * @param run changes on which the tests were tried, spread evenly over the code
 * @param killed of these, those that the tests noticed
 * @param score {@code killed} divided by {@code run}, to three digits
 * @param survivors of these, those that the tests did not notice, as many as there is room for
 */
public record MutationScore(int possible, int run, int killed, double score, List<Survivor> survivors) {

    /**
     * A change that no test noticed.
     *
     * @param change such as {@code < became <=}
     */
    public record Survivor(String path, int line, String change) {}

    public MutationScore {
        survivors = List.copyOf(survivors);
    }

    public static MutationScore of(int possible, int run, int killed, List<Survivor> survivors) {
        return new MutationScore(possible, run, killed, Math.round(1000.0 * killed / run) / 1000.0, survivors);
    }
}

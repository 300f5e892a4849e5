package dev.nexus.tester;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A line from the referee inside a sandbox; what it says in its own name can be trusted. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
sealed interface RefereeLine {

    /** The sandbox stands, and takes a job. */
    @JsonTypeName("ready")
    record Ready() implements RefereeLine {}

    /** @param bytes that {@code text} was read from */
    @JsonTypeName("output")
    record Output(int bytes, String text) implements RefereeLine {}

    /**
     * What the test files promise, read before anything runs.
     *
     * @param tests ids as far as they can be read, without parameters; with each, how often it runs at least
     * @param firm test files with nothing in them that could skip a test
     * @param canary the id of a test that must be seen to fail
     */
    @JsonTypeName("expected")
    record Expected(Map<String, Integer> tests, List<String> firm, String canary) implements RefereeLine {
        public Expected {
            tests = Map.copyOf(tests);
            firm = List.copyOf(firm);
        }
    }

    /**
     * The code under test was changed before its tests run.
     *
     * @param possible places that could be changed
     * @param place the one that was; null if there are fewer than the number that was asked for
     */
    @JsonTypeName("mutant")
    record Mutant(int possible, @Nullable Place place) implements RefereeLine {

        /** @param change such as {@code < became <=} */
        record Place(String path, int line, String change) {}
    }

    /** @param why tests that are kept apart from the code may fail because of that alone */
    @JsonTypeName("doubtful")
    record Doubtful(String why) implements RefereeLine {}

    /** @param why tests and code cannot be kept apart; a test or the code may have had a say in it */
    @JsonTypeName("inapplicable")
    record Inapplicable(String why) implements RefereeLine {}

    /** @param counted see {@link LineCount}; code under test may have had its say in it */
    @JsonTypeName("lines")
    record Lines(JsonNode counted) implements RefereeLine {}

    /** The worker's word, see {@link WorkerReport}, signed and in order: only a pass in it can be trusted. */
    @JsonTypeName("worker")
    record Worker(JsonNode report) implements RefereeLine {}

    /** @param why the code under test reached for its tests, for pytest or for the reports; it may be its own word */
    @JsonTypeName("tampered")
    record Tampered(String why) implements RefereeLine {}

    /** The worker was ended, because its files had become too many. */
    @JsonTypeName("too_many_files")
    record TooManyFiles() implements RefereeLine {}

    /** @param status of the worker: its exit status, or a signal's number, negated */
    @JsonTypeName("end")
    record End(int status) implements RefereeLine {}
}

package dev.nexus.tester;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.nexus.contract.TestReport.Outcome;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the reporter beside the tests says of them. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
sealed interface WorkerReport {

    /** How many tests will run. */
    @JsonTypeName("collected")
    record Collected(int count) implements WorkerReport {}

    @JsonTypeName("started")
    record Started(String test) implements WorkerReport {
        public Started {
            Objects.requireNonNull(test);
        }
    }

    /** A test ended. */
    @JsonTypeName("result")
    record Result(
            String test,
            Outcome outcome,
            long millis,
            @Nullable String message,
            @Nullable String trace,
            List<String> files,
            List<String> lines,
            boolean memory)
            implements WorkerReport {
        public Result {
            Objects.requireNonNull(test);
            Objects.requireNonNull(outcome);
            files = List.copyOf(files);
            lines = List.copyOf(lines);
        }
    }

    /** A file could not be collected, or asked to be skipped. */
    @JsonTypeName("collection")
    record Collection(
            String test,
            Outcome outcome,
            @Nullable String message,
            @Nullable String trace,
            List<String> files,
            List<String> lines,
            boolean memory)
            implements WorkerReport {
        public Collection {
            Objects.requireNonNull(test);
            Objects.requireNonNull(outcome);
            files = List.copyOf(files);
            lines = List.copyOf(lines);
        }
    }

    /** pytest itself broke. */
    @JsonTypeName("broken")
    record Broken(boolean memory) implements WorkerReport {}

    /** @param status that the worker is going to exit with */
    @JsonTypeName("finished")
    record Finished(int status) implements WorkerReport {}
}

package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a completed task gave. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Outcome {

    /**
     * A plan.
     *
     * @param cached whether an equal specification had this plan already
     */
    @JsonTypeName("plan")
    record Planned(Plan plan, boolean cached) implements Outcome {}

    /**
     * Files written: by the builder the step's, by the tester the tests.
     *
     * @param changes in a repair, or where tests were replaced, the files that are not as they were
     * @param quality of tests that were written; null for other files, and from older versions
     * @param replaced the tests that a review took back, each with the reason
     */
    @JsonTypeName("files")
    record Written(
            List<ArtefactRef> files,
            List<FileChange> changes,
            @Nullable TestQuality quality,
            List<ReplacedTest> replaced)
            implements Outcome {
        @SuppressWarnings("NullAway") // Jackson passes null for an absent list
        public Written {
            files = List.copyOf(files);
            changes = List.copyOf(changes);
            replaced = replaced == null ? List.of() : List.copyOf(replaced);
        }

        public Written(List<ArtefactRef> files, List<FileChange> changes) {
            this(files, changes, null, List.of());
        }

        public Written(List<ArtefactRef> files) {
            this(files, List.of());
        }
    }

    /** The tests were run; the report says how they went, and a failed test is a completed task. */
    @JsonTypeName("report")
    record Tested(TestReport report) implements Outcome {}
}

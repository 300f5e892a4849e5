package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

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
     * @param changes in a repair, the files that are not as they were
     */
    @JsonTypeName("files")
    record Written(List<ArtefactRef> files, List<FileChange> changes) implements Outcome {
        public Written {
            files = List.copyOf(files);
            changes = List.copyOf(changes);
        }

        public Written(List<ArtefactRef> files) {
            this(files, List.of());
        }
    }

    /** The tests were run; the report says how they went, and a failed test is a completed task. */
    @JsonTypeName("report")
    record Tested(TestReport report) implements Outcome {}
}

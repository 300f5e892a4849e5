package dev.nexus.gateway.job;

import dev.nexus.contract.JobOptions;
import dev.nexus.contract.TaskId;
import java.time.Duration;
import java.util.Objects;

/**
 * How long things may take.
 *
 * @param planner from the first order for a plan to its completion
 * @param builder likewise, for each step of each round
 * @param tester likewise, for writing tests and for each run
 * @param job from acceptance to the final event, unless its options set a shorter time
 * @param approval from a plan to the human's answer; the job's own time does not run meanwhile
 */
public record Deadlines(Duration planner, Duration builder, Duration tester, Duration job, Duration approval) {

    Duration of(TaskId.Kind task) {
        return switch (task.service()) {
            case PLANNER -> planner;
            case BUILDER -> builder;
            case TESTER -> tester;
            case GATEWAY -> throw new IllegalArgumentException("the gateway has no tasks");
        };
    }

    Duration of(JobOptions options) {
        return Objects.requireNonNullElse(options.deadline(), job);
    }
}

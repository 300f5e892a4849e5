package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks an agent service for one attempt of one task. It holds all that the work needs, by value or by exact reference;
 * the record key names the job.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Order {

    TaskId task();

    /** 1 at first, and one more each time the task is issued again. */
    int attempt();

    /** Where the job's history begins, for a worker that has not followed it. */
    Since since();

    /** On what terms a model may be asked; null for no budget and no replay. */
    default @Nullable Terms terms() {
        return null;
    }

    /** The same order on these terms; itself if it asks no model. */
    default Order on(Terms terms) {
        return this;
    }

    /**
     * Asks the planner for a plan.
     *
     * @param files the code that the specification asks to change; empty for new software
     */
    @JsonTypeName("plan")
    record PlanOrder(
            TaskId task,
            int attempt,
            Since since,
            String spec,
            boolean mayUseCache,
            @Nullable Terms terms,
            List<ArtefactRef> files)
            implements Order {
        @SuppressWarnings("NullAway") // Jackson passes null for an absent list
        public PlanOrder {
            files = files == null ? List.of() : List.copyOf(files);
        }

        public PlanOrder(
                TaskId task, int attempt, Since since, String spec, boolean mayUseCache, @Nullable Terms terms) {
            this(task, attempt, since, spec, mayUseCache, terms, List.of());
        }

        public PlanOrder(TaskId task, int attempt, Since since, String spec, boolean mayUseCache) {
            this(task, attempt, since, spec, mayUseCache, null);
        }

        @Override
        public Order on(Terms terms) {
            return new PlanOrder(task, attempt, since, spec, mayUseCache, terms, files);
        }
    }

    /**
     * Asks the builder for the files of one plan step.
     *
     * @param spec null when only a plan was given
     * @param files what is there already: dependencies in round 0, with all code that is to be changed, and the step's own files
     *     in a repair
     * @param failures the tests to mend, in a repair
     * @param run how they were run, in a repair; null from older versions
     */
    @JsonTypeName("build")
    record BuildOrder(
            TaskId task,
            int attempt,
            Since since,
            @Nullable String spec,
            Plan plan,
            List<ArtefactRef> files,
            List<TestReport.Result> failures,
            @Nullable TestRun run,
            @Nullable Terms terms)
            implements Order {
        @SuppressWarnings("NullAway") // Jackson passes null for an absent list
        public BuildOrder {
            files = files == null ? List.of() : List.copyOf(files);
            failures = failures == null ? List.of() : List.copyOf(failures);
        }

        public BuildOrder(
                TaskId task,
                int attempt,
                Since since,
                @Nullable String spec,
                Plan plan,
                List<ArtefactRef> files,
                List<TestReport.Result> failures,
                @Nullable TestRun run) {
            this(task, attempt, since, spec, plan, files, failures, run, null);
        }

        @Override
        public Order on(Terms terms) {
            return new BuildOrder(task, attempt, since, spec, plan, files, failures, run, terms);
        }
    }

    /**
     * What no single test tells of a test run.
     *
     * @param message what ended it if the tests themselves did not, such as a limit
     * @param output the end of what it printed, if no test result explains it
     * @param heldBack further tests that failed and are not shown to whoever mends them; null if there are none
     */
    record TestRun(
            Verdict verdict,
            @Nullable String message,
            @Nullable String output,
            @Nullable Integer heldBack) {}

    /** What the tester is asked for. */
    sealed interface TestOrder extends Order {}

    /**
     * Asks the tester to write tests from the specification, with the interface of the plan, or of the user's files
     * where there is no plan.
     */
    @JsonTypeName("tests")
    record WriteTestsOrder(
            TaskId task,
            int attempt,
            Since since,
            String spec,
            @Nullable Plan plan,
            List<ArtefactRef> files,
            @Nullable Terms terms)
            implements TestOrder {
        @SuppressWarnings("NullAway") // Jackson passes null for an absent list
        public WriteTestsOrder {
            files = files == null ? List.of() : List.copyOf(files);
        }

        public WriteTestsOrder(
                TaskId task, int attempt, Since since, String spec, @Nullable Plan plan, List<ArtefactRef> files) {
            this(task, attempt, since, spec, plan, files, null);
        }

        @Override
        public Order on(Terms terms) {
            return new WriteTestsOrder(task, attempt, since, spec, plan, files, terms);
        }
    }

    /**
     * Asks the tester which of the failing tests that it wrote contradict the specification, and to replace those. The code
     * that they fail over is no part of it.
     *
     * @param files the tests
     * @param failures those that failed, with their messages alone
     */
    @JsonTypeName("review")
    record ReviewTestsOrder(
            TaskId task,
            int attempt,
            Since since,
            String spec,
            @Nullable Plan plan,
            List<ArtefactRef> files,
            List<TestReport.Result> failures,
            @Nullable Terms terms)
            implements TestOrder {
        @SuppressWarnings("NullAway") // Jackson passes null for an absent list
        public ReviewTestsOrder {
            files = files == null ? List.of() : List.copyOf(files);
            failures = failures == null ? List.of() : List.copyOf(failures);
        }

        public ReviewTestsOrder(
                TaskId task,
                int attempt,
                Since since,
                String spec,
                @Nullable Plan plan,
                List<ArtefactRef> files,
                List<TestReport.Result> failures) {
            this(task, attempt, since, spec, plan, files, failures, null);
        }

        @Override
        public Order on(Terms terms) {
            return new ReviewTestsOrder(task, attempt, since, spec, plan, files, failures, terms);
        }
    }

    /** Asks the tester to run the tests among {@code files} over the others. */
    @JsonTypeName("test")
    record RunTestsOrder(TaskId task, int attempt, Since since, List<ArtefactRef> files) implements TestOrder {
        @SuppressWarnings("NullAway") // Jackson passes null for an absent list
        public RunTestsOrder {
            files = files == null ? List.of() : List.copyOf(files);
        }
    }
}

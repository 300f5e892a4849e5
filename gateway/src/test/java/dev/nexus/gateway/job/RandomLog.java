package dev.nexus.gateway.job;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.TaskId;
import java.util.List;
import java.util.Random;

/** Logs that no one planned, the same for the same seed. */
public final class RandomLog {

    private RandomLog() {}

    static Outcome outcome(TaskId task, Random random) {
        return switch (task.kind()) {
            case PLAN -> new Outcome.Planned(plan("A bank, draft " + random.nextInt(4)), false);
            case BUILD -> Story.wrote(task.step() + ".py", random.nextInt(100));
            case TESTS ->
                task.round() > 0 && random.nextBoolean()
                        ? Story.replacement("tests/test_bank.py", random.nextInt(100))
                        : Story.wrote("tests/test_bank.py", random.nextInt(100));
            case TEST ->
                random.nextInt(4) == 0
                        ? Story.report(3)
                        : Story.report(random.nextInt(3), "assert 1 == " + random.nextInt(9));
        };
    }

    private static JobEvent answer(Random random) {
        String hash = plan("A bank, draft " + random.nextInt(4)).hash();
        return switch (random.nextInt(3)) {
            case 0 -> new JobEvent.PlanRejected(hash, null);
            case 1 -> new JobEvent.PlanApproved(hash, null);
            default -> new JobEvent.PlanApproved(hash, plan("A bank, edited " + random.nextInt(4)));
        };
    }

    private static Plan plan(String summary) {
        return new Plan(summary, Story.PLAN.language(), Story.PLAN.interfaces(), Story.PLAN.steps());
    }

    /** A story of one pipeline job in which anything may come after anything; about every other one comes to an end. */
    public static List<LoggedEvent> of(Random random) {
        return of(random, JobOptions.DEFAULTS);
    }

    /** Likewise with these options; if a human is to approve the plan, one does so, or another does not. */
    static List<LoggedEvent> of(Random random, JobOptions options) {
        Story story = Story.of(JobKind.PIPELINE, options);
        List<TaskId> tasks = List.of(
                TaskId.plan(),
                TaskId.build("money", 0),
                TaskId.build("rules", 0),
                TaskId.build("bank", 0),
                TaskId.tests(),
                TaskId.test(0));
        int length = 5 + random.nextInt(60);
        for (int i = 0; i < length; i++) {
            TaskId task = tasks.get(random.nextInt(tasks.size()));
            int attempt = 1 + random.nextInt(3);
            String worker = "w" + random.nextInt(3);
            if (options.approval() != null && random.nextInt(5) == 0) {
                story.then(answer(random));
                continue;
            }
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> story.scheduled(task, attempt);
                case 3, 4, 5, 6 -> story.started(task, attempt, worker);
                case 7, 8, 9 -> story.completed(task, attempt, outcome(task, random), Fidelity.IMPLEMENTATION);
                case 10, 11 -> story.failed(task, attempt, ErrorCode.INTERNAL_ERROR, random.nextBoolean());
                case 12 -> story.then(new JobEvent.TaskReleased(task, attempt, worker));
                case 13, 14, 15, 16 ->
                    story.then(new JobEvent.TaskProgress(task, attempt, "at work"), "" + random.nextInt(9));
                case 17 -> story.thenAs(Story.JOB + "/x/" + random.nextInt(5), new JobEvent.Unrecognised("job.x"));
                case 18 -> {
                    if (random.nextInt(4) == 0) {
                        story.then(new JobEvent.JobCancelRequested(null));
                    }
                }
                default -> {
                    if (random.nextInt(8) == 0) {
                        story.then(new JobEvent.JobCancelled());
                    }
                }
            }
        }
        return story.log();
    }
}

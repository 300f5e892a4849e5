package dev.nexus.contract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What makes a plan one that can be built: the same for a model's plan and for a user's. */
public final class PlanRules {

    private PlanRules() {}

    /** Every rule that {@code plan} breaks, each naming the place, the limit and the remedy; empty if it can be built. */
    public static List<String> problemsWith(Plan plan) {
        List<String> problems = new ArrayList<>();
        if (plan.steps().isEmpty()) {
            problems.add("/steps is empty; give at least one step");
        }
        if (plan.steps().size() > Limits.PLAN_STEPS) {
            problems.add("/steps has more than " + Limits.PLAN_STEPS + " entries; join some");
        }
        Set<String> ids = new HashSet<>();
        Set<String> folded = new HashSet<>();
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < plan.steps().size(); i++) {
            Plan.PlanStep step = plan.steps().get(i);
            String at = "/steps/" + i;
            if (!TaskId.isStep(step.id())) {
                problems.add(at + "/id must be 1 to 40 lower-case letters, digits, '_' or '-', and not r<number>");
            }
            if (!ids.add(step.id())) {
                problems.add(at + "/id is used by an earlier step; give each step its own");
            }
            if (step.files().isEmpty()) {
                problems.add(at + "/files is empty; name the files that the step writes");
            }
            for (String path : step.files()) {
                String problem = ProjectPath.problemWith(path);
                if (problem != null) {
                    problems.add(at + "/files: a path " + problem);
                } else if (ProjectPath.isTest(path)) {
                    problems.add(at + "/files: '" + path + "' is a test; leave tests to the tester");
                } else if (!folded.add(path.toLowerCase(Locale.ROOT))) {
                    problems.add(at + "/files: '" + path + "' is written twice; a path belongs to one step");
                } else {
                    paths.add(path);
                }
            }
        }
        for (String path : ProjectPath.foldersAmong(paths)) {
            problems.add("/steps: '" + path + "' is also the folder of another file; rename one of them");
        }
        if (paths.size() > Limits.FILES) {
            problems.add("/steps name more than " + Limits.FILES + " files; plan fewer");
        }
        for (int i = 0; i < plan.steps().size(); i++) {
            for (String needed : plan.steps().get(i).dependsOn()) {
                if (!ids.contains(needed)) {
                    problems.add("/steps/" + i + "/dependsOn names an unknown step; use the ids of steps in this plan");
                }
            }
        }
        if (problems.isEmpty() && hasCycle(plan)) {
            problems.add("/steps depend on each other in a circle; remove one dependency");
        }
        return problems;
    }

    private static boolean hasCycle(Plan plan) {
        Set<String> built = new HashSet<>();
        int before;
        do {
            before = built.size();
            for (Plan.PlanStep step : plan.steps()) {
                if (built.containsAll(step.dependsOn())) {
                    built.add(step.id());
                }
            }
        } while (built.size() > before);
        return built.size() < plan.steps().size();
    }
}

package dev.nexus.model;

import dev.nexus.contract.Plan;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How far a project is what a plan demands. The plan may be the project's own, one that a user has edited, or another
 * model's: files are given for a step only where they keep what the plan promises about them.
 */
record PlanFit(Project project, Plan plan) {

    /** Whether the project has the files of {@code step}, with all that the plan says of their interface. */
    boolean covers(Plan.PlanStep step) {
        return step.files().stream().allMatch(this::covers);
    }

    private boolean covers(String path) {
        Plan.PlanStep own = stepOf(path);
        if (own == null || !paths(plan).containsAll(needs(own))) {
            return false;
        }
        Set<String> ours = signatures(project.plan(), path);
        Set<String> demanded = signatures(plan, path);
        // A name of a file alone says too little: a plan that promises nothing may mean anything.
        return ours.containsAll(demanded) && (ours.isEmpty() || !demanded.isEmpty());
    }

    /** Whether every file of the project is in the plan, as it is there. */
    boolean covers() {
        return paths(plan).containsAll(paths(project.plan()))
                && plan.steps().stream()
                        .filter(step -> step.files().stream().anyMatch(path -> stepOf(path) != null))
                        .allMatch(this::covers);
    }

    private Plan.@Nullable PlanStep stepOf(String path) {
        return project.plan().steps().stream()
                .filter(step -> step.files().contains(path))
                .findFirst()
                .orElse(null);
    }

    /** The files that a step's own files import, directly or not. */
    private Set<String> needs(Plan.PlanStep step) {
        Set<String> paths = new HashSet<>();
        for (String id : step.dependsOn()) {
            Plan.PlanStep needed = project.plan().step(id);
            paths.addAll(needed.files());
            paths.addAll(needs(needed));
        }
        return paths;
    }

    static Set<String> paths(Plan plan) {
        return plan.steps().stream().flatMap(step -> step.files().stream()).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> signatures(Plan plan, String path) {
        return modulesIn(plan, path).stream()
                .flatMap(module -> module.functions().stream())
                .map(function -> function.signature().replaceAll("\\s+", ""))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The modules of the plan that are written in the file {@code path}. */
    static List<Plan.Module> modulesIn(Plan plan, String path) {
        return plan.interfaces().stream()
                .filter(module -> {
                    String place = module.name().replace('.', '/');
                    return path.equals(place + ".py")
                            || path.equals(place + "/__init__.py")
                            || path.equals("src/" + place + ".py")
                            || path.equals("src/" + place + "/__init__.py");
                })
                .toList();
    }
}

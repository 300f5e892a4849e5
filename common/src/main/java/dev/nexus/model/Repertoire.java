package dev.nexus.model;

import dev.nexus.contract.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All that the offline model can implement: the samples, and record stores of any kind. */
final class Repertoire {

    private final List<SampleProject> samples;

    private Repertoire(List<SampleProject> samples) {
        this.samples = samples;
    }

    static Repertoire load() {
        return new Repertoire(OfflineResource.lines("samples.txt").stream()
                .map(SampleProject::load)
                .toList());
    }

    /** What implements the specification, if anything does. */
    Optional<Project> forSpec(String text) {
        Spec spec = Spec.of(text);
        Optional<SampleProject> sample = samples.stream()
                .filter(s -> s.subject().match(spec) > 0)
                .max(Comparator.comparingInt(s -> s.subject().match(spec)));
        if (sample.isPresent()) {
            return Optional.of(sample.get());
        }
        return RecordGrammar.read(spec).map(RecordStore::new);
    }

    /** What implements this step of the plan as the plan promises it; the plan need not be one of the offline model. */
    Optional<Project> forStep(@Nullable String spec, Plan plan, Plan.PlanStep step) {
        return candidates(spec, plan).stream()
                .filter(project -> new PlanFit(project, plan).covers(step))
                .findFirst();
    }

    /** What has tests that fit an implementation of the plan. */
    Optional<Project> forPlan(String spec, Plan plan) {
        return candidates(spec, plan).stream()
                .filter(project -> new PlanFit(project, plan).covers())
                .findFirst();
    }

    /** What has tests for these files, going by the specification and the files' names. */
    Optional<Project> forFiles(String spec, Map<String, String> files) {
        return forSpec(spec).filter(project -> files.keySet().containsAll(PlanFit.paths(project.plan())));
    }

    private List<Project> candidates(@Nullable String spec, Plan plan) {
        List<Project> candidates = new ArrayList<>();
        if (spec != null) {
            forSpec(spec).ifPresent(candidates::add);
        }
        if (!Scaffold.isPlanOf(plan)) {
            // The summary of a record store's plan says all there is to know of it.
            RecordGrammar.read(Spec.of(plan.summary())).map(RecordStore::new).ifPresent(candidates::add);
            candidates.addAll(samples);
        }
        return candidates;
    }
}

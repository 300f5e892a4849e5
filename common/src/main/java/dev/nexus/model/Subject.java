package dev.nexus.model;

import dev.nexus.contract.Plan;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a sample is about, to tell whether a specification means it. A sample that is built for something else does more
 * harm than a scaffold, so a match needs three things: its terms, few foreign words, and no demand that it lacks.
 */
final class Subject {

    /** The weight of terms that makes a match. */
    static final int ENOUGH = 10;

    /** Share of the salient words of a specification that must belong to the subject. */
    private static final double FAMILIAR = 0.6;

    /** A name that a specification fixes: {@code `name`}, {@code some_name(…)}, {@code class Name}. */
    private static final Pattern FIXED_NAME = Pattern.compile(
            "`([A-Za-z_]\\w*)(?:\\([^`]*\\))?`|\\b([a-z]\\w*_\\w+)\\(|\\bclass (?:called |named )?([A-Z]\\w+)");

    private final Map<Words, Integer> terms;
    private final Set<String> familiar = new HashSet<>();
    private final List<Words> beyond;
    private final Set<String> names;

    Subject(SampleProject.Description about, Plan plan) {
        this.terms = about.terms().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(e -> Words.of(e.getKey()), Map.Entry::getValue));
        terms.keySet().forEach(term -> familiar.addAll(term.stems()));
        about.words().forEach(words -> familiar.addAll(Words.of(words).stems()));
        plan.interfaces().forEach(module -> {
            familiar.addAll(Words.of(module.name()).stems());
            module.functions()
                    .forEach(f -> familiar.addAll(
                            Words.of(f.signature() + " " + f.description()).stems()));
        });
        this.beyond = about.beyond().stream().map(Words::of).toList();
        this.names = plan.interfaces().stream()
                .flatMap(module -> module.functions().stream())
                .flatMap(function ->
                        Pattern.compile("\\w+").matcher(function.signature()).results())
                .map(m -> m.group())
                .collect(Collectors.toSet());
        plan.interfaces().forEach(module -> names.addAll(List.of(module.name().split("\\.", -1))));
    }

    /** How clearly {@code spec} means this subject: the weight of its terms, or 0 if it means something else. */
    int match(Spec spec) {
        int weight = terms.entrySet().stream()
                .filter(term -> spec.words().contain(term.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
        if (weight < ENOUGH || !speaksOfLittleElse(spec) || fixesOtherNames(spec)) {
            return 0;
        }
        return spec.demandsAnyOf(beyond) || spec.isBeyondPlainPython(familiar) ? 0 : weight;
    }

    private boolean speaksOfLittleElse(Spec spec) {
        Set<String> salient = spec.words().salient();
        long known = salient.stream().filter(familiar::contains).count();
        return known >= FAMILIAR * salient.size();
    }

    private boolean fixesOtherNames(Spec spec) {
        for (Matcher m = FIXED_NAME.matcher(spec.text()); m.find(); ) {
            for (int group = 1; group <= m.groupCount(); group++) {
                if (m.group(group) != null && !names.contains(m.group(group))) {
                    return true;
                }
            }
        }
        return false;
    }
}

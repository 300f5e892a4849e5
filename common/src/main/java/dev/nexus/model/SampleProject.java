package dev.nexus.model;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Plan;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A project that is kept as resources: {@code sample.json} describes it, {@code plan.json} and the files are beside it. */
final class SampleProject implements Project {

    private final Plan plan;
    private final Subject subject;
    private final Map<String, String> files = new HashMap<>();
    private final Map<String, String> tests = new LinkedHashMap<>();
    private final Map<String, String> firstTests = new LinkedHashMap<>();
    private final @Nullable Draft draft;
    private final @Nullable WrongTest wrongTest;

    /**
     * The form of {@code sample.json}.
     *
     * @param terms what a specification says when it wants this, each with its weight; {@link Subject#ENOUGH} together
     *     make a match
     * @param words what it may speak of besides
     * @param beyond what it must not ask for, since this does not do it
     * @param tests the paths of the test files
     * @param firstTests null if these are written at once
     */
    record Description(
            Map<String, Integer> terms,
            List<String> words,
            List<String> beyond,
            List<String> tests,
            @Nullable DraftDescription draft,
            @Nullable FirstTests firstTests) {}

    /**
     * Says that the first version of the tests, kept below {@code draft/}, is another one.
     *
     * @param wrong the test in it that contradicts the plan; null if most of them prove nothing
     */
    record FirstTests(@Nullable WrongTest wrong) {}

    /**
     * A first version with a mistake, kept below {@code draft/}.
     *
     * @param mendedBy a pattern that is found in the failures of a test that shows the mistake
     */
    record DraftDescription(
            String path, String mendedBy, @Nullable ByHeart byHeart) {}

    /**
     * Says that the mistake is never mended, and that each repair learns the answers to the tests that it is shown.
     *
     * @param test a pattern for the id of a test that has question and answer in its parameters
     * @param line what is written down of it, with the pattern's groups in it
     * @param behind the line of the file below which it is written
     */
    record ByHeart(String test, String line, String behind) {}

    private record Draft(
            String path,
            String content,
            Pattern mendedBy,
            @Nullable ByHeart byHeart) {}

    private SampleProject(String name) {
        Description about = OfflineResource.json(name + "/sample.json", Description.class);
        this.plan = OfflineResource.json(name + "/plan.json", Plan.class);
        this.subject = new Subject(about, plan);
        for (String path : PlanFit.paths(plan)) {
            files.put(path, OfflineResource.text(name + "/files/" + path));
        }
        for (String path : about.tests()) {
            tests.put(path, OfflineResource.text(name + "/" + path));
            String first = about.firstTests() == null ? path : "draft/" + path;
            firstTests.put(path, OfflineResource.text(name + "/" + first));
        }
        this.wrongTest = about.firstTests() == null ? null : about.firstTests().wrong();
        DraftDescription d = about.draft();
        this.draft = d == null
                ? null
                : new Draft(
                        d.path(),
                        OfflineResource.text(name + "/draft/" + d.path()),
                        Pattern.compile(d.mendedBy(), Pattern.CASE_INSENSITIVE),
                        d.byHeart());
    }

    /** Reads the sample in the folder {@code offline/<name>}. */
    static SampleProject load(String name) {
        return new SampleProject(name);
    }

    /** What a specification must speak of to mean this sample. */
    Subject subject() {
        return subject;
    }

    /** Whether a first build has a mistake. */
    boolean hasDraft() {
        return draft != null;
    }

    @Override
    public Plan plan() {
        return plan;
    }

    @Override
    public String file(String path, List<String> failures) {
        if (draft != null
                && draft.path().equals(path)
                && failures.stream()
                        .noneMatch(failure -> draft.mendedBy().matcher(failure).find())) {
            return draft.content();
        }
        String content = files.get(path);
        if (content == null) {
            throw new IllegalArgumentException("the sample has no file " + path);
        }
        return content;
    }

    @Override
    public Optional<String> byHeart(String path, List<String> failures, String current) {
        if (draft == null || draft.byHeart() == null || !draft.path().equals(path)) {
            return Optional.empty();
        }
        ByHeart answers = draft.byHeart();
        StringBuilder learnt = new StringBuilder();
        for (String failure : failures) {
            Matcher test = Pattern.compile(answers.test()).matcher(failure);
            if (test.lookingAt()) {
                learnt.append(test.replaceFirst(answers.line())
                                .lines()
                                .findFirst()
                                .orElseThrow())
                        .append('\n');
            }
        }
        return Optional.of(current.replace(answers.behind() + "\n", answers.behind() + "\n" + learnt));
    }

    @Override
    public Map<String, String> tests() {
        return tests;
    }

    @Override
    public Map<String, String> firstTests() {
        return firstTests;
    }

    @Override
    public Optional<WrongTest> wrongTest() {
        return Optional.ofNullable(wrongTest);
    }

    @Override
    public Fidelity fidelity() {
        return Fidelity.IMPLEMENTATION;
    }
}

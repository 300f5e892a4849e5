package dev.nexus.tester;

import dev.nexus.agent.Asking.Reading;
import dev.nexus.contract.ReplacedTest;
import dev.nexus.model.FileBlocks;
import dev.nexus.model.FileBlocks.Parsed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the model must answer about failing tests: that none is wrong, or which are, why, and what they should be. Nothing but
 * the tests that it calls wrong may change, and only those that failed may be called so.
 *
 * @param files the test files that change, path to content
 */
record ReviewReply(Map<String, String> files, List<ReplacedTest> replaced) {

    private static final int WHY_CHARS = 1_000;
    private static final ReviewReply NONE_IS_WRONG = new ReviewReply(Map.of(), List.of());

    /**
     * @param before the test files, path to content
     * @param failed ids of the tests that failed
     */
    static Reading<ReviewReply> read(String text, String nonce, Map<String, String> before, List<String> failed) {
        List<ReplacedTest> wrong = wrong(text, nonce);
        if (wrong.isEmpty() && !text.contains("<file-" + nonce)) {
            return text.lines().anyMatch(line -> line.strip().equals("NONE"))
                    ? new Reading.Usable<>(NONE_IS_WRONG)
                    : unusable("it says neither which tests are wrong nor, in a line of its own, NONE");
        }
        return switch (FileBlocks.parse(nonce, text, before::containsKey)) {
            case Parsed.Invalid(var problems) -> new Reading.Unusable<>(problems);
            case Parsed.Files(var after) -> {
                List<String> problems = problems(wrong, before, after, failed);
                yield problems.isEmpty()
                        ? new Reading.Usable<>(new ReviewReply(after, wrong))
                        : new Reading.Unusable<>(problems);
            }
        };
    }

    /** The function that a test's id names, without parameters. */
    static String functionOf(String id) {
        int parameters = id.indexOf('[');
        return parameters < 0 ? id : id.substring(0, parameters);
    }

    private static List<ReplacedTest> wrong(String text, String nonce) {
        Pattern block = Pattern.compile(
                "^<wrong-" + Pattern.quote(nonce) + " test=\"([^\"\\n]*)\">\\n(.*?)\\n</wrong-" + Pattern.quote(nonce)
                        + ">$",
                Pattern.DOTALL | Pattern.MULTILINE);
        List<ReplacedTest> wrong = new ArrayList<>();
        for (Matcher m = block.matcher(text); m.find(); ) {
            String why = PlainText.of(m.group(2)).strip();
            wrong.add(new ReplacedTest(
                    functionOf(m.group(1)), why.length() <= WHY_CHARS ? why : why.substring(0, WHY_CHARS)));
        }
        return wrong;
    }

    private static List<String> problems(
            List<ReplacedTest> wrong, Map<String, String> before, Map<String, String> after, List<String> failed) {
        List<String> problems = new ArrayList<>();
        Set<String> mayChange = new HashSet<>();
        List<String> mayBeWrong = failed.stream().map(ReviewReply::functionOf).toList();
        for (ReplacedTest each : wrong) {
            if (!mayBeWrong.contains(each.test())) {
                problems.add("'" + each.test() + "' is none of the tests that failed; leave it as it is");
            }
            if (each.why().isBlank()) {
                problems.add("it is not said why '" + each.test() + "' is wrong; name what contradicts it");
            }
            if (!mayChange.add(each.test())) {
                problems.add("'" + each.test() + "' is called wrong twice; name each test once");
            }
        }
        Set<String> changed = new HashSet<>();
        after.forEach((path, content) -> {
            TestOutline old = TestOutline.of(before.getOrDefault(path, ""));
            TestOutline now = TestOutline.of(content);
            if (!old.rest().equals(now.rest())) {
                problems.add("'" + path + "' has changed outside of its functions; change the wrong tests alone");
            }
            if (!List.copyOf(old.functions().keySet())
                    .equals(List.copyOf(now.functions().keySet()))) {
                problems.add("'" + path
                        + "' has not the functions that it had, in their order; remove, add and rename none");
                return;
            }
            old.functions().forEach((name, text) -> {
                if (!text.equals(now.functions().get(name))) {
                    changed.add(path + "::" + name);
                }
            });
        });
        changed.stream()
                .filter(name -> !mayChange.contains(name))
                .sorted()
                .forEach(
                        name -> problems.add("'" + name + "' has changed and is not called wrong; leave it as it was"));
        mayChange.stream()
                .filter(name -> !changed.contains(name) && mayBeWrong.contains(name))
                .sorted()
                .forEach(name -> problems.add("'" + name + "' is called wrong and has not changed; correct it"));
        return problems;
    }

    private static Reading<ReviewReply> unusable(String problem) {
        return new Reading.Unusable<>(List.of(problem));
    }
}

package dev.nexus.tester;

import dev.nexus.agent.Asking.Reading;
import dev.nexus.model.FileBlocks;
import dev.nexus.model.FileBlocks.Parsed;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the model must answer: whole test files in blocks, with at least one test among them. */
final class TestsReply {

    private static final Pattern PATH = Pattern.compile("tests/test_\\w+\\.py");
    private static final Pattern TEST = Pattern.compile("^\\s*(async\\s+)?def\\s+test", Pattern.MULTILINE);

    private TestsReply() {}

    static Reading<Map<String, String>> read(String text, String nonce) {
        return switch (FileBlocks.parse(nonce, text, path -> PATH.matcher(path).matches())) {
            case Parsed.Files(var contents) ->
                contents.values().stream()
                                .anyMatch(content -> TEST.matcher(content).find())
                        ? new Reading.Usable<>(contents)
                        : new Reading.Unusable<>(
                                List.of("no file has a test; write functions whose names begin with test_"));
            case Parsed.Invalid(var problems) -> new Reading.Unusable<>(problems);
        };
    }
}

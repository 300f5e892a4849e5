package dev.nexus.tester;

import dev.nexus.model.FileBlocks;
import dev.nexus.model.FileBlocks.Parsed;
import dev.nexus.model.ModelReply;
import java.util.List;
import java.util.regex.Pattern;

/** What the model must answer: whole test files in blocks, with at least one test among them. */
final class TestsReply {

    private static final Pattern PATH = Pattern.compile("tests/test_\\w+\\.py");
    private static final Pattern TEST = Pattern.compile("^\\s*(async\\s+)?def\\s+test", Pattern.MULTILINE);

    private TestsReply() {}

    static Parsed read(ModelReply reply, String nonce) {
        return switch (reply.stop()) {
            case LENGTH -> invalid("the answer was cut off at the limit of its length; write fewer or shorter tests");
            case REFUSAL -> invalid("the answer is a refusal; write tests for the specification");
            case END ->
                switch (FileBlocks.parse(
                        nonce, reply.text(), path -> PATH.matcher(path).matches())) {
                    case Parsed.Files files ->
                        files.contents().values().stream()
                                        .anyMatch(
                                                content -> TEST.matcher(content).find())
                                ? files
                                : invalid("no file has a test; write functions whose names begin with test_");
                    case Parsed.Invalid invalid -> invalid;
                };
        };
    }

    private static Parsed invalid(String problem) {
        return new Parsed.Invalid(List.of(problem));
    }
}

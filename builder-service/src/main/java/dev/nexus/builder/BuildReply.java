package dev.nexus.builder;

import dev.nexus.model.FileBlocks;
import dev.nexus.model.FileBlocks.Parsed;
import dev.nexus.model.ModelReply;
import java.util.ArrayList;
import java.util.List;

/** What the model must answer: every file of the step, whole, in blocks, and no other. */
final class BuildReply {

    private BuildReply() {}

    /** @param wanted the paths of the step */
    static Parsed read(ModelReply reply, String nonce, List<String> wanted) {
        return switch (reply.stop()) {
            case END -> complete(FileBlocks.parse(nonce, reply.text(), wanted::contains), wanted);
            case LENGTH ->
                new Parsed.Invalid(
                        List.of("the answer was cut off at the limit of its length; write the files only, and"
                                + " more briefly"));
            case REFUSAL -> new Parsed.Invalid(List.of("the answer is a refusal; the files of the step are wanted"));
        };
    }

    private static Parsed complete(Parsed parsed, List<String> wanted) {
        if (!(parsed instanceof Parsed.Files(var contents))) {
            return parsed;
        }
        List<String> problems = new ArrayList<>();
        for (String path : wanted) {
            String content = contents.get(path);
            if (content == null) {
                problems.add("'" + path + "' is missing; write every file of the step, also an unchanged one");
            } else if (content.startsWith("```") && !path.endsWith(".md")) {
                problems.add("'" + path + "' begins with a Markdown fence; write the bare content");
            }
        }
        return problems.isEmpty() ? parsed : new Parsed.Invalid(problems);
    }
}

package dev.nexus.builder;

import dev.nexus.agent.Asking.Reading;
import dev.nexus.model.FileBlocks;
import dev.nexus.model.FileBlocks.Parsed;
import java.util.List;
import java.util.Map;

/** What the model must answer: every file of the step, whole, in blocks, and no other. */
final class BuildReply {

    private BuildReply() {}

    /** @param wanted the paths of the step */
    static Reading<Map<String, String>> read(String text, String nonce, List<String> wanted) {
        return switch (FileBlocks.parse(nonce, text, wanted::contains)) {
            case Parsed.Files(var contents) -> complete(contents, wanted);
            case Parsed.Invalid(var problems) -> new Reading.Unusable<>(problems);
        };
    }

    private static Reading<Map<String, String>> complete(Map<String, String> contents, List<String> wanted) {
        List<String> problems = wanted.stream()
                .filter(path -> !contents.containsKey(path))
                .map(path -> "'" + path + "' is missing; write every file of the step, also an unchanged one")
                .toList();
        return problems.isEmpty() ? new Reading.Usable<>(contents) : new Reading.Unusable<>(problems);
    }
}

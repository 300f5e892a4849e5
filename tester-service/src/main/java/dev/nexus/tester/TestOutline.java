package dev.nexus.tester;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Python test file in pieces: each function and method with its decorators, and all else. Pieces are told apart by
 * indentation alone, so that a change of one shows wherever else it reaches.
 *
 * @param functions the text of each by its name as pytest has it, such as {@code TestStack::test_pop}
 * @param rest the lines that belong to none, in order
 */
record TestOutline(Map<String, String> functions, List<String> rest) {

    private static final Pattern DEFINITION = Pattern.compile("\\s*(?:async\\s+)?(def|class)\\s+(\\w+).*");

    static TestOutline of(String text) {
        TestOutline outline = new TestOutline(new LinkedHashMap<>(), new ArrayList<>());
        outline.add("", text.lines().map(String::stripTrailing).toList());
        return outline;
    }

    private void add(String owner, List<String> lines) {
        int indent = lines.stream()
                .filter(line -> !line.isEmpty())
                .mapToInt(TestOutline::indent)
                .min()
                .orElse(0);
        List<String> piece = new ArrayList<>();
        for (String line : lines) {
            if (begins(line, indent) && !isDecorated(piece, indent)) {
                take(owner, piece, indent);
                piece.clear();
            }
            piece.add(line);
        }
        take(owner, piece, indent);
    }

    private static boolean begins(String line, int indent) {
        return !line.isEmpty() && indent(line) == indent && ")]}".indexOf(line.charAt(indent)) < 0;
    }

    /** Whether there are only decorators yet, which belong to what follows. */
    private static boolean isDecorated(List<String> piece, int indent) {
        return !piece.isEmpty()
                && piece.getFirst().startsWith("@", indent)
                && piece.stream()
                        .noneMatch(line -> !line.isEmpty()
                                && indent(line) == indent
                                && DEFINITION.matcher(line).matches());
    }

    private void take(String owner, List<String> piece, int indent) {
        int start = 0;
        while (start < piece.size()
                && !(indent(piece.get(start)) == indent
                        && DEFINITION.matcher(piece.get(start)).matches())) {
            start++;
        }
        if (start == piece.size()) {
            piece.stream().filter(line -> !line.isEmpty()).forEach(rest::add);
            return;
        }
        Matcher definition = DEFINITION.matcher(piece.get(start));
        definition.matches();
        String name = owner + definition.group(2);
        if (definition.group(1).equals("class")) {
            rest.addAll(piece.subList(0, start + 1));
            add(name + "::", List.copyOf(piece.subList(start + 1, piece.size())));
        } else {
            String text = String.join("\n", piece).stripTrailing();
            functions.merge(name, text, (first, second) -> first + "\n" + second);
        }
    }

    private static int indent(String line) {
        int indent = 0;
        while (indent < line.length() && line.charAt(indent) == ' ') {
            indent++;
        }
        return indent;
    }
}

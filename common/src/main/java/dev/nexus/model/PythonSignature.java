package dev.nexus.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A signature from a plan, as far as a stub can be written from it. Plans come from outside, so only what is plainly
 * Python is taken over.
 *
 * @param owner the class of a method, or the class itself; empty for a function
 * @param name of the function or method; empty for a class itself
 * @param parameters as they are to be written, without {@code self}; those of a class are for its constructor
 */
record PythonSignature(String owner, String name, List<String> parameters) {

    private static final Set<String> KEYWORDS = Set.copyOf(OfflineResource.lines("python-keywords.txt"));
    private static final String NAME = "[A-Za-z_]\\w*";
    private static final Pattern FORM = Pattern.compile(
            "\\s*(?<class>class\\s+)?(?:async\\s+)?(?:def\\s+)?(?:(?<owner>" + NAME + ")\\.)?(?<name>" + NAME
                    + ")\\s*(?:\\((?<parameters>.*)\\))?\\s*(?:->[^#]*)?:?\\s*",
            Pattern.DOTALL);
    private static final Pattern PARAMETER =
            Pattern.compile("(?<name>\\*{0,2}" + NAME + ")\\s*(?::(?<type>[^=]*))?(?<default>=.*)?", Pattern.DOTALL);
    private static final Pattern TYPE = Pattern.compile(type(3));
    private static final Pattern LITERAL =
            Pattern.compile("-?\\d+(\\.\\d+)?|True|False|None|\"[\\w .,;:-]*\"|'[\\w .,;:-]*'");

    /** Reads a signature in one of the forms that plans use; nothing if it is in none. */
    static Optional<PythonSignature> parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches() || KEYWORDS.contains(m.group("name"))) {
            return Optional.empty();
        }
        String owner = m.group("owner") == null ? "" : m.group("owner");
        String name = m.group("name");
        if (KEYWORDS.contains(owner)) {
            return Optional.empty();
        }
        List<String> parameters = parameters(m.group("parameters"));
        boolean isClass = m.group("class") != null || (owner.isEmpty() && Character.isUpperCase(name.charAt(0)));
        if (!isClass) {
            return Optional.of(new PythonSignature(owner, name, parameters));
        }
        // What stands behind the name of a class is for its constructor, or its bases; only the former has types.
        boolean hasConstructor = parameters.stream().anyMatch(parameter -> parameter.contains(":"));
        return Optional.of(new PythonSignature(name, "", hasConstructor ? parameters : List.of()));
    }

    static boolean isKeyword(String name) {
        return KEYWORDS.contains(name);
    }

    /** The name by which the module's users reach it, such as {@code Account.deposit}. */
    String qualifiedName() {
        if (name.isEmpty()) {
            return owner;
        }
        return owner.isEmpty() ? name : owner + "." + name;
    }

    private static List<String> parameters(@Nullable String text) {
        List<String> parameters = new ArrayList<>();
        if (text == null || text.isBlank()) {
            return parameters;
        }
        boolean isOptional = false; // from the first default on, all parameters need one
        for (String part : splitAtTopLevel(text)) {
            Matcher m = PARAMETER.matcher(part.strip());
            if (!m.matches() || KEYWORDS.contains(m.group("name"))) {
                return List.of("*args", "**kwargs");
            }
            String name = m.group("name");
            if (name.equals("self") || name.equals("cls")) {
                continue;
            }
            if (name.startsWith("*")) {
                parameters.add(name);
                continue;
            }
            isOptional |= m.group("default") != null;
            parameters.add(
                    name + annotation(m.group("type")) + (isOptional ? " = " + literal(m.group("default")) : ""));
        }
        return List.copyOf(parameters);
    }

    private static String annotation(@Nullable String type) {
        if (type == null || !TYPE.matcher(type.strip()).matches()) {
            return "";
        }
        return ": " + type.strip();
    }

    private static String literal(@Nullable String assigned) {
        String value = assigned == null ? "" : assigned.substring(1).strip();
        return LITERAL.matcher(value).matches() ? value : "None";
    }

    /** Types with brackets nested so deep. */
    private static String type(int depth) {
        String plain = "(?:(?!(?:" + String.join("|", KEYWORDS) + ")\\b)" + NAME + "(?:\\." + NAME + ")*|None)";
        String inner =
                depth == 0 ? "" : "(?:\\[" + type(depth - 1) + "(?:,\\s*(?:\\.\\.\\.|" + type(depth - 1) + "))*\\])?";
        String one = plain + inner;
        return one + "(?:\\s*\\|\\s*" + one + ")*";
    }

    private static List<String> splitAtTopLevel(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("([{".indexOf(c) >= 0) {
                depth++;
            } else if (")]}".indexOf(c) >= 0) {
                depth--;
            } else if (c == ',' && depth == 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }
}

package dev.nexus.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a {@code .env} file: settings in the form of environment variables, kept beside a project. */
final class DotEnv {

    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\\s*=\\s*(.*)");
    private static final Pattern DOUBLE_QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(?:#.*)?");
    private static final Pattern SINGLE_QUOTED = Pattern.compile("'([^']*)'\\s*(?:#.*)?");
    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)#.*");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

    private DotEnv() {}

    /**
     * The values of {@code folder/.env}, or none without such a file.
     *
     * @throws CommandFailure naming the line that cannot be read
     */
    static Map<String, String> in(Path folder) {
        Path file = folder.resolve(".env");
        try {
            return parse(Files.readAllLines(file));
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read " + file + ": " + e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(file + " " + e.getMessage());
        }
    }

    /** @throws IllegalArgumentException naming the line that is neither {@code KEY=VALUE}, nor a comment, nor blank */
    static Map<String, String> parse(List<String> lines) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replace("\uFEFF", "").strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                // without the line itself: it may hold a secret
                throw new IllegalArgumentException("line " + (i + 1) + ": write KEY=VALUE, or # before a comment");
            }
            values.put(parts.group(1), value(parts.group(2), i + 1));
        }
        return values;
    }

    private static String value(String text, int line) {
        if (text.startsWith("\"") || text.startsWith("'")) {
            Matcher quoted = (text.startsWith("'") ? SINGLE_QUOTED : DOUBLE_QUOTED).matcher(text);
            if (!quoted.matches()) {
                throw new IllegalArgumentException("line " + line + ": the closing quote is missing");
            }
            return text.startsWith("'") ? quoted.group(1) : unescape(quoted.group(1));
        }
        return COMMENT.matcher(text).replaceFirst("").strip();
    }

    private static String unescape(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        switch (found.group(1)) {
                            case "n" -> "\n";
                            case "t" -> "\t";
                            case "r" -> "\r";
                            default -> found.group(1);
                        }));
    }
}

package dev.nexus.tester;

import java.util.regex.Pattern;

/** Text from untrusted code, made harmless for terminals, logs and JSON, and bounded. */
final class PlainText {

    private static final Pattern TERMINAL_SEQUENCE =
            Pattern.compile("\\x1B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\x07\\x1B]*(?:\\x07|\\x1B\\\\)?|[ -~])");
    /** Control characters, half surrogate pairs (JSON cannot hold them), and those that reorder a line. */
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\p{Cs}\\u202A-\\u202E\\u2066-\\u2069&&[^\\n\\t]]");

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private PlainText() {}

    /** The text without terminal sequences and control characters; line ends and tabs stay. */
    static String of(String text) {
        return UNPRINTABLE
                .matcher(TERMINAL_SEQUENCE.matcher(text).replaceAll(""))
                .replaceAll("");
    }

    /** The beginning, in one line of at most {@code length} characters. */
    static String line(String text, int length) {
        String line = BLANKS.matcher(of(text)).replaceAll(" ").strip();
        if (line.length() <= length) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(length - 2)) ? length - 2 : length - 1;
        return line.substring(0, end) + "…";
    }

    /** The end, at most {@code length} characters. */
    static String end(String text, int length) {
        String plain = of(text);
        if (plain.length() <= length) {
            return plain;
        }
        int start = plain.length() - length + 1;
        return "…" + plain.substring(Character.isLowSurrogate(plain.charAt(start)) ? start + 1 : start);
    }
}

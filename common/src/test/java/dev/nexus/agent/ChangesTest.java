package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.FileChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChangesTest {

    private static final Pattern HUNK = Pattern.compile("@@ -(\\d+)(?:,\\d+)? \\+\\d+(?:,\\d+)? @@");

    @Test
    void anUnchangedFileIsNotAmongThem() {
        List<FileChange> changes =
                Changes.between(Map.of("a.py", "x = 1\n", "b.py", "y\n"), Map.of("a.py", "x = 2\n", "b.py", "y\n"));

        assertThat(changes).extracting(FileChange::path).containsExactly("a.py");
    }

    @Test
    void aFileThatWasNotThereIsNoChange() {
        assertThat(Changes.between(Map.of(), Map.of("a.py", "x = 2\n"))).isEmpty();
    }

    @Test
    void aMissingLineEndIsAChangeOfTheLine() {
        assertThat(diff("one\ntwo\nthree", "one\ntwo\nthree\n")).isEqualTo("""
                --- a/a.py
                +++ b/a.py
                @@ -1,3 +1,3 @@
                 one
                 two
                -three
                \\ No newline at end of file
                +three
                """);
    }

    @Test
    void aFileThatWasEmptyIsAddedTo() {
        assertThat(diff("", "one\n")).isEqualTo("""
                --- a/a.py
                +++ b/a.py
                @@ -0,0 +1,1 @@
                +one
                """);
    }

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aDiffLeadsFromTheContentBeforeToTheOneAfter(long seed) {
        Random random = new Random(seed);
        String before = text(random, random.nextInt(30));
        StringBuilder after = new StringBuilder(random.nextBoolean() ? "" : text(random, 2));
        for (String line : lines(before)) {
            after.append(random.nextInt(6) == 0 ? "" : line).append(random.nextInt(6) == 0 ? text(random, 1) : "");
        }
        after.append(random.nextInt(5) == 0 ? "no line end" : "");

        List<FileChange> changes = Changes.between(Map.of("a.py", before), Map.of("a.py", after.toString()));

        String applied =
                changes.isEmpty() ? before : applied(before, changes.getFirst().diff());
        assertThat(applied).isEqualTo(after.toString());
    }

    @Test
    void whatHasNoRoomIsNamedWithoutItsDiff() {
        Map<String, String> before = new TreeMap<>(Map.of("a.py", "x\n", "b.py", "x\n", "c.py", "x\n"));
        Map<String, String> after =
                new TreeMap<>(Map.of("a.py", "y\n", "b.py", "z".repeat(Changes.CHARS) + "\n", "c.py", "y\n"));

        List<FileChange> changes = Changes.between(before, after);

        assertThat(changes).extracting(change -> change.diff() != null).containsExactly(true, false, true);
        assertThat(changes).extracting(FileChange::path).containsExactly("a.py", "b.py", "c.py");
    }

    @Test
    void filesThatTakeTooLongToCompareAreNotCompared() {
        String before = "x\n".repeat(Changes.LINES);

        assertThat(Changes.between(Map.of("a.py", before), Map.of("a.py", before + "y\n")))
                .containsExactly(new FileChange("a.py", null));
    }

    private static String diff(String before, String after) {
        return String.valueOf(Changes.between(Map.of("a.py", before), Map.of("a.py", after))
                .getFirst()
                .diff());
    }

    private static String text(Random random, int lines) {
        List<String> words = List.of("", "a", "b", "  c", "-- x", "++ y", "@@ -1 +1 @@", "d\r", "\\ z", "ü🐍");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(words.get(random.nextInt(words.size()))).append('\n');
        }
        return text.toString();
    }

    private static List<String> lines(String text) {
        return Pattern.compile("(?<=\n)").splitAsStream(text).toList();
    }

    /** The content that {@code diff} makes of {@code before}; fails where it does not fit. */
    private static String applied(String before, String diff) {
        List<String> old = new ArrayList<>(lines(before));
        StringBuilder text = new StringBuilder();
        int at = 0;
        List<String> lines = lines(diff);
        for (int i = 2; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher hunk = HUNK.matcher(line);
            if (hunk.lookingAt()) {
                for (int start = Integer.parseInt(hunk.group(1)); at < start - 1; at++) {
                    text.append(old.get(at));
                }
                continue;
            }
            boolean isCut = i + 1 < lines.size() && lines.get(i + 1).startsWith("\\ No newline");
            String content = isCut ? line.substring(1, line.length() - 1) : line.substring(1);
            switch (line.charAt(0)) {
                case ' ' -> {
                    assertThat(old.get(at++)).isEqualTo(content);
                    text.append(content);
                }
                case '-' -> assertThat(old.get(at++)).isEqualTo(content);
                case '+' -> text.append(content);
                default -> assertThat(line).startsWith("\\ No newline");
            }
        }
        old.subList(Math.min(at, old.size()), old.size()).forEach(text::append);
        return text.toString();
    }
}

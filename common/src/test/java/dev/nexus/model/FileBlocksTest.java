package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Limits;
import dev.nexus.model.FileBlocks.Parsed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileBlocksTest {

    private static final String NONCE = "0123456789abcdef";

    /** Lines such as models write, and such as could be taken for something else. */
    private static final List<String> LINES = List.of(
            "",
            "x = 1",
            "    return 'größe 名前 \uD83D\uDE00'",
            "\t",
            "  ",
            "# see <file-" + NONCE + " path=\"b.py\">, and </file-" + NONCE + "> too",
            "<file-fedcba9876543210 path=\"b.py\">",
            "</file-fedcba9876543210>",
            "</file-" + NONCE,
            "\\n $1 {{nonce}}",
            "\u000B\f\u0085\u2028",
            "```");

    @Test
    void whatIsWrittenIsReadBack() {
        String text = FileBlocks.write(NONCE, "a.py", "x = 1\n") + FileBlocks.write(NONCE, "b/c.py", "\n\n  y = 2\n\n");

        assertThat(parse(text)).isEqualTo(new Parsed.Files(Map.of("a.py", "x = 1\n", "b/c.py", "\n\n  y = 2\n\n")));
    }

    @RepeatedTest(200)
    void whateverWholeLinesAreWrittenIsReadBack(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            files.put("f" + i + (random.nextBoolean() ? ".py" : "/g.py"), wholeLines(random));
        }
        StringBuilder text = new StringBuilder();
        files.forEach((path, content) -> text.append(FileBlocks.write(NONCE, path, content)));

        assertThat(parse(text.toString())).isEqualTo(new Parsed.Files(files));
    }

    private static String wholeLines(Random random) {
        String content = random.ints(random.nextInt(5), 0, LINES.size())
                .mapToObj(i -> LINES.get(i) + "\n")
                .collect(Collectors.joining());
        return content.stripLeading().startsWith("```") ? "#\n" + content : content;
    }

    @Test
    void theOrderOfTheTextIsKept() {
        String text = block("z.py") + block("a.py") + block("m.py");

        assertThat(((Parsed.Files) parse(text)).contents().keySet()).containsExactly("z.py", "a.py", "m.py");
    }

    @Test
    void aMissingLastLineEndIsAdded() {
        assertThat(parse(FileBlocks.write(NONCE, "a.py", "x = 1")))
                .isEqualTo(new Parsed.Files(Map.of("a.py", "x = 1\n")));
    }

    @Test
    void anEmptyFileStaysEmpty() {
        assertThat(parse(FileBlocks.write(NONCE, "a.py", ""))).isEqualTo(new Parsed.Files(Map.of("a.py", "")));
    }

    @Test
    void anEmptyFileIsAFile() {
        assertThat(parse("<file-" + NONCE + " path=\"a.py\">\n</file-" + NONCE + ">"))
                .isEqualTo(new Parsed.Files(Map.of("a.py", "")));
    }

    @Test
    void textBetweenBlocksIsSkipped() {
        assertThat(parse("Here you are:\n" + block("a.py") + "and\n" + block("b.py") + "Done."))
                .isInstanceOf(Parsed.Files.class);
    }

    @Test
    void tagsWithAnotherNonceAreContent() {
        String content = "<file-ffff path=\"x.py\">\n</file-ffff>\n";

        assertThat(parse(FileBlocks.write(NONCE, "a.py", content)))
                .isEqualTo(new Parsed.Files(Map.of("a.py", content)));
    }

    @Test
    void linesMayEndLikeOnWindows() {
        assertThat(parse(FileBlocks.write(NONCE, "a.py", "x = 1\n").replace("\n", "\r\n")))
                .isEqualTo(new Parsed.Files(Map.of("a.py", "x = 1\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "I cannot do that.", "```python\nx = 1\n```"})
    void withoutBlocksThereIsNothing(String text) {
        assertThat(problems(text))
                .singleElement()
                .asString()
                .contains("no file")
                .contains("</file-" + NONCE + ">");
    }

    @Test
    void aBlockWithoutEndIsNamed() {
        assertThat(problems(block("a.py") + "<file-" + NONCE + " path=\"b.py\">\nx = 1\n"))
                .containsExactly("the block of 'b.py' has no end; close it with </file-" + NONCE + ">");
    }

    @Test
    void aBlockInsideABlockIsNamed() {
        assertThat(problems("<file-" + NONCE + " path=\"a.py\">\n" + block("b.py")))
                .first()
                .asString()
                .contains("'a.py' is not closed before the next");
    }

    @Test
    void aTagInsideALineIsNamed() {
        assertThat(problems("See <file-" + NONCE + " path=\"a.py\"> here\n" + block("b.py")))
                .singleElement()
                .asString()
                .contains("wrong place");
    }

    @Test
    void anEndWithoutABeginningIsNamed() {
        assertThat(problems(block("b.py") + "</file-" + NONCE + ">\n"))
                .singleElement()
                .asString()
                .contains("wrong place");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../a.py",
                "/etc/a.py",
                "a/../b.py",
                ".hidden.py",
                "a\\b.py",
                "C:/a.py",
                "",
                "a",
                "a.exe",
                "con.py"
            })
    void aPathThatLeavesItsPlaceIsRefused(String path) {
        assertThat(problems(block(path))).singleElement().asString().startsWith("path '" + path + "'");
    }

    @Test
    void aFileOutsideOfTheTaskIsRefused() {
        assertThat(FileBlocks.parse(NONCE, block("a.py") + block("b.py"), "a.py"::equals))
                .isEqualTo(new Parsed.Invalid(List.of("'b.py' is not among the files asked for; write those only")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.py", "A.py"})
    void aFileGivenTwiceIsRefusedWhateverTheCase(String again) {
        assertThat(problems(block("a.py") + block(again)))
                .singleElement()
                .asString()
                .contains("given twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.py/b.py", "A.py/b/c.py"})
    void aFileThatIsTheFolderOfAnotherIsRefused(String inside) {
        String problem = "'a.py' is also the folder of another file; rename one of them";

        assertThat(problems(block("a.py") + block(inside))).containsExactly(problem);
        assertThat(problems(block(inside) + block("a.py"))).containsExactly(problem);
    }

    @Test
    void aFolderMayHaveTheNameOfAFileButItsEnding() {
        assertThat(parse(block("a.py") + block("a/b.py"))).isInstanceOf(Parsed.Files.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "```python\nx = 1\n```\n",
                "```\nx = 1\n```\n",
                "\n ```python\nx = 1\n```\n\n",
                "```python\nx = 1\n",
                "```x = 1```\n"
            })
    void aMarkdownFenceAroundAFileIsRefused(String content) {
        assertThat(problems(FileBlocks.write(NONCE, "a.py", content)))
                .containsExactly("'a.py' begins with a Markdown fence; write the bare content");
    }

    @Test
    void aMarkdownFileMayBeginWithAFence() {
        assertThat(parse(FileBlocks.write(NONCE, "README.md", "```\nusage\n```\n")))
                .isEqualTo(new Parsed.Files(Map.of("README.md", "```\nusage\n```\n")));
    }

    @Test
    void aFenceWithinAFileIsContent() {
        String content = "\"\"\"\n```\nusage\n```\n\"\"\"\n";

        assertThat(parse(FileBlocks.write(NONCE, "a.py", content)))
                .isEqualTo(new Parsed.Files(Map.of("a.py", content)));
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        assertThat(problems(block("../a.py") + block("b.exe"))).hasSize(2);
    }

    @Test
    void oneWrongBlockSpoilsAll() {
        assertThat(parse(block("a.py") + block("../b.py"))).isInstanceOf(Parsed.Invalid.class);
    }

    @Test
    void aFileMayBeAsLargeAsTheLimitInBytes() {
        assertThat(parse(FileBlocks.write(NONCE, "a.py", "é".repeat(Limits.FILE_BYTES / 2 - 1) + "x\n")))
                .isInstanceOf(Parsed.Files.class);
        assertThat(problems(FileBlocks.write(NONCE, "a.py", "é".repeat(Limits.FILE_BYTES / 2) + "\n")))
                .singleElement()
                .asString()
                .contains("larger than " + Limits.FILE_BYTES);
    }

    @Test
    void allFilesTogetherHaveALimit() {
        String large = "x".repeat(Limits.FILE_BYTES - 1);
        String text = IntStream.range(0, 6)
                .mapToObj(i -> FileBlocks.write(NONCE, "f" + i + ".py", large))
                .collect(Collectors.joining());

        assertThat(problems(text)).singleElement().asString().contains(Limits.FILES_BYTES + " bytes together");
    }

    @Test
    void thereMayBeSoManyFilesAndNoMore() {
        assertThat(parse(blocks(Limits.FILES))).isInstanceOf(Parsed.Files.class);
        assertThat(problems(blocks(Limits.FILES + 1)))
                .singleElement()
                .asString()
                .contains("more than " + Limits.FILES);
    }

    private static String blocks(int count) {
        return IntStream.range(0, count).mapToObj(i -> block("f" + i + ".py")).collect(Collectors.joining());
    }

    private static String block(String path) {
        return FileBlocks.write(NONCE, path, "x = 1\n");
    }

    private static Parsed parse(String text) {
        return FileBlocks.parse(NONCE, text, path -> true);
    }

    private static List<String> problems(String text) {
        return ((Parsed.Invalid) parse(text)).problems();
    }
}

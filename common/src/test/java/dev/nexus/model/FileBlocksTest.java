package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Limits;
import dev.nexus.model.FileBlocks.Parsed;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileBlocksTest {

    private static final String NONCE = "0123456789abcdef";

    @Test
    void whatIsWrittenIsReadBack() {
        String text = FileBlocks.write(NONCE, "a.py", "x = 1\n") + FileBlocks.write(NONCE, "b/c.py", "\n\n  y = 2\n\n");

        assertThat(parse(text)).isEqualTo(new Parsed.Files(Map.of("a.py", "x = 1\n", "b/c.py", "\n\n  y = 2\n\n")));
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

package dev.nexus.builder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.agent.Asking.Reading;
import dev.nexus.contract.Limits;
import dev.nexus.model.FileBlocks;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildReplyTest {

    private static final String NONCE = "0123456789abcdef";
    private static final String APP = block("app.py", "print('hello')\n");

    @Test
    void oneBlockForEachFileIsWanted() {
        assertThat(read(APP + block("lib/text.py", "x = 1\n"), "app.py", "lib/text.py"))
                .isEqualTo(new Reading.Usable<>(Map.of("app.py", "print('hello')\n", "lib/text.py", "x = 1\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"```\n%s```\n", "```xml\n%s\n```", "Here:\n\n%s\nThat is all."})
    void textAroundTheBlocksIsNoMatter(String form) {
        assertThat(read(form.formatted(APP), "app.py"))
                .isEqualTo(new Reading.Usable<>(Map.of("app.py", "print('hello')\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "print('hello')", "```python\nprint('hello')\n```"})
    void anAnswerWithoutBlocksIsRefused(String text) {
        assertThat(problems(text, "app.py")).singleElement().asString().contains("there is no file in it");
    }

    @Test
    void everyMissingFileIsNamed() {
        assertThat(problems(APP, "a.py", "app.py", "b.py"))
                .hasSize(2)
                .allMatch(problem -> problem.contains("is missing"))
                .anyMatch(problem -> problem.contains("'a.py'"))
                .anyMatch(problem -> problem.contains("'b.py'"));
    }

    @Test
    void aFileThatWasNotAskedForIsRefused() {
        assertThat(problems(APP + block("setup.py", "x = 1\n"), "app.py"))
                .singleElement()
                .asString()
                .contains("'setup.py' is not among the files asked for");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../app.py", "/app.py", "a/../app.py", "./app.py", ".app.py", "C:/app.py", "a\\app.py", ""})
    void aPathThatEscapesIsRefused(String path) {
        assertThat(problems(APP + block(path, "x = 1\n"), "app.py", path))
                .singleElement()
                .asString()
                .contains("path '" + path + "'");
    }

    @Test
    void aPathInAnotherLetterCaseIsNotTheOneAskedFor() {
        assertThat(problems(block("App.py", "x = 1\n"), "app.py")).isNotEmpty();
    }

    @Test
    void aFileGivenTwiceIsRefused() {
        assertThat(problems(APP + APP, "app.py")).singleElement().asString().contains("given twice");
    }

    @Test
    void anotherNonceIsNoBlock() {
        assertThat(problems(APP.replace(NONCE, "fedcba9876543210"), "app.py"))
                .singleElement()
                .asString()
                .contains("there is no file in it");
    }

    @Test
    void aBlockOfAnotherNonceInsideAFileIsContent() {
        // Given
        String content = FileBlocks.write("fedcba9876543210", "evil.py", "x = 1\n");
        // When
        Reading<Map<String, String>> parsed = read(block("app.py", content), "app.py");
        // Then
        assertThat(parsed).isEqualTo(new Reading.Usable<>(Map.of("app.py", content)));
    }

    @Test
    void aBlockWithoutEndIsRefused() {
        assertThat(problems(APP.substring(0, APP.indexOf("</")), "app.py"))
                .singleElement()
                .asString()
                .contains("'app.py' has no end");
    }

    @Test
    void aMarkdownFenceInsideABlockIsRefused() {
        assertThat(problems(block("app.py", "```python\nprint('hello')\n```\n"), "app.py"))
                .singleElement()
                .asString()
                .contains("'app.py' begins with a Markdown fence");
    }

    @Test
    void aMarkdownFileMayBeginWithAFence() {
        assertThat(read(block("README.md", "```\nusage\n```\n"), "README.md")).isInstanceOf(Reading.Usable.class);
    }

    @Test
    void aFileThatIsTooLargeIsRefused() {
        assertThat(problems(block("app.py", "x".repeat(Limits.FILE_BYTES)), "app.py"))
                .singleElement()
                .asString()
                .contains("larger than " + Limits.FILE_BYTES);
    }

    private static String block(String path, String content) {
        return FileBlocks.write(NONCE, path, content);
    }

    private static List<String> problems(String text, String... wanted) {
        return switch (read(text, wanted)) {
            case Reading.Usable<Map<String, String>>(var files) -> throw new AssertionError("is taken: " + files);
            case Reading.Unusable<Map<String, String>>(var problems) -> problems;
        };
    }

    private static Reading<Map<String, String>> read(String text, String... wanted) {
        return BuildReply.read(text, NONCE, List.of(wanted));
    }
}

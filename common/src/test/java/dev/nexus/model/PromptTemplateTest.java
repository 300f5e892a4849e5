package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.samskivert.mustache.MustacheException;
import dev.nexus.contract.ModelCall.Message;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTemplateTest {

    private static final OutputFormat FORMAT = new OutputFormat.Files("ab");

    private final PromptTemplate template = PromptTemplate.load("prompts/sample.md");

    @Test
    void theLineOfDashesPartsSystemFromUser() {
        ModelRequest request = render(Map.of("name", "a poet", "items", List.of("x", "y"), "nonce", "ab", "text", "t"));

        assertThat(request.system()).isEqualTo("You are a poet.\n\nBe brief.");
        assertThat(request.messages()).containsExactly(new Message("user", "- x\n- y\nWrite <ab> & \"t\"."));
        assertThat(request.format()).isEqualTo(FORMAT);
        assertThat(request.maxOutputTokens()).isEqualTo(100);
        assertThat(request.promptVersion()).isEqualTo(template.version());
    }

    @Test
    void whatIsEmptyIsLeftOut() {
        ModelRequest request = render(Map.of("name", "a poet", "items", List.of(), "nonce", "ab", "text", "t"));

        assertThat(request.messages().getFirst().text()).startsWith("nothing\n");
    }

    @Test
    void valuesAreNeitherEscapedNorReadAsTemplates() {
        ModelRequest request = render(
                Map.of("name", "x", "items", List.of("{{nonce}} <&>"), "nonce", "ab", "text", "{{name}}\n---\n"));

        assertThat(request.messages().getFirst().text())
                .isEqualTo("- {{nonce}} <&>\nWrite <ab> & \"{{name}}\n---\n\".");
    }

    @Test
    void aMissingValueIsAnError() {
        assertThatThrownBy(() -> render(Map.of("name", "x", "items", List.of(), "nonce", "ab")))
                .isInstanceOf(MustacheException.class)
                .hasMessageContaining("text");
        assertThatThrownBy(() -> render(Map.of("name", "x", "text", "t", "nonce", "ab")))
                .isInstanceOf(MustacheException.class)
                .hasMessageContaining("items");
    }

    @Test
    void theVersionIsTheFiles() {
        assertThat(template.version())
                .matches("[0-9a-f]{12}")
                .isEqualTo(PromptTemplate.load("prompts/sample.md").version());
    }

    @Test
    void aFileThatIsMissingOrHasOnePartIsAnError() {
        assertThatThrownBy(() -> PromptTemplate.load("prompts/none.md"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prompts/none.md");
        assertThatThrownBy(() -> PromptTemplate.load("prompts/one-part.md"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("---");
    }

    @Test
    void lineEndsOfAnotherSystemMakeNoOtherPrompt() {
        PromptTemplate unix = PromptTemplate.of("You are {{name}}.\n---\n{{text}}\n");

        PromptTemplate windows = PromptTemplate.of("You are {{name}}.\r\n---\r\n{{text}}\r\n");

        assertThat(windows.version()).isEqualTo(unix.version());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "system | line '---'",
                "system/---/ | text for the user",
                "system/---/{{#a}}b | Mustache template",
                "system/---/{{>other}} | cannot include 'other'",
            })
    void whatIsNoPromptIsAnError(String text, String fault) {
        assertThatThrownBy(() -> PromptTemplate.of(text.replace('/', '\n')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(fault);
    }

    @Test
    void askingAgainGoesOnWithTheConversation() {
        ModelRequest request = render(Map.of("name", "x", "items", List.of(), "nonce", "ab", "text", "t"));

        ModelRequest again = request.askedAgain("answer", "complaint");

        assertThat(again.messages())
                .containsExactly(
                        request.messages().getFirst(),
                        new Message("assistant", "answer"),
                        new Message("user", "complaint"));
        assertThat(again.system()).isEqualTo(request.system());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t\r\n"})
    void anEmptyAnswerIsNoEmptyMessage(String answer) {
        ModelRequest request = render(Map.of("name", "x", "items", List.of(), "nonce", "ab", "text", "t"));

        ModelRequest again = request.askedAgain(answer, "complaint");

        assertThat(again.messages().get(1)).isEqualTo(new Message("assistant", "(empty answer)"));
    }

    private ModelRequest render(Map<String, ?> values) {
        return template.render(values, FORMAT, 100);
    }

    @Test
    void aSectionWithinItselfIsRefused() {
        assertThatThrownBy(() -> PromptTemplate.of("{{nonce}}\n---\n{{#files}}{{#files}}x{{/files}}{{/files}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a prompt has no section 'files' within itself");
    }

    @Test
    void whatItGivesHasALimit() {
        var template = PromptTemplate.of("You write.\n---\n{{#files}}{{spec}}{{/files}}");
        var values = Map.of("files", Collections.nCopies(40, Map.of()), "spec", "x".repeat(100_000));

        assertThatThrownBy(() -> template.render(values, new OutputFormat.Files("ab"), 10))
                .isInstanceOf(MustacheException.class)
                .hasMessageContaining("longer than 3000000 characters");
    }
}

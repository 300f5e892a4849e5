package dev.nexus.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.nexus.agent.ScriptedTask;
import dev.nexus.contract.Order;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.PromptSettings;
import dev.nexus.model.Prompts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A directory of overrides, as the planner sees it. */
class PromptsTest {

    private static final String OWN =
            "You plan.\n---\n<specification-{{nonce}}>\n{{spec}}\n</specification-{{nonce}}>\n";

    @TempDir
    Path folder;

    @Test
    void aFileOfTheSameNameStandsInPlaceOfTheBuiltInOne() throws Exception {
        // Given
        Files.writeString(folder.resolve("planner.md"), OWN);
        var task = new ScriptedTask(Resources.text("roman.plan.json"));
        var order = new Order.PlanOrder(TaskId.plan(), 1, new Since(0, 0, Instant.EPOCH), "Roman numerals", true);
        // When
        new Planner(prompts().get("planner"), PlanCache.NONE).run(order, task);
        // Then
        ModelRequest asked = task.asked().getFirst();
        assertThat(asked.system()).isEqualTo("You plan.");
        assertThat(asked.messages().getFirst().text()).contains("\nRoman numerals\n");
        assertThat(asked.promptVersion())
                .isNotEqualTo(Prompts.builtIn().get("planner").version());
    }

    @Test
    void whatIsNotThereStaysBuiltIn() throws Exception {
        // Given
        Files.writeString(folder.resolve("builder.md"), "Another service's.\n---\n{{nonce}} {{step}}");
        Files.createDirectory(folder.resolve("..2026_11_28")); // as Kubernetes mounts files
        // When, Then
        assertThat(prompts().get("planner").version())
                .isEqualTo(Prompts.builtIn().get("planner").version());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plannr.md | no agent has a prompt of that name; they are builder.md, planner.md, review.md, tests.md",
                "planner.txt | no agent has a prompt of that name",
                "planner.md~ | no agent has a prompt of that name",
                "README.md | no agent has a prompt of that name"
            })
    void aFileThatNoAgentReadsIsRefused(String name, String fault) throws Exception {
        Files.writeString(folder.resolve(name), OWN);

        assertThatIllegalStateException()
                .isThrownBy(this::prompts)
                .withMessageStartingWith(
                        "nexus.prompts.directory: " + folder.resolve(name) + " cannot be used: " + fault)
                .withMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "You plan. {{nonce}} {{spec}} | a prompt has a line '---'",
                "You plan./---/{{nonce}} {{spce}} {{code}} | it names code, spce; what there is to name is content, files, nonce, path, spec",
                "You plan./---/{{spec}} | it never names nonce",
                "You plan./---/{{#spec}} {{nonce}} | a prompt is a Mustache template: ",
                "You plan./---/{{>other}} {{nonce}} | a prompt is one file: it cannot include 'other'"
            })
    void aPromptThatCannotBeUsedIsRefused(String text, String fault) throws Exception {
        Files.writeString(folder.resolve("planner.md"), text.replace('/', '\n'));

        assertThatIllegalStateException()
                .isThrownBy(this::prompts)
                .withMessageStartingWith(
                        "nexus.prompts.directory: " + folder.resolve("planner.md") + " cannot be used: " + fault)
                .withMessageNotContaining("\n")
                .withNoCause(); // which would be told instead of it
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws Exception {
        Files.write(
                folder.resolve("planner.md"), OWN.replace("plan", "pl\u00e4n").getBytes(StandardCharsets.ISO_8859_1));

        assertThatIllegalStateException()
                .isThrownBy(this::prompts)
                .withMessageEndingWith("planner.md cannot be used: it is no text in UTF-8")
                .withNoCause(); // which would be told instead of it
    }

    @Test
    void aDirectoryThatIsNotThereIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new Prompts(new PromptSettings("/nowhere/at/all")))
                .withMessage("nexus.prompts.directory is /nowhere/at/all, which is no directory that can be read"
                        + " (NoSuchFileException)");
    }

    @Test
    void thisProcessHasNoOtherPrompt() {
        assertThatIllegalArgumentException().isThrownBy(() -> Prompts.builtIn().get("builder"));
    }

    private Prompts prompts() {
        return new Prompts(new PromptSettings(folder.toString()));
    }
}

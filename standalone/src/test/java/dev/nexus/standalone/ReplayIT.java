package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Finished jobs run again from their recorded calls, over the real chain. */
class ReplayIT {

    private static final String BANK = "{\"spec\": \"Build a bank account with deposits and withdrawals\"}";

    @TempDir
    static Path folder;

    private static Chain chain;
    private static JsonNode original;

    @BeforeAll
    static void start() throws Exception {
        chain = new Chain(folder.resolve("data"), Map.of("NEXUS_MODELS_OFFLINE_LATENCY", "20ms"));
        original = chain.done("/jobs", BANK);
    }

    @AfterAll
    static void stop() {
        chain.close();
    }

    @Test
    void whereNothingIsExchangedNothingIsAsked() throws Exception {
        JsonNode replay = replay("");

        assertThat(replay.get("status").stringValue()).isEqualTo("completed");
        assertThat(replay.at("/usage/calls").intValue()).isZero();
        assertThat(replay.at("/usage/reused").intValue())
                .isEqualTo(original.at("/usage/calls").intValue() - 1); // no plan is made
        assertThat(tasksAsked(replay)).isEmpty();
        assertThat(contents(replay)).isEqualTo(contents(original));
    }

    @Test
    void withAnotherPromptOfTheBuilderOnlyTheBuilderIsAskedAndTheDifferenceIsShown() throws Exception {
        Files.writeString(folder.resolve("builder.md"), "Be brief.\n" + prompt("builder"));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int code = Nexus.run(
                new Shell(
                        folder,
                        Map.of("NEXUS_SERVER", chain.gateway().toString()),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        false),
                "replay",
                id(original),
                "--prompt",
                "builder=builder.md");

        assertThat(err).hasToString("");
        assertThat(code).isEqualTo(ExitCode.PASSED);
        JsonNode replay = chain.job(out.toString().replaceFirst("(?s).*\njob +([0-9a-f-]+) .*", "$1"));
        assertThat(replay.get("basedOn").stringValue()).isEqualTo(id(original));
        assertThat(tasksAsked(replay)).isNotEmpty().allMatch(task -> task.startsWith("build:"));
        int asked = tasksAsked(replay).size();
        int reused = replay.at("/usage/reused").intValue();
        assertThat(reused).isPositive();
        assertThat(out.toString())
                .contains("against job " + id(original) + ":\nplan     the same\nfiles    the same\ntests    ")
                .contains("calls    " + original.at("/usage/calls").intValue() + " made before; " + asked + " made and "
                        + reused + " reused now\n");
    }

    @Test
    void aReplayOfAReplayUsesTheRepliesOfBoth() throws Exception {
        JsonNode first = replay(", \"prompts\": {\"builder\": " + json("Be kind.\n" + prompt("builder")) + "}");

        JsonNode second = chain.done("/jobs", "{\"kind\": \"replay\", \"job\": \"" + id(first) + "\"}");

        assertThat(first.at("/usage/calls").intValue()).isPositive();
        assertThat(second.at("/usage/calls").intValue()).isZero();
        assertThat(contents(second)).isEqualTo(contents(first));
    }

    @Test
    void aPromptThatCannotBeFilledInFailsTheJobWithItsName() throws Exception {
        JsonNode replay = replay(", \"prompts\": {\"tests\": \"Test.\\n---\\n{{specification}}\"}");

        assertThat(replay.at("/error/code").stringValue()).isEqualTo("invalid_request");
        assertThat(replay.at("/error/message").stringValue())
                .startsWith("the prompt 'tests' can't be used: it names specification; what there is to name is ");
    }

    @Test
    void aModelThatIsNotThereFailsTheJobWithItsName() throws Exception {
        JsonNode replay = replay(", \"models\": {\"builder\": \"nobody/big-1\"}");

        assertThat(replay.at("/error/code").stringValue()).isEqualTo("invalid_request");
        assertThat(replay.at("/error/message").stringValue()).contains("nobody");
    }

    /** Of the original, once it has ended. */
    private static JsonNode replay(String exchange) throws Exception {
        return chain.done("/jobs", "{\"kind\": \"replay\", \"job\": \"" + id(original) + "\"" + exchange + "}");
    }

    /** The task of each call that was made for a job. */
    private static List<String> tasksAsked(JsonNode job) throws IOException, InterruptedException {
        JsonNode calls = Chain.json(chain.get("/jobs/" + id(job) + "/calls")).get("calls");
        return StreamSupport.stream(calls.spliterator(), false)
                .map(call -> call.get("task").stringValue())
                .toList();
    }

    private static List<String> contents(JsonNode job) {
        return StreamSupport.stream(job.get("artefacts").spliterator(), false)
                .map(file -> file.get("path").stringValue() + " "
                        + file.get("sha256").stringValue())
                .sorted()
                .toList();
    }

    private static String id(JsonNode job) {
        return job.get("id").stringValue();
    }

    private static String prompt(String name) throws IOException {
        try (InputStream in = ReplayIT.class.getResourceAsStream("/prompts/" + name + ".md")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String json(String text) {
        return Json.MAPPER.writeValueAsString(text);
    }
}

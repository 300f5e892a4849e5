package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What settings change, each time over a chain of its own. */
class SettingsIT {

    @TempDir
    Path folder;

    @Test
    void answersThatNeverFitFailTheJobAndAreKept() throws Exception {
        try (Chain faulty = new Chain(
                folder.resolve("faulty"),
                Map.of(
                        "NEXUS_MODELS_OFFLINE_LATENCY", "10ms",
                        "NEXUS_MODELS_OFFLINE_FAULTS_INVALIDOUTPUT", "1"))) {
            JsonNode job = faulty.done("/jobs", "{\"spec\": \"fizzbuzz\"}");

            assertThat(job.get("status").stringValue()).isEqualTo("failed");
            assertThat(job.get("error").get("code").stringValue()).isEqualTo("invalid_model_output");
            assertThat(job.get("usage").get("calls").intValue()).isEqualTo(3);
            assertThat(job.get("tasks").get(0).get("detail").stringValue()).isNotBlank();
        }
    }

    @Test
    void cancellingWhileATaskRunsEndsItsWorkToo() throws Exception {
        try (Chain slow = new Chain(folder.resolve("slow"), Map.of("NEXUS_MODELS_OFFLINE_LATENCY", "10m"))) {
            String id = slow.submit("/jobs", "{\"spec\": \"fizzbuzz\"}");
            await().atMost(Chain.LIMIT)
                    .until(() -> slow.job(id).get("status").stringValue().equals("in_progress"));

            slow.post("/jobs/" + id + "/cancel", "");

            assertThat(slow.ended(id).get("status").stringValue()).isEqualTo("cancelled");
        } // the drain would take longer than a test may, if the task still ran
    }

    @Test
    void liveModelsWithoutAKeyAreRefusedAtStart() {
        Map<String, String> live = Map.of("ENABLE_LIVE_LLM", "true");

        assertThatThrownBy(() -> new Chain(folder.resolve("live"), live))
                .hasMessageContaining("ENABLE_LIVE_LLM is true, but no provider has a key")
                .hasMessageContaining("OPENAI_API_KEY");
    }

    @Test
    void aPromptThatCannotBeUsedIsRefusedAtStart() throws Exception {
        Path prompts = Files.createDirectory(folder.resolve("prompts"));
        Path builder = Files.writeString(prompts.resolve("builder.md"), "Build it.");
        Map<String, String> own = Map.of("NEXUS_PROMPTS_DIRECTORY", prompts.toString());

        assertThatThrownBy(() -> new Chain(folder.resolve("own"), own))
                .hasMessageStartingWith("Nexus cannot start: nexus.prompts.directory: " + builder
                        + " cannot be used: a prompt has a line '---'");
    }

    @Test
    void anUnknownModelIsRefusedAtStart() {
        Map<String, String> unknown = Map.of("NEXUS_MODELS_AGENTS_BUILDER", "gpt-0");

        assertThatThrownBy(() -> new Chain(folder.resolve("unknown"), unknown))
                .hasMessageContaining("nexus.models.agents.builder is 'gpt-0'");
    }
}

package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.model.fake.Call;
import dev.nexus.model.fake.FakeProvider;
import dev.nexus.model.fake.Faults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The whole chain with live models, over real HTTP, against a server that plays their providers. */
@Timeout(600)
class LiveModelsIT {

    private static final String SPEC =
            "Write a Python library that converts Roman numerals to integers and back, with validation";

    /** All of them only on demand: each runs a sandbox. */
    private static final int JOBS = Boolean.getBoolean("nexus.all") ? 50 : 12;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "OPENAI, /v1, OpenAi",
        "ANTHROPIC, '', Anthropic",
        "GEMINI, /v1beta, Gemini",
        "OPENAI_COMPATIBLE, /v1, Chat"
    })
    void aKeyIsAllThatAPipelineNeeds(String provider, String path, String protocol) throws Exception {
        try (FakeProvider server = FakeProvider.start();
                Chain chain = new Chain(
                        folder,
                        Map.of(
                                "ENABLE_LIVE_LLM",
                                "true",
                                provider + "_BASE_URL",
                                server.url(path),
                                provider + "_API_KEY",
                                FakeProvider.KEY,
                                provider + "_MODEL",
                                "some-model"))) {
            // When
            JsonNode job = chain.done("/jobs", spec(SPEC));
            // Then
            assertThat(job.path("status").stringValue()).as(job.toString()).isEqualTo("completed");
            assertThat(server.calls())
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allMatch(call -> call.protocol().equals(protocol) && call.status() == 200);
            assertThat(server.callsByPrompt().values())
                    .as("each question is asked once")
                    .containsOnly(1);
            assertThat(job.toString()).doesNotContain(FakeProvider.KEY);
        }
    }

    @Test
    void providersThatOftenFailFailNoJob() throws Exception {
        try (FakeProvider server = FakeProvider.start(new Faults(0.10, 0.05, 0.05, 5));
                Chain chain = new Chain(folder, environment(server))) {
            // When
            List<String> ids = new ArrayList<>();
            for (int i = 1; i <= JOBS; i++) {
                ids.add(chain.submit("/jobs", spec(SPEC + " (" + i + ")")));
            }
            List<JsonNode> jobs = ids.stream().map(chain::ended).toList();
            // Then
            assertThat(jobs)
                    .allSatisfy(job -> assertThat(job.path("status").stringValue())
                            .as(job.toString())
                            .isEqualTo("completed"));
            assertThat(server.calls()).extracting(Call::protocol).contains("Chat", "Anthropic", "Gemini");
            assertThat(server.calls())
                    .as("some were refused")
                    .anyMatch(call -> call.status() == 429)
                    .allMatch(call -> call.status() == 200 || call.status() == 429);
        }
    }

    private static Map<String, String> environment(FakeProvider server) {
        return Map.ofEntries(
                Map.entry("ENABLE_LIVE_LLM", "true"),
                Map.entry("OPENAI_COMPATIBLE_BASE_URL", server.url("/v1")),
                Map.entry("OPENAI_COMPATIBLE_API_KEY", FakeProvider.KEY),
                Map.entry("ANTHROPIC_BASE_URL", server.url("")),
                Map.entry("ANTHROPIC_API_KEY", FakeProvider.KEY),
                Map.entry("GEMINI_BASE_URL", server.url("/v1beta")),
                Map.entry("GEMINI_API_KEY", FakeProvider.KEY),
                Map.entry("NEXUS_MODELS_AGENTS_PLANNER", "compatible/some-model"),
                Map.entry("NEXUS_MODELS_AGENTS_BUILDER", "anthropic/some-model"),
                Map.entry("NEXUS_MODELS_AGENTS_TESTER", "gemini/some-model"),
                Map.entry("NEXUS_MODELS_RETRY_FIRSTBACKOFF", "20ms"));
    }

    private static String spec(String text) {
        return "{\"spec\": \"" + text + "\"}";
    }
}

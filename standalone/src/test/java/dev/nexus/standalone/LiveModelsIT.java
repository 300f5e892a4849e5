package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.model.fake.FakeProvider;
import dev.nexus.model.fake.Faults;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Whole pipelines whose models are asked over HTTP, as those of the providers are. */
class LiveModelsIT {

    private static final String SPEC = "Convert Roman numerals to integers and back";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "OPENAI,/v1,openai/gpt-6.2-sol",
        "ANTHROPIC,'',anthropic/claude-sonnet-5-5",
        "GEMINI,/v1beta,gemini/gemini-4-hydrogen",
        "OPENAI_COMPATIBLE,/v1,compatible/llama"
    })
    void aKeyAndNothingElseGivesTestedCode(String provider, String path, String model) throws Exception {
        try (FakeProvider server = FakeProvider.start();
                Chain chain = new Chain(folder, environment(provider, server.url(path)))) {

            JsonNode job = chain.done("/jobs", "{\"spec\": \"" + SPEC + "\"}");

            assertThat(job.get("status").stringValue()).as(job.toString()).isEqualTo("completed");
            assertThat(job.get("verdict").stringValue()).isEqualTo("passed");
            assertThat(job.get("usage").get("outputTokens").longValue()).isPositive();
            JsonNode calls = Chain.json(chain.get("/jobs/" + job.get("id").stringValue() + "/calls"));
            assertThat(calls.get("calls"))
                    .isNotEmpty()
                    .allSatisfy(
                            call -> assertThat(call.get("model").stringValue()).isEqualTo(model));
            assertThat(server.callsByPrompt().values()).containsOnly(1);
            assertThat(job.toString()).doesNotContain(FakeProvider.KEY);
        }
    }

    @Test
    void refusedCutAndWrongAnswersLoseNoJob() throws Exception {
        int jobs = Boolean.getBoolean("nexus.all") ? 50 : 6;
        Map<String, String> environment = new HashMap<>();
        try (FakeProvider server = FakeProvider.start(new Faults(0.1, 0.05, 0.05, 7))) {
            environment.putAll(environment("OPENAI", server.url("/v1")));
            environment.putAll(environment("ANTHROPIC", server.url("")));
            environment.putAll(environment("GEMINI", server.url("/v1beta")));
            environment.put("NEXUS_MODELS_AGENTS_PLANNER", "openai");
            environment.put("NEXUS_MODELS_AGENTS_BUILDER", "anthropic, openai");
            environment.put("NEXUS_MODELS_AGENTS_TESTER", "gemini");
            environment.put("NEXUS_MODELS_RETRY_FIRSTBACKOFF", "50ms");
            environment.put("NEXUS_TESTER_SCRUTINY_ENABLED", "false");
            try (Chain chain = new Chain(folder, environment)) {
                List<String> submitted = new ArrayList<>();
                for (int i = 0; i < jobs; i++) {
                    submitted.add(
                            chain.submit("/jobs", "{\"spec\": \"" + SPEC + "\", \"options\": {\"noCache\": true}}"));
                }

                assertThat(submitted).allSatisfy(id -> {
                    JsonNode job = chain.ended(id);
                    assertThat(job.get("status").stringValue())
                            .as(job.toString())
                            .isEqualTo("completed");
                });
            }
        }
    }

    @Test
    void aJobStopsBeforeTheCallThatWouldExceedItsBudget() throws Exception {
        try (FakeProvider server = FakeProvider.start();
                Chain chain = new Chain(folder, environment("OPENAI", server.url("/v1")))) {

            JsonNode refused = chain.done("/jobs", "{\"spec\": \"" + SPEC + "\", \"options\": {\"budgetUsd\": 0.01}}");
            JsonNode done = chain.done("/jobs", "{\"spec\": \"" + SPEC + "\", \"options\": {\"budgetUsd\": 2}}");

            assertThat(refused.get("status").stringValue()).isEqualTo("failed");
            assertThat(refused.get("error").get("code").stringValue()).isEqualTo("budget_exhausted");
            assertThat(refused.get("error").get("message").stringValue()).contains("0.01 USD", "options.budgetUsd");
            assertThat(refused.get("usage").get("calls").intValue()).isZero();
            assertThat(done.get("status").stringValue()).as(done.toString()).isEqualTo("completed");
            assertThat(done.get("usage").get("costUsd").decimalValue())
                    .isPositive()
                    .isLessThan(BigDecimal.TWO);
        }
    }

    private static Map<String, String> environment(String provider, String baseUrl) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "ENABLE_LIVE_LLM", "true", provider + "_BASE_URL", baseUrl, provider + "_API_KEY", FakeProvider.KEY));
        if (provider.equals("OPENAI_COMPATIBLE")) {
            environment.put("OPENAI_COMPATIBLE_MODEL", "llama");
        }
        return environment;
    }
}

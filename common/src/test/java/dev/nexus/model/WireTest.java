package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Json;
import dev.nexus.contract.ModelCall.Message;
import dev.nexus.contract.Usage;
import dev.nexus.model.ModelReply.Stop;
import dev.nexus.model.ModelSettings.JsonMode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What goes out and what comes in, word for word, as the providers' own documentation has it. */
class WireTest {

    private static final Wire OPENAI = new OpenAiResponses();
    private static final Wire ANTHROPIC = new AnthropicMessages("2023-06-01");
    private static final Wire GEMINI = new GeminiContent();
    private static final Wire CHAT = new ChatCompletions(JsonMode.JSON_SCHEMA);

    private static final String SCHEMA =
            "{\"type\":\"object\",\"required\":[\"n\"],\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":1}}}";
    private static final String SENT = "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},"
            + "\"required\":[\"n\"],\"additionalProperties\":false}";
    private static final ModelRequest REQUEST = new ModelRequest(
            "abc123",
            "Be brief.",
            List.of(new Message("user", "How many?"), new Message("assistant", "5"), new Message("user", "As JSON.")),
            new OutputFormat.JsonDocument("count", SCHEMA),
            500);
    private static final Secret KEY = Secret.of("the key");

    @Test
    void aRequestToOpenAi() {
        assertThat(OPENAI.path("m")).isEqualTo("/responses");
        assertThat(OPENAI.headers(KEY)).isEqualTo(Map.of("Authorization", "Bearer the key"));
        assertThat((JsonNode) OPENAI.body("m", REQUEST)).isEqualTo(json("""
                {"model": "m", "stream": true, "store": false, "max_output_tokens": 500,
                 "prompt_cache_key": "nexus-abc123", "instructions": "Be brief.",
                 "input": [{"role": "user", "content": "How many?"}, {"role": "assistant", "content": "5"},
                           {"role": "user", "content": "As JSON."}],
                 "text": {"format": {"type": "json_schema", "name": "count", "strict": true, "schema": %s}}}
                """.formatted(SENT)));
    }

    @Test
    void aRequestToAnthropic() {
        assertThat(ANTHROPIC.path("m")).isEqualTo("/v1/messages");
        assertThat(ANTHROPIC.headers(KEY)).isEqualTo(Map.of("anthropic-version", "2023-06-01", "x-api-key", "the key"));
        assertThat((JsonNode) ANTHROPIC.body("m", REQUEST)).isEqualTo(json("""
                {"model": "m", "stream": true, "max_tokens": 500,
                 "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
                 "messages": [{"role": "user", "content": "How many?"}, {"role": "assistant", "content": "5"},
                              {"role": "user", "content": "As JSON."}],
                 "output_config": {"format": {"type": "json_schema", "schema": %s}}}
                """.formatted(SENT)));
    }

    @Test
    void aRequestToGemini() {
        assertThat(GEMINI.path("m/x y")).isEqualTo("/models/m%2Fx+y:streamGenerateContent?alt=sse");
        assertThat(GEMINI.headers(KEY)).isEqualTo(Map.of("x-goog-api-key", "the key"));
        assertThat((JsonNode) GEMINI.body("m", REQUEST)).isEqualTo(json("""
                {"systemInstruction": {"parts": [{"text": "Be brief."}]},
                 "contents": [{"role": "user", "parts": [{"text": "How many?"}]},
                              {"role": "model", "parts": [{"text": "5"}]},
                              {"role": "user", "parts": [{"text": "As JSON."}]}],
                 "generationConfig": {"maxOutputTokens": 500, "responseMimeType": "application/json",
                                      "responseJsonSchema": %s}}
                """.formatted(SENT)));
    }

    @Test
    void aRequestToAChat() {
        assertThat(CHAT.path("m")).isEqualTo("/chat/completions");
        assertThat(CHAT.headers(Secret.NONE)).isEmpty();
        assertThat((JsonNode) CHAT.body("m", REQUEST)).isEqualTo(json("""
                {"model": "m", "stream": true, "max_tokens": 500, "stream_options": {"include_usage": true},
                 "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How many?"},
                              {"role": "assistant", "content": "5"}, {"role": "user", "content": "As JSON."}],
                 "response_format": {"type": "json_schema",
                                     "json_schema": {"name": "count", "strict": true, "schema": %s}}}
                """.formatted(SENT)));
    }

    @ParameterizedTest
    @EnumSource(value = JsonMode.class, names = "JSON_SCHEMA", mode = EnumSource.Mode.EXCLUDE)
    void aChatWithoutSchemasIsToldInThePrompt(JsonMode mode) {
        JsonNode body = new ChatCompletions(mode).body("m", REQUEST);

        assertThat(body.path("messages").path(0).path("content").stringValue())
                .startsWith("Be brief.\n\n")
                .contains("JSON")
                .endsWith(SENT);
        assertThat(body.path("response_format"))
                .isEqualTo(mode == JsonMode.PROMPT ? Json.MAPPER.missingNode() : json("{\"type\": \"json_object\"}"));
    }

    /** Newer models refuse them. */
    @Test
    void nobodyIsSentSamplingParameters() {
        for (Wire wire : List.of(OPENAI, ANTHROPIC, GEMINI, CHAT)) {
            assertThat(wire.body("m", REQUEST).toString()).doesNotContainIgnoringCase("temperature", "top_p", "topP");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":{\"reason\":\"max_output_tokens\"}}} | LENGTH",
                "{\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":{\"reason\":\"content_filter\"}}} | CONTENT_FILTER",
                "{\"type\":\"response.completed\",\"response\":{}} | END",
                "{\"type\":\"response.refusal.delta\",\"delta\":\"No.\"} | REFUSAL",
            })
    void whyOpenAiStops(String data, Stop stop) {
        assertThat(OPENAI.read(event(data))).contains(new Sign.Stop(stop));
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, END",
        "stop_sequence, END",
        "max_tokens, LENGTH",
        "model_context_window_exceeded, LENGTH",
        "refusal, REFUSAL"
    })
    void whyAnthropicStops(String reason, Stop stop) {
        assertThat(ANTHROPIC.read(event(
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason + "\"},\"usage\":{}}")))
                .contains(new Sign.Stop(stop));
    }

    @ParameterizedTest
    @CsvSource({
        "STOP, END",
        "MAX_TOKENS, LENGTH",
        "SAFETY, CONTENT_FILTER",
        "RECITATION, CONTENT_FILTER",
        "BLOCKLIST, CONTENT_FILTER",
        "PROHIBITED_CONTENT, CONTENT_FILTER",
        "SPII, CONTENT_FILTER",
        "LANGUAGE, CONTENT_FILTER"
    })
    void whyGeminiStops(String reason, Stop stop) {
        assertThat(GEMINI.read(event("{\"candidates\":[{\"finishReason\":\"" + reason + "\"}]}")))
                .containsExactly(new Sign.Stop(stop));
    }

    @Test
    void whatGeminiOnlyThoughtHasToBePaidFor() {
        List<Sign> signs = GEMINI.read(event("""
                {"candidates": [{"finishReason": "MAX_TOKENS"}],
                 "usageMetadata": {"promptTokenCount": 900, "thoughtsTokenCount": 500}}"""));

        assertThat(signs).contains(new Sign.Count(new Tokens(900L, 0L, null, null, 500L)));
    }

    @Test
    void geminiWithholdsAnAnswerToABlockedQuestion() {
        assertThat(GEMINI.read(event("{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}")))
                .containsExactly(new Sign.Stop(Stop.CONTENT_FILTER));
    }

    @ParameterizedTest
    @CsvSource({"stop, END", "length, LENGTH", "content_filter, CONTENT_FILTER"})
    void whyAChatStops(String reason, Stop stop) {
        assertThat(CHAT.read(event("{\"choices\":[{\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}")))
                .containsExactly(new Sign.Stop(stop));
    }

    @Test
    void aReasonThatNobodyKnowsIsNoSuccess() {
        assertThat(CHAT.read(event("{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}")))
                .singleElement()
                .isInstanceOf(Sign.Failure.class);
        assertThat(GEMINI.read(event("{\"candidates\":[{\"finishReason\":\"OTHER\"}]}")))
                .singleElement()
                .isInstanceOf(Sign.Failure.class);
        assertThat(ANTHROPIC.read(
                        event("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"pause_turn\"},\"usage\":{}}")))
                .last()
                .isInstanceOf(Sign.Failure.class);
        assertThat(OPENAI.read(event("{\"type\":\"response.incomplete\",\"response\":{}}")))
                .anyMatch(Sign.Failure.class::isInstance);
    }

    @Test
    void usageMeansTheSameForAll() {
        Usage same = new Usage(1, 0, 100, 30, BigDecimal.ZERO, 60L, 20L, 10L, null);

        assertThat(OPENAI.usage(new Tokens(100L, 30L, 60L, 20L, 10L))).isEqualTo(same);
        assertThat(CHAT.usage(new Tokens(100L, 30L, 60L, 20L, 10L))).isEqualTo(same);
        assertThat(ANTHROPIC.usage(new Tokens(20L, 30L, 60L, 20L, 10L))).isEqualTo(same);
        assertThat(GEMINI.usage(new Tokens(100L, 20L, 60L, 20L, 10L))).isEqualTo(same);
    }

    @Test
    void anthropicCountsInTwoEvents() {
        Tokens start = count(ANTHROPIC.read(event("{\"type\":\"message_start\",\"message\":{\"usage\":"
                + "{\"input_tokens\":20,\"cache_read_input_tokens\":60,\"cache_creation_input_tokens\":20,"
                + "\"output_tokens\":1}}}")));
        Tokens end = count(ANTHROPIC.read(event("{\"type\":\"message_delta\",\"delta\":{},\"usage\":"
                + "{\"output_tokens\":30,\"output_tokens_details\":{\"thinking_tokens\":10}}}")));

        assertThat(start.replacedBy(end)).isEqualTo(new Tokens(20L, 30L, 60L, 20L, 10L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "529 | {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}} | PASSING",
                "400 | {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Output blocked by content filtering policy\"}} | FILTERED",
                "400 | {\"error\":{\"code\":\"content_filter\",\"message\":\"x\"}} | FILTERED",
                "429 | {\"error\":{\"type\":\"requests\",\"code\":\"rate_limit_exceeded\",\"message\":\"x\"}} | PASSING",
                "429 | {\"error\":{\"code\":\"insufficient_quota\",\"message\":\"x\"}} | LASTING",
                "400 | {\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\",\"message\":\"x\"}} | LASTING",
                "503 | [{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\",\"message\":\"x\"}}] | PASSING",
                "404 | {\"error\":\"model 'x' not found\"} | LASTING",
                "502 | <html>Bad Gateway</html> | PASSING",
                "301 | '' | LASTING",
            })
    void whetherAnotherTryMayHelp(int status, String body, ProviderError.Kind kind) {
        assertThat(ProviderError.ofStatus(status, body).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}} | PASSING",
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"x\"}} | LASTING",
                "{\"type\":\"error\",\"code\":\"server_error\",\"message\":\"x\"} | PASSING",
                "{\"code\":\"invalid_prompt\",\"message\":\"x\"} | LASTING",
                "{\"error\":{\"code\":429,\"message\":\"x\",\"status\":\"RESOURCE_EXHAUSTED\"}} | PASSING",
                "{\"error\":{\"code\":400,\"message\":\"x\",\"type\":\"BadRequestError\"}} | LASTING",
            })
    void whetherAnotherTryMayHelpAfterAnErrorInAStream(String data, ProviderError.Kind kind) {
        assertThat(ProviderError.inStream(json(data)).kind()).isEqualTo(kind);
    }

    @Test
    void geminiSaysInTheBodyHowLongToWait() {
        ProviderError error = ProviderError.ofStatus(429, """
                {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "x", "details": [
                  {"@type": "type.googleapis.com/google.rpc.Help"},
                  {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}]}}""");

        assertThat(error.pause()).isEqualTo(Duration.ofMillis(34_500));
    }

    private static Tokens count(List<Sign> signs) {
        return ((Sign.Count) signs.getFirst()).tokens();
    }

    private static ServerEvent event(String data) {
        return new ServerEvent("", data);
    }

    private static JsonNode json(String text) {
        return Json.MAPPER.readTree(text);
    }
}

package dev.nexus.model;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's Responses. */
record OpenAiResponses() implements Wire {

    @Override
    public String path(String model) {
        return "/responses";
    }

    @Override
    public Map<String, String> headers(Secret key) {
        return Wire.bearer(key);
    }

    @Override
    public ObjectNode body(String model, ModelRequest request) {
        ObjectNode body = Wire.object()
                .put("model", model)
                .put("stream", true)
                .put("store", false)
                .put("max_output_tokens", request.maxOutputTokens())
                // Requests that begin alike find each other's cached beginning.
                .put("prompt_cache_key", "nexus-" + request.promptVersion());
        if (!request.system().isBlank()) {
            body.put("instructions", request.system());
        }
        Wire.putMessages(request, body.putArray("input"));
        if (request.format() instanceof OutputFormat.JsonDocument json) {
            body.putObject("text")
                    .putObject("format")
                    .put("type", "json_schema")
                    .put("name", json.name())
                    .put("strict", true)
                    .set("schema", PortableSchema.of(json.schema()));
        }
        return body;
    }

    @Override
    public List<Sign> read(ServerEvent event) {
        JsonNode data = Wire.tree(event);
        return switch (data.path("type").stringValue("")) {
            case "response.output_text.delta" ->
                List.of(new Sign.Text(data.path("delta").stringValue("")));
            case "response.refusal.delta" ->
                List.of(
                        new Sign.Stop(ModelReply.Stop.REFUSAL),
                        new Sign.Text(data.path("delta").stringValue("")));
            case "response.reasoning_text.delta", "response.reasoning_summary_text.delta" ->
                List.of(new Sign.Thought());
            case "response.completed" -> end(data.path("response"), new Sign.Stop(ModelReply.Stop.END));
            case "response.incomplete" -> end(data.path("response"), incomplete(data.path("response")));
            case "response.failed" ->
                List.of(new Sign.Failure(
                        ProviderError.inStream(data.path("response").path("error"))));
            case "error" -> List.of(new Sign.Failure(ProviderError.inStream(data)));
            default -> List.of();
        };
    }

    private static List<Sign> end(JsonNode response, Sign outcome) {
        JsonNode usage = response.path("usage");
        Tokens tokens = new Tokens(
                Tokens.in(usage.path("input_tokens")),
                Tokens.in(usage.path("output_tokens")),
                Tokens.in(usage.path("input_tokens_details").path("cached_tokens")),
                Tokens.in(usage.path("input_tokens_details").path("cache_write_tokens")),
                Tokens.in(usage.path("output_tokens_details").path("reasoning_tokens")));
        return List.of(new Sign.Count(tokens), outcome, new Sign.End());
    }

    private static Sign incomplete(JsonNode response) {
        String reason = response.path("incomplete_details").path("reason").stringValue("");
        return switch (reason) {
            case "max_output_tokens" -> new Sign.Stop(ModelReply.Stop.LENGTH);
            case "content_filter" -> new Sign.Stop(ModelReply.Stop.CONTENT_FILTER);
            default -> new Sign.Failure(ProviderError.unknownEnd(reason));
        };
    }
}

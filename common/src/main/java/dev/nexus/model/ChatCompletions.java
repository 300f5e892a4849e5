package dev.nexus.model;

import dev.nexus.model.ModelSettings.JsonMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's Chat Completions, as many other servers speak it too. */
record ChatCompletions(JsonMode json) implements Wire {

    private static final String DONE = "[DONE]";

    @Override
    public String path(String model) {
        return "/chat/completions";
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
                // The newer max_completion_tokens is not known to every server.
                .put("max_tokens", request.maxOutputTokens());
        body.putObject("stream_options").put("include_usage", true);
        ArrayNode messages = body.putArray("messages");
        String system = system(request);
        if (!system.isBlank()) {
            messages.addObject().put("role", "system").put("content", system);
        }
        Wire.putMessages(request, messages);
        if (request.format() instanceof OutputFormat.JsonDocument document) {
            putFormat(document, body);
        }
        return body;
    }

    private void putFormat(OutputFormat.JsonDocument document, ObjectNode body) {
        switch (json) {
            case JSON_SCHEMA ->
                body.putObject("response_format")
                        .put("type", "json_schema")
                        .putObject("json_schema")
                        .put("name", document.name())
                        .put("strict", true)
                        .set("schema", PortableSchema.of(document.schema()));
            case JSON_OBJECT -> body.putObject("response_format").put("type", "json_object");
            case PROMPT -> {}
        }
    }

    private String system(ModelRequest request) {
        if (json == JsonMode.JSON_SCHEMA || !(request.format() instanceof OutputFormat.JsonDocument document)) {
            return request.system();
        }
        return (request.system() + "\n\nThe answer is one JSON document that fits this JSON Schema:\n"
                        + PortableSchema.of(document.schema()))
                .strip();
    }

    @Override
    public List<Sign> read(ServerEvent event) {
        if (event.data().strip().equals(DONE)) {
            return List.of(new Sign.End());
        }
        JsonNode data = Wire.tree(event);
        if (data.hasNonNull("error")) {
            return List.of(new Sign.Failure(ProviderError.inStream(data)));
        }
        List<Sign> signs = new ArrayList<>();
        if (data.path("usage").isObject()) {
            signs.add(count(data.path("usage")));
        }
        JsonNode choice = data.path("choices").path(0);
        JsonNode delta = choice.path("delta");
        if (!delta.path("reasoning_content").stringValue("").isEmpty()
                || !delta.path("reasoning").stringValue("").isEmpty()) {
            signs.add(new Sign.Thought());
        }
        if (!delta.path("content").stringValue("").isEmpty()) {
            signs.add(new Sign.Text(delta.path("content").stringValue()));
        }
        if (!delta.path("refusal").stringValue("").isEmpty()) {
            signs.add(new Sign.Stop(ModelReply.Stop.REFUSAL));
            signs.add(new Sign.Text(delta.path("refusal").stringValue()));
        }
        if (!choice.path("finish_reason").stringValue("").isEmpty()) {
            signs.add(stop(choice.path("finish_reason").stringValue()));
        }
        return signs;
    }

    private static Sign stop(String reason) {
        return switch (reason) {
            case "stop" -> new Sign.Stop(ModelReply.Stop.END);
            case "length" -> new Sign.Stop(ModelReply.Stop.LENGTH);
            case "content_filter" -> new Sign.Stop(ModelReply.Stop.CONTENT_FILTER);
            default -> new Sign.Failure(ProviderError.unknownEnd(reason));
        };
    }

    private static Sign count(JsonNode usage) {
        return new Sign.Count(new Tokens(
                Tokens.in(usage.path("prompt_tokens")),
                Tokens.in(usage.path("completion_tokens")),
                Tokens.in(usage.path("prompt_tokens_details").path("cached_tokens")),
                Tokens.in(usage.path("prompt_tokens_details").path("cache_write_tokens")),
                Tokens.in(usage.path("completion_tokens_details").path("reasoning_tokens"))));
    }
}

package dev.nexus.model;

import dev.nexus.contract.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Anthropic's Messages.
 *
 * @param version of the API, such as {@code 2023-06-01}
 */
record AnthropicMessages(String version) implements Wire {

    @Override
    public String path(String model) {
        return "/v1/messages";
    }

    @Override
    public Map<String, String> headers(Secret key) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("anthropic-version", version);
        if (!key.isEmpty()) {
            headers.put("x-api-key", key.reveal());
        }
        return headers;
    }

    @Override
    public ObjectNode body(String model, ModelRequest request) {
        ObjectNode body =
                Wire.object().put("model", model).put("stream", true).put("max_tokens", request.maxOutputTokens());
        if (!request.system().isBlank()) {
            body.putArray("system")
                    .addObject()
                    .put("type", "text")
                    .put("text", request.system())
                    .putObject("cache_control")
                    .put("type", "ephemeral");
        }
        Wire.putMessages(request, body.putArray("messages"));
        if (request.format() instanceof OutputFormat.JsonDocument json) {
            body.putObject("output_config")
                    .putObject("format")
                    .put("type", "json_schema")
                    .set("schema", PortableSchema.of(json.schema()));
        }
        return body;
    }

    @Override
    public List<Sign> read(ServerEvent event) {
        JsonNode data = Wire.tree(event);
        return switch (data.path("type").stringValue("")) {
            case "message_start" -> List.of(count(data.path("message").path("usage")));
            case "content_block_delta" ->
                switch (data.path("delta").path("type").stringValue("")) {
                    case "text_delta" ->
                        List.of(new Sign.Text(data.path("delta").path("text").stringValue("")));
                    case "thinking_delta", "signature_delta" -> List.of(new Sign.Thought());
                    default -> List.of();
                };
            case "message_delta" -> {
                List<Sign> signs = new ArrayList<>(List.of(count(data.path("usage"))));
                JsonNode reason = data.path("delta").path("stop_reason");
                if (reason.isString()) {
                    signs.add(stop(reason.stringValue()));
                }
                yield signs;
            }
            case "message_stop" -> List.of(new Sign.End());
            case "error" -> List.of(new Sign.Failure(ProviderError.inStream(data)));
            default -> List.of(); // ping, and where content blocks begin and end
        };
    }

    private static Sign stop(String reason) {
        return switch (reason) {
            case "end_turn", "stop_sequence" -> new Sign.Stop(ModelReply.Stop.END);
            case "max_tokens", "model_context_window_exceeded" -> new Sign.Stop(ModelReply.Stop.LENGTH);
            case "refusal" -> new Sign.Stop(ModelReply.Stop.REFUSAL);
            default -> new Sign.Failure(ProviderError.unknownEnd(reason));
        };
    }

    private static Sign count(JsonNode usage) {
        return new Sign.Count(new Tokens(
                Tokens.in(usage.path("input_tokens")),
                Tokens.in(usage.path("output_tokens")),
                Tokens.in(usage.path("cache_read_input_tokens")),
                Tokens.in(usage.path("cache_creation_input_tokens")),
                Tokens.in(usage.path("output_tokens_details").path("thinking_tokens"))));
    }

    /** Its input tokens are only those that no cache has to do with. */
    @Override
    public Usage usage(Tokens tokens) {
        long input = Tokens.orNone(tokens.input()) + Tokens.orNone(tokens.cached()) + Tokens.orNone(tokens.written());
        return Wire.usage(input, Tokens.orNone(tokens.output()), tokens);
    }
}

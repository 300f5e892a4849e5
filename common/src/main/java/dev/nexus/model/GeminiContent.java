package dev.nexus.model;

import dev.nexus.contract.Usage;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Gemini's streamGenerateContent. */
record GeminiContent() implements Wire {

    @Override
    public String path(String model) {
        return "/models/" + URLEncoder.encode(model, StandardCharsets.UTF_8) + ":streamGenerateContent?alt=sse";
    }

    @Override
    public Map<String, String> headers(Secret key) {
        return key.isEmpty() ? Map.of() : Map.of("x-goog-api-key", key.reveal());
    }

    @Override
    public ObjectNode body(String model, ModelRequest request) {
        ObjectNode body = Wire.object();
        if (!request.system().isBlank()) {
            body.putObject("systemInstruction").putArray("parts").addObject().put("text", request.system());
        }
        ArrayNode contents = body.putArray("contents");
        request.messages()
                .forEach(message -> contents.addObject()
                        .put("role", message.role().equals("assistant") ? "model" : message.role())
                        .putArray("parts")
                        .addObject()
                        .put("text", message.text()));
        ObjectNode config = body.putObject("generationConfig").put("maxOutputTokens", request.maxOutputTokens());
        if (request.format() instanceof OutputFormat.JsonDocument json) {
            config.put("responseMimeType", "application/json");
            config.set("responseJsonSchema", PortableSchema.of(json.schema()));
        }
        return body;
    }

    @Override
    public List<Sign> read(ServerEvent event) {
        JsonNode data = Wire.tree(event);
        if (data.has("error")) {
            return List.of(new Sign.Failure(ProviderError.inStream(data)));
        }
        List<Sign> signs = new ArrayList<>();
        JsonNode candidate = data.path("candidates").path(0);
        for (JsonNode part : candidate.path("content").path("parts")) {
            if (part.path("thought").booleanValue(false)) {
                signs.add(new Sign.Thought());
            } else if (part.path("text").isString()) {
                signs.add(new Sign.Text(part.path("text").stringValue()));
            }
        }
        if (data.path("usageMetadata").isObject()) {
            signs.add(count(data.path("usageMetadata")));
        }
        if (data.path("promptFeedback").path("blockReason").isString()) {
            signs.add(new Sign.Stop(ModelReply.Stop.CONTENT_FILTER));
        }
        if (candidate.path("finishReason").isString()) {
            signs.add(stop(candidate.path("finishReason").stringValue()));
        }
        return signs; // the stream's end is the only one that there is
    }

    private static Sign stop(String reason) {
        return switch (reason) {
            case "STOP" -> new Sign.Stop(ModelReply.Stop.END);
            case "MAX_TOKENS" -> new Sign.Stop(ModelReply.Stop.LENGTH);
            case "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII" ->
                new Sign.Stop(ModelReply.Stop.CONTENT_FILTER);
            default -> new Sign.Failure(ProviderError.unknownEnd(reason));
        };
    }

    /** A count of zero is left out, as of the candidates' tokens when all were thoughts. */
    private static Sign count(JsonNode usage) {
        Long input = Tokens.in(usage.path("promptTokenCount"));
        Long candidates = Tokens.in(usage.path("candidatesTokenCount"));
        boolean thoughtAlone = input != null && usage.has("thoughtsTokenCount");
        return new Sign.Count(new Tokens(
                input,
                candidates == null && thoughtAlone ? Long.valueOf(0) : candidates,
                Tokens.in(usage.path("cachedContentTokenCount")),
                null,
                Tokens.in(usage.path("thoughtsTokenCount"))));
    }

    /** Its candidates' tokens are without those of thoughts. */
    @Override
    public Usage usage(Tokens tokens) {
        long output = Tokens.orNone(tokens.output()) + Tokens.orNone(tokens.reasoning());
        return Wire.usage(Tokens.orNone(tokens.input()), output, tokens);
    }
}

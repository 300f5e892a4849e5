package dev.nexus.model;

import dev.nexus.contract.Json;
import dev.nexus.contract.Usage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How one provider's API is spoken: what a request looks like, and what the events of its answer mean. Pure functions. */
sealed interface Wire permits OpenAiResponses, AnthropicMessages, GeminiContent, ChatCompletions {

    /** Where to send the request, below the base URL; never with the key in it. */
    String path(String model);

    Map<String, String> headers(Secret key);

    ObjectNode body(String model, ModelRequest request);

    /** @throws JacksonException if the event's data is no JSON */
    List<Sign> read(ServerEvent event);

    /** In the one meaning of {@link Usage}, without a cost. */
    default Usage usage(Tokens tokens) {
        return usage(Tokens.orNone(tokens.input()), Tokens.orNone(tokens.output()), tokens);
    }

    static Usage usage(long input, long output, Tokens tokens) {
        return new Usage(
                1,
                0,
                input,
                output,
                BigDecimal.ZERO,
                Tokens.ifAny(tokens.cached()),
                Tokens.ifAny(tokens.written()),
                Tokens.ifAny(tokens.reasoning()),
                null);
    }

    static Map<String, String> bearer(Secret key) {
        return key.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + key.reveal());
    }

    static JsonNode tree(ServerEvent event) {
        return Json.MAPPER.readTree(event.data());
    }

    static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    /** The conversation as most providers want it. */
    static void putMessages(ModelRequest request, ArrayNode into) {
        request.messages()
                .forEach(message -> into.addObject().put("role", message.role()).put("content", message.text()));
    }
}

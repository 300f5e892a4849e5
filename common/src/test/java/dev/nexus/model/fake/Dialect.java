package dev.nexus.model.fake;

import dev.nexus.contract.Json;
import dev.nexus.contract.ModelCall.Message;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How one provider takes requests and sends answers, errors among them. */
sealed interface Dialect permits OpenAiDialect, AnthropicDialect, GeminiDialect, ChatDialect {

    /** What a request came to. */
    record Asked(String model, ModelRequest request, boolean wantsUsage) {}

    /** Tokens as all the providers count them, before each tells them in a way of its own. */
    record Count(long input, long cached, long written, long text, long reasoning) {}

    /** @param count null if it is not told */
    record Answer(
            List<String> pieces,
            ModelReply.Stop stop,
            @Nullable Count count) {}

    /**
     * An event, or several that come at once.
     *
     * @param isPiece whether it has a piece of the answer
     */
    record Frame(String text, boolean isPiece) {}

    /** The provider does not take the request. */
    final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final int status;
        private final String body;

        RefusedException(int status, String body) {
            super(body);
            this.status = status;
            this.body = body;
        }

        int status() {
            return status;
        }

        String body() {
            return body;
        }
    }

    boolean takes(HttpAsk ask);

    /** @param key that is the right one */
    Asked read(HttpAsk ask, String key) throws RefusedException;

    /** All events of an answer. */
    List<Frame> frames(Asked asked, Answer answer);

    /** An error as a provider sends it in the middle of an answer. */
    Frame errorFrame();

    /** The body of an error. */
    String error(int status, String message);

    default RefusedException refused(int status, String message) {
        return new RefusedException(status, error(status, message));
    }

    default ObjectNode json(HttpAsk ask) throws RefusedException {
        if (!ask.header("content-type").startsWith("application/json")) {
            throw refused(415, "Content-Type must be application/json");
        }
        try {
            if (Json.MAPPER.readTree(ask.body()) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw refused(400, "the body is no JSON: " + e.getOriginalMessage());
        }
        throw refused(400, "the body is no JSON object");
    }

    default void demandOnly(JsonNode object, String place, String... known) throws RefusedException {
        for (String name : object.propertyNames()) {
            if (!Set.of(known).contains(name)) {
                throw refused(400, "Unknown parameter: '" + place + name + "'.");
            }
        }
    }

    default String text(JsonNode object, String field) throws RefusedException {
        String text = object.path(field).stringValue("");
        if (text.isBlank()) {
            throw refused(400, "Missing required parameter: '" + field + "'.");
        }
        return text;
    }

    default int positive(JsonNode object, String field) throws RefusedException {
        int number = object.path(field).intValue(0);
        if (number < 1) {
            throw refused(400, "'" + field + "' must be a positive integer.");
        }
        return number;
    }

    default void demandStream(JsonNode body) throws RefusedException {
        if (!body.path("stream").booleanValue(false)) {
            throw refused(400, "only streams are served here: set 'stream'.");
        }
    }

    /** Messages of role and content, alternately of the user and the assistant, the user's first and last. */
    default List<Message> conversation(JsonNode messages) throws RefusedException {
        List<Message> conversation = new ArrayList<>();
        for (JsonNode message : messages) {
            demandOnly(message, "message.", "role", "content");
            conversation.add(new Message(text(message, "role"), text(message, "content")));
        }
        demandTurns(conversation);
        return conversation;
    }

    default void demandTurns(List<Message> conversation) throws RefusedException {
        for (int i = 0; i < conversation.size(); i++) {
            String role = conversation.get(i).role();
            if (!role.equals(i % 2 == 0 ? "user" : "assistant")) {
                throw refused(400, "message " + i + " has the role " + role + ".");
            }
        }
        if (conversation.size() % 2 == 0) {
            throw refused(400, "The conversation must end with a user message.");
        }
    }

    default void demandStrict(JsonNode schema) throws RefusedException {
        String problem = StrictSchema.problemWith(schema);
        if (problem != null) {
            throw refused(400, "Invalid schema for response_format: " + problem);
        }
    }

    /** The form that the prompt asks for: files in blocks with a nonce, or else JSON. */
    static ModelRequest request(String system, List<Message> conversation, @Nullable JsonNode schema, int maxTokens) {
        String question = conversation.isEmpty() ? "" : conversation.getFirst().text();
        Matcher tag = Pattern.compile("TAG is ([0-9A-Za-z]+):").matcher(question);
        OutputFormat format;
        if (schema == null && tag.lookingAt()) {
            format = new OutputFormat.Files(tag.group(1));
        } else {
            format = new OutputFormat.JsonDocument("answer", schema == null ? "{}" : schema.toString());
        }
        return new ModelRequest("unknown", system, conversation, format, maxTokens);
    }

    static Frame event(@Nullable String name, JsonNode data, boolean isPiece) {
        return new Frame((name == null ? "" : "event: " + name + "\n") + "data: " + data + "\n\n", isPiece);
    }

    static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    static ObjectNode object(String type) {
        return object().put("type", type);
    }
}

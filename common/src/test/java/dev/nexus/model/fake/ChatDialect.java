package dev.nexus.model.fake;

import dev.nexus.contract.ModelCall.Message;
import dev.nexus.model.ModelReply;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's Chat Completions. */
record ChatDialect() implements Dialect {

    @Override
    public boolean takes(HttpAsk ask) {
        return ask.target().equals("/v1/chat/completions");
    }

    @Override
    public Asked read(HttpAsk ask, String key) throws RefusedException {
        if (!ask.header("authorization").equals("Bearer " + key)) {
            throw refused(401, "Incorrect API key provided.");
        }
        ObjectNode body = json(ask);
        demandOnly(body, "", "model", "messages", "stream", "stream_options", "max_tokens", "response_format");
        demandStream(body);
        String system = "";
        ArrayNode messages = body.path("messages").isArray()
                ? ((ArrayNode) body.path("messages")).deepCopy()
                : body.putArray("messages");
        if (messages.path(0).path("role").stringValue("").equals("system")) {
            system = text(messages.path(0), "content");
            messages.remove(0);
        }
        List<Message> conversation = conversation(messages);
        JsonNode schema = null;
        JsonNode format = body.path("response_format");
        switch (format.path("type").stringValue("")) {
            case "json_schema" -> {
                JsonNode json = format.path("json_schema");
                demandOnly(format, "response_format.", "type", "json_schema");
                demandOnly(json, "response_format.json_schema.", "name", "strict", "schema");
                text(json, "name");
                schema = json.path("schema");
                demandStrict(schema);
            }
            case "json_object" -> {
                if (!body.toString().contains("JSON")) {
                    throw refused(400, "'messages' must contain the word 'json' in some form");
                }
            }
            default -> {
                if (body.has("response_format")) {
                    throw refused(400, "Invalid value for 'response_format.type'.");
                }
            }
        }
        return new Asked(
                text(body, "model"),
                Dialect.request(system, conversation, schema, positive(body, "max_tokens")),
                body.path("stream_options").path("include_usage").booleanValue(false));
    }

    @Override
    public List<Frame> frames(Asked asked, Answer answer) {
        List<Frame> frames = new ArrayList<>();
        String field = answer.stop() == ModelReply.Stop.REFUSAL ? "refusal" : "content";
        frames.add(new Frame(": keep-alive\n\n", false));
        frames.add(choice(asked, Dialect.object().put("role", "assistant").put("content", ""), null, false));
        for (String piece : answer.pieces()) {
            frames.add(choice(asked, Dialect.object().put(field, piece), null, true));
        }
        String reason = switch (answer.stop()) {
            case END, REFUSAL -> "stop";
            case LENGTH -> "length";
            case CONTENT_FILTER -> "content_filter";
        };
        frames.add(choice(asked, Dialect.object(), reason, false));
        Count count = answer.count();
        if (asked.wantsUsage() && count != null) {
            ObjectNode last = chunk(asked);
            last.putArray("choices");
            ObjectNode usage = last.putObject("usage")
                    .put("prompt_tokens", count.input())
                    .put("completion_tokens", count.text() + count.reasoning())
                    .put("total_tokens", count.input() + count.text() + count.reasoning());
            usage.putObject("prompt_tokens_details")
                    .put("cached_tokens", count.cached())
                    .put("cache_write_tokens", count.written());
            usage.putObject("completion_tokens_details").put("reasoning_tokens", count.reasoning());
            frames.add(Dialect.event(null, last, false));
        }
        frames.add(new Frame("data: [DONE]\n\n", false));
        return frames;
    }

    private static Frame choice(Asked asked, ObjectNode delta, String reason, boolean isPiece) {
        ObjectNode chunk = chunk(asked);
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.put("finish_reason", reason);
        if (asked.wantsUsage()) {
            chunk.putNull("usage");
        }
        return Dialect.event(null, chunk, isPiece);
    }

    private static ObjectNode chunk(Asked asked) {
        ObjectNode chunk = Dialect.object().put("id", "chatcmpl-1").put("object", "chat.completion.chunk");
        return chunk.put("created", 0).put("model", asked.model());
    }

    @Override
    public Frame errorFrame() {
        ObjectNode error = Dialect.object();
        error.putObject("error")
                .put("message", "EngineCore encountered an issue.")
                .put("type", "InternalServerError")
                .put("code", 500);
        return Dialect.event(null, error, false);
    }

    @Override
    public String error(int status, String message) {
        return new OpenAiDialect().error(status, message);
    }
}

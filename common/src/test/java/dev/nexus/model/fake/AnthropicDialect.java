package dev.nexus.model.fake;

import dev.nexus.model.ModelReply;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's Messages. */
record AnthropicDialect() implements Dialect {

    @Override
    public boolean takes(HttpAsk ask) {
        return ask.target().equals("/v1/messages");
    }

    @Override
    public Asked read(HttpAsk ask, String key) throws RefusedException {
        if (!ask.header("x-api-key").equals(key)) {
            throw refused(401, "invalid x-api-key");
        }
        if (!ask.header("anthropic-version").matches("\\d{4}-\\d\\d-\\d\\d")) {
            throw refused(400, "anthropic-version: header is required");
        }
        ObjectNode body = json(ask);
        // No sampling parameters: newer models take none.
        demandOnly(body, "", "model", "max_tokens", "messages", "system", "stream", "output_config");
        demandStream(body);
        JsonNode schema = null;
        if (body.has("output_config")) {
            JsonNode format = body.path("output_config").path("format");
            demandOnly(body.path("output_config"), "output_config.", "format");
            demandOnly(format, "output_config.format.", "type", "schema");
            if (!format.path("type").stringValue("").equals("json_schema")) {
                throw refused(400, "output_config.format.type: Input should be 'json_schema'");
            }
            schema = format.path("schema");
            demandStrict(schema);
        }
        return new Asked(
                text(body, "model"),
                Dialect.request(
                        system(body.path("system")),
                        conversation(body.path("messages")),
                        schema,
                        positive(body, "max_tokens")),
                true);
    }

    private String system(JsonNode system) throws RefusedException {
        if (system.isString()) {
            return system.stringValue();
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode block : system) {
            demandOnly(block, "system.", "type", "text", "cache_control");
            String cached = block.path("cache_control").path("type").stringValue("ephemeral");
            if (!block.path("type").stringValue("").equals("text") || !cached.equals("ephemeral")) {
                throw refused(400, "system: Input should be a valid list of text blocks");
            }
            text.append(text(block, "text"));
        }
        return text.toString();
    }

    @Override
    public List<Frame> frames(Asked asked, Answer answer) {
        List<Frame> frames = new ArrayList<>();
        ObjectNode start = Dialect.object("message_start");
        ObjectNode message = start.putObject("message").put("id", "msg_1").put("type", "message");
        message.put("role", "assistant").put("model", asked.model()).putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        Count count = answer.count();
        ObjectNode usage = message.putObject("usage");
        if (count != null) {
            usage.put("input_tokens", count.input() - count.cached() - count.written())
                    .put("cache_creation_input_tokens", count.written())
                    .put("cache_read_input_tokens", count.cached())
                    .put("output_tokens", 1);
        }
        add(frames, start);
        block(frames, 0, "thinking", List.of("Let me think."), "thinking_delta");
        add(frames, Dialect.object("ping"));
        if (answer.stop() == ModelReply.Stop.CONTENT_FILTER) {
            ObjectNode error = Dialect.object("error");
            error.putObject("error")
                    .put("type", "invalid_request_error")
                    .put("message", "Output blocked by content filtering policy");
            add(frames, error);
            return frames;
        }
        block(frames, 1, "text", answer.pieces(), "text_delta");
        ObjectNode delta = Dialect.object("message_delta");
        delta.putObject("delta")
                .put(
                        "stop_reason",
                        switch (answer.stop()) {
                            case END, CONTENT_FILTER -> "end_turn";
                            case LENGTH -> "max_tokens";
                            case REFUSAL -> "refusal";
                        })
                .putNull("stop_sequence");
        ObjectNode total = delta.putObject("usage");
        if (count != null) {
            total.put("output_tokens", count.text() + count.reasoning())
                    .putObject("output_tokens_details")
                    .put("thinking_tokens", count.reasoning());
        }
        add(frames, delta);
        add(frames, Dialect.object("message_stop"));
        return frames;
    }

    private static void block(List<Frame> frames, int index, String type, List<String> pieces, String deltaType) {
        ObjectNode start = Dialect.object("content_block_start").put("index", index);
        start.putObject("content_block").put("type", type).put(type, "");
        add(frames, start);
        for (String piece : pieces) {
            ObjectNode event = Dialect.object("content_block_delta").put("index", index);
            event.putObject("delta").put("type", deltaType).put(type, piece);
            frames.add(Dialect.event("content_block_delta", event, type.equals("text")));
        }
        add(frames, Dialect.object("content_block_stop").put("index", index));
    }

    private static void add(List<Frame> frames, ObjectNode event) {
        frames.add(Dialect.event(event.path("type").stringValue(), event, false));
    }

    @Override
    public Frame errorFrame() {
        ObjectNode error = Dialect.object("error");
        error.putObject("error").put("type", "overloaded_error").put("message", "Overloaded");
        return Dialect.event("error", error, false);
    }

    @Override
    public String error(int status, String message) {
        ObjectNode body = Dialect.object("error");
        body.putObject("error")
                .put(
                        "type",
                        switch (status) {
                            case 401 -> "authentication_error";
                            case 402 -> "billing_error";
                            case 403 -> "permission_error";
                            case 404 -> "not_found_error";
                            case 429 -> "rate_limit_error";
                            case 529 -> "overloaded_error";
                            case 500, 502, 503 -> "api_error";
                            default -> "invalid_request_error";
                        })
                .put("message", message);
        return body.put("request_id", "req_1").toString();
    }
}

package dev.nexus.model.fake;

import dev.nexus.contract.ModelCall.Message;
import dev.nexus.model.ModelReply;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's Responses. */
record OpenAiDialect() implements Dialect {

    private static final int FEWEST_TOKENS = 16;

    @Override
    public boolean takes(HttpAsk ask) {
        return ask.target().equals("/v1/responses");
    }

    @Override
    public Asked read(HttpAsk ask, String key) throws RefusedException {
        if (!ask.header("authorization").equals("Bearer " + key)) {
            String wrong = ask.header("authorization").replace("Bearer ", "");
            throw refused(401, "Incorrect API key provided: " + masked(wrong) + ".");
        }
        ObjectNode body = json(ask);
        demandOnly(
                body,
                "",
                "model",
                "input",
                "instructions",
                "max_output_tokens",
                "stream",
                "store",
                "prompt_cache_key",
                "text");
        demandStream(body);
        if (positive(body, "max_output_tokens") < FEWEST_TOKENS) {
            throw refused(400, "Invalid 'max_output_tokens': expected a value >= " + FEWEST_TOKENS + ".");
        }
        List<Message> conversation = conversation(body.path("input"));
        JsonNode format = body.path("text").path("format");
        JsonNode schema = null;
        if (format.isObject()) {
            demandOnly(format, "text.format.", "type", "name", "strict", "schema");
            if (!format.path("type").stringValue("").equals("json_schema")
                    || !format.path("strict").booleanValue(false)
                    || !text(format, "name").matches("[A-Za-z0-9_-]{1,64}")) {
                throw refused(400, "Invalid value for 'text.format'.");
            }
            schema = format.path("schema");
            demandStrict(schema);
        }
        return new Asked(
                text(body, "model"),
                Dialect.request(
                        body.path("instructions").stringValue(""),
                        conversation,
                        schema,
                        body.path("max_output_tokens").intValue()),
                true);
    }

    private static String masked(String key) {
        return key.length() < 8 ? key : key.substring(0, 4) + "*".repeat(8) + key.substring(key.length() - 4);
    }

    @Override
    public List<Frame> frames(Asked asked, Answer answer) {
        return new Events(asked.model()).of(answer);
    }

    /** The events of one answer; each has a number. */
    private static final class Events {

        private final List<Frame> frames = new ArrayList<>();
        private final ObjectNode response;
        private int number;

        Events(String model) {
            response = Dialect.object().put("id", "resp_1").put("object", "response");
            response.put("status", "in_progress").put("model", model).putArray("output");
        }

        List<Frame> of(Answer answer) {
            boolean isRefusal = answer.stop() == ModelReply.Stop.REFUSAL;
            String part = isRefusal ? "refusal" : "output_text";
            add(Dialect.object("response.created").set("response", response.deepCopy()), false);
            add(Dialect.object("response.in_progress").set("response", response.deepCopy()), false);
            item("response.output_item.added", 0, "reasoning");
            item("response.output_item.done", 0, "reasoning");
            item("response.output_item.added", 1, "message");
            place("response.content_part.added").putObject("part").put("type", part);
            flush();
            for (String piece : answer.pieces()) {
                place("response." + part + ".delta").put("delta", piece);
                flush(true);
            }
            String whole = String.join("", answer.pieces());
            place("response." + part + ".done").put(isRefusal ? "refusal" : "text", whole);
            flush();
            place("response.content_part.done").putObject("part").put("type", part);
            flush();
            item("response.output_item.done", 1, "message");
            end(answer, whole);
            return frames;
        }

        private void end(Answer answer, String whole) {
            ObjectNode end = response.deepCopy();
            end.putArray("output").addObject().put("type", "message").put("text", whole);
            String type = "response.incomplete";
            switch (answer.stop()) {
                case END, REFUSAL -> type = "response.completed";
                case LENGTH -> end.putObject("incomplete_details").put("reason", "max_output_tokens");
                case CONTENT_FILTER -> end.putObject("incomplete_details").put("reason", "content_filter");
            }
            end.put("status", type.substring("response.".length()));
            Count count = answer.count();
            if (count != null) {
                ObjectNode usage = end.putObject("usage").put("input_tokens", count.input());
                usage.putObject("input_tokens_details")
                        .put("cached_tokens", count.cached())
                        .put("cache_write_tokens", count.written());
                usage.put("output_tokens", count.text() + count.reasoning());
                usage.putObject("output_tokens_details").put("reasoning_tokens", count.reasoning());
                usage.put("total_tokens", count.input() + count.text() + count.reasoning());
            }
            add(Dialect.object(type).set("response", end), false);
        }

        private ObjectNode next = Dialect.object();

        private ObjectNode place(String type) {
            next = Dialect.object(type).put("item_id", "msg_1").put("output_index", 1);
            return next.put("content_index", 0);
        }

        private void flush() {
            flush(false);
        }

        private void flush(boolean isPiece) {
            add(next, isPiece);
        }

        private void item(String type, int index, String kind) {
            ObjectNode event = Dialect.object(type).put("output_index", index);
            event.putObject("item").put("type", kind).put("id", kind + "_1");
            add(event, false);
        }

        private void add(JsonNode event, boolean isPiece) {
            ((ObjectNode) event).put("sequence_number", number++);
            frames.add(Dialect.event(event.path("type").stringValue(), event, isPiece));
        }
    }

    @Override
    public Frame errorFrame() {
        ObjectNode error = Dialect.object("error").put("code", "server_error");
        error.put("message", "The server had an error processing your request.").put("sequence_number", 9);
        return Dialect.event("error", error.putNull("param"), false);
    }

    @Override
    public String error(int status, String message) {
        String type = switch (status) {
            case 429 -> "requests";
            case 500, 502, 503 -> "server_error";
            default -> "invalid_request_error";
        };
        ObjectNode body = Dialect.object();
        body.putObject("error")
                .put("message", message)
                .put("type", type)
                .putNull("param")
                .put("code", status == 429 ? "rate_limit_exceeded" : status == 401 ? "invalid_api_key" : null);
        return body.toString();
    }
}

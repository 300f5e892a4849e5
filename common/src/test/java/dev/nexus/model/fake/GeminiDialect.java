package dev.nexus.model.fake;

import dev.nexus.contract.ModelCall.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Gemini's streamGenerateContent. */
record GeminiDialect() implements Dialect {

    private static final Pattern TARGET = Pattern.compile("/v1beta/models/([\\w.-]+):streamGenerateContent\\?(.*)");

    @Override
    public boolean takes(HttpAsk ask) {
        return TARGET.matcher(ask.target()).matches();
    }

    @Override
    public Asked read(HttpAsk ask, String key) throws RefusedException {
        Matcher target = TARGET.matcher(ask.target());
        if (!target.matches() || !target.group(2).equals("alt=sse")) {
            throw refused(400, "only ?alt=sse is served here, and no key in the URL");
        }
        if (!ask.headers().containsKey("x-goog-api-key")) {
            throw refused(403, "Method doesn't allow unregistered callers");
        }
        if (!ask.header("x-goog-api-key").equals(key)) {
            throw refused(400, "API key not valid. Please pass a valid API key.");
        }
        ObjectNode body = json(ask);
        demandOnly(body, "", "contents", "systemInstruction", "generationConfig");
        JsonNode config = body.path("generationConfig");
        demandOnly(config, "generationConfig.", "maxOutputTokens", "responseMimeType", "responseJsonSchema");
        JsonNode schema = null;
        if (config.has("responseJsonSchema")) {
            if (!config.path("responseMimeType").stringValue("").equals("application/json")) {
                throw refused(400, "responseJsonSchema needs responseMimeType: application/json");
            }
            schema = config.path("responseJsonSchema");
            demandStrict(schema);
        }
        List<Message> conversation = new ArrayList<>();
        for (JsonNode content : body.path("contents")) {
            demandOnly(content, "contents.", "role", "parts");
            String role = text(content, "role");
            if (role.equals("assistant")) {
                throw refused(400, "Please use a valid role: user, model.");
            }
            conversation.add(new Message(role.equals("model") ? "assistant" : role, parts(content)));
        }
        demandTurns(conversation);
        String system = body.has("systemInstruction") ? parts(body.path("systemInstruction")) : "";
        return new Asked(
                target.group(1),
                Dialect.request(system, conversation, schema, positive(config, "maxOutputTokens")),
                true);
    }

    private String parts(JsonNode content) throws RefusedException {
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content.path("parts")) {
            demandOnly(part, "parts.", "text");
            text.append(text(part, "text"));
        }
        return text.toString();
    }

    @Override
    public List<Frame> frames(Asked asked, Answer answer) {
        List<Frame> frames = new ArrayList<>();
        ObjectNode thought = chunk(asked, answer);
        part(thought, "Let me think.").put("thought", true);
        frames.add(event(thought, false));
        for (String piece : answer.pieces()) {
            ObjectNode chunk = chunk(asked, answer);
            part(chunk, piece);
            frames.add(event(chunk, true));
        }
        ObjectNode last = chunk(asked, answer);
        ObjectNode candidate = (ObjectNode) last.path("candidates").path(0);
        candidate.put(
                "finishReason",
                switch (answer.stop()) {
                    case END -> "STOP";
                    case LENGTH -> "MAX_TOKENS";
                    case REFUSAL -> "PROHIBITED_CONTENT"; // it has no refusals of its own
                    case CONTENT_FILTER -> "SAFETY";
                });
        Count count = answer.count();
        if (count != null) {
            ((ObjectNode) last.path("usageMetadata"))
                    .put("candidatesTokenCount", count.text())
                    .put("totalTokenCount", count.input() + count.text() + count.reasoning());
        }
        frames.add(event(last, false));
        return frames;
    }

    private static ObjectNode chunk(Asked asked, Answer answer) {
        ObjectNode chunk = Dialect.object();
        ObjectNode candidate = chunk.putArray("candidates").addObject().put("index", 0);
        candidate.putObject("content").put("role", "model");
        Count count = answer.count();
        if (count != null) {
            chunk.putObject("usageMetadata")
                    .put("promptTokenCount", count.input())
                    .put("cachedContentTokenCount", count.cached())
                    .put("thoughtsTokenCount", count.reasoning());
        }
        return chunk.put("modelVersion", asked.model()).put("responseId", "r1");
    }

    private static ObjectNode part(ObjectNode chunk, String text) {
        ObjectNode content = (ObjectNode) chunk.path("candidates").path(0).path("content");
        return content.putArray("parts").addObject().put("text", text);
    }

    private static Frame event(ObjectNode chunk, boolean isPiece) {
        return new Frame("data: " + chunk + "\r\n\r\n", isPiece);
    }

    @Override
    public Frame errorFrame() {
        return new Frame("data: " + error(503, "The model is overloaded. Please try again later.") + "\r\n\r\n", false);
    }

    @Override
    public String error(int status, String message) {
        ObjectNode body = Dialect.object();
        body.putObject("error")
                .put("code", status)
                .put("message", message)
                .put(
                        "status",
                        switch (status) {
                            case 400 -> "INVALID_ARGUMENT";
                            case 401 -> "UNAUTHENTICATED";
                            case 403 -> "PERMISSION_DENIED";
                            case 404 -> "NOT_FOUND";
                            case 429 -> "RESOURCE_EXHAUSTED";
                            case 503 -> "UNAVAILABLE";
                            default -> "INTERNAL";
                        });
        return body.toString();
    }
}

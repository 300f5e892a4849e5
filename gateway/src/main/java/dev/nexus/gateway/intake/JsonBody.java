package dev.nexus.gateway.intake;

import dev.nexus.contract.Json;
import dev.nexus.contract.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;

/** Reads what someone outside calls a JSON object; every text in it is one that can be written again. */
public final class JsonBody {

    private static final StreamReadConstraints LIMITS =
            Json.MAPPER.tokenStreamFactory().streamReadConstraints();

    private JsonBody() {}

    /**
     * @param example of what to send instead
     * @throws InvalidRequest unless the bytes are one JSON object in UTF-8, within the limits, each key once
     */
    public static JsonNode parse(byte[] json, String example) throws InvalidRequest {
        if (json.length > Limits.REQUEST_BYTES) {
            throw InvalidRequest.tooLarge();
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
        } catch (CharacterCodingException e) {
            throw InvalidRequest.of("", "is not valid UTF-8; encode the JSON in UTF-8");
        }
        try {
            return object(Json.MAPPER.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text), example);
        } catch (StreamConstraintsException e) {
            throw InvalidRequest.of(
                    "",
                    "is nested more than " + LIMITS.getMaxNestingDepth() + " levels deep, or has a number of more than "
                            + LIMITS.getMaxNumberLength() + " digits or a name of more than "
                            + LIMITS.getMaxNameLength() + " characters; send it in a plainer form");
        } catch (JacksonException e) {
            var at = e.getLocation();
            String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            throw InvalidRequest.of(
                    "",
                    "is not one valid JSON document" + where + "; send an object such as " + example
                            + ", each key once");
        }
    }

    /** @throws InvalidRequest unless it is an object */
    static JsonNode object(@Nullable JsonNode json, String example) throws InvalidRequest {
        if (json == null || !json.isObject()) {
            throw InvalidRequest.of("", "must be a JSON object, such as " + example);
        }
        List<FieldError> errors = new ArrayList<>();
        checkTexts("", json, errors);
        if (!errors.isEmpty()) {
            throw InvalidRequest.of(errors);
        }
        return json;
    }

    /** What can't be written as UTF-8 would come up again in every event and message that repeats it. */
    private static void checkTexts(String pointer, JsonNode node, List<FieldError> errors) {
        if (node.isString()) {
            checkText(pointer, node.stringValue(), errors);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                checkTexts(pointer + "/" + i, node.get(i), errors);
            }
        } else {
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                String at = pointer + "/" + pointerTo(entry.getKey());
                checkText(at, entry.getKey(), errors);
                checkTexts(at, entry.getValue(), errors);
            }
        }
    }

    private static void checkText(String pointer, String text, List<FieldError> errors) {
        if (text.indexOf('\0') >= 0) {
            errors.add(new FieldError(pointer, "holds a NUL character; remove it"));
        }
        if (!isWhole(text)) {
            errors.add(new FieldError(pointer, "holds half of a surrogate pair; send whole Unicode characters"));
        }
    }

    private static boolean isWhole(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** A name as it stands in a pointer (RFC 6901), abridged. */
    public static String pointerTo(String name) {
        String shown = name.length() <= 64 ? name : name.substring(0, 64) + "…";
        byte[] whole = shown.getBytes(StandardCharsets.UTF_8); // half a surrogate pair becomes a question mark
        return new String(whole, StandardCharsets.UTF_8)
                .replace('\0', '?')
                .replace("~", "~0")
                .replace("/", "~1");
    }
}

package dev.nexus.model;

import dev.nexus.contract.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reduces a JSON Schema to what every provider takes: an object at the root, every field required, no others, references
 * written out, and none of the keywords that only narrow a value down. Answers are checked against the whole schema later.
 */
final class PortableSchema {

    private static final Set<String> KEPT = Set.of("type", "description", "enum");
    private static final String DEFINITIONS = "#/$defs/";

    private final JsonNode definitions;
    private final Deque<String> open = new ArrayDeque<>();

    private PortableSchema(JsonNode definitions) {
        this.definitions = definitions;
    }

    /** @throws IllegalArgumentException if it cannot be written like that, naming the place */
    static ObjectNode of(String schema) {
        JsonNode root = Json.MAPPER.readTree(schema);
        if (!root.path("type").stringValue("").equals("object")) {
            throw new IllegalArgumentException("the root of a schema for models must be of type object");
        }
        return new PortableSchema(root.path("$defs")).reduced(root, "#");
    }

    private ObjectNode reduced(JsonNode schema, String place) {
        if (schema.has("$ref")) {
            return resolved(schema, place);
        }
        ObjectNode reduced = Json.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            if (KEPT.contains(keyword.getKey())) {
                reduced.set(keyword.getKey(), keyword.getValue().deepCopy());
            }
        }
        if (schema.has("const")) {
            reduced.putArray("enum").add(schema.get("const").deepCopy());
        }
        if (schema.has("anyOf")) {
            ArrayNode choices = reduced.putArray("anyOf");
            for (JsonNode choice : schema.get("anyOf")) {
                choices.add(reduced(choice, place + "/anyOf"));
            }
        } else if (!schema.has("type")) {
            throw new IllegalArgumentException(place + ": name a type; not every provider takes a schema without one");
        }
        switch (schema.path("type").stringValue("")) {
            case "object" -> putFields(schema, reduced, place);
            case "array" -> {
                if (!schema.path("items").isObject()) {
                    throw new IllegalArgumentException(place + ": say what items the array has");
                }
                reduced.set("items", reduced(schema.get("items"), place + "/items"));
            }
            default -> {}
        }
        return reduced;
    }

    private void putFields(JsonNode schema, ObjectNode reduced, String place) {
        ObjectNode fields = reduced.putObject("properties");
        ArrayNode names = reduced.putArray("required");
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.stringValue("")));
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            String at = place + "/properties/" + field.getKey();
            if (!required.contains(field.getKey())) {
                throw new IllegalArgumentException(at + ": not every provider knows optional fields; require it");
            }
            fields.set(field.getKey(), reduced(field.getValue(), at));
            names.add(field.getKey());
        }
        reduced.put("additionalProperties", false);
    }

    private ObjectNode resolved(JsonNode schema, String place) {
        String ref = schema.get("$ref").stringValue("");
        JsonNode target = ref.startsWith(DEFINITIONS)
                ? definitions.path(ref.substring(DEFINITIONS.length()))
                : Json.MAPPER.missingNode();
        if (!target.isObject()) {
            throw new IllegalArgumentException(place + ": " + ref + " leads nowhere; refer to " + DEFINITIONS + "…");
        }
        if (open.contains(ref)) {
            throw new IllegalArgumentException(
                    place + ": " + ref + " refers to itself; not every provider knows recursion");
        }
        open.push(ref);
        ObjectNode resolved = reduced(target, place);
        open.pop();
        if (schema.has("description")) {
            resolved.set("description", schema.get("description").deepCopy());
        }
        return resolved;
    }
}

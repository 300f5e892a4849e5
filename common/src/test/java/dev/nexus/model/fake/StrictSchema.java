package dev.nexus.model.fake;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The subset of JSON Schema that the strictest of the providers takes. */
final class StrictSchema {

    private static final Set<String> KNOWN =
            Set.of("type", "description", "enum", "anyOf", "properties", "required", "additionalProperties", "items");

    private StrictSchema() {}

    /** Null if there is none. */
    static @Nullable String problemWith(JsonNode schema) {
        return schema.path("type").stringValue("").equals("object")
                ? problemWith(schema, "()")
                : "the root must be of type 'object'";
    }

    private static @Nullable String problemWith(JsonNode schema, String place) {
        for (String keyword : schema.propertyNames()) {
            if (!KNOWN.contains(keyword)) {
                return "in " + place + ", '" + keyword + "' is not permitted";
            }
        }
        if (!schema.has("type") && !schema.has("anyOf")) {
            return "in " + place + ", a schema must have a 'type' key";
        }
        if (schema.path("type").stringValue("").equals("object")) {
            Set<String> required = new HashSet<>();
            schema.path("required").forEach(name -> required.add(name.stringValue()));
            if (schema.path("additionalProperties").booleanValue(true)) {
                return "in " + place + ", 'additionalProperties' is required to be supplied and to be false";
            }
            if (!required.equals(Set.copyOf(schema.path("properties").propertyNames()))) {
                return "in " + place + ", 'required' is required to be an array including every key in properties";
            }
        }
        for (var field : schema.path("properties").properties()) {
            String problem = problemWith(field.getValue(), place + "." + field.getKey());
            if (problem != null) {
                return problem;
            }
        }
        for (JsonNode choice : schema.path("anyOf")) {
            String problem = problemWith(choice, place + ".anyOf");
            if (problem != null) {
                return problem;
            }
        }
        if (schema.path("type").stringValue("").equals("array")) {
            return problemWith(schema.path("items"), place + ".items");
        }
        return null;
    }
}

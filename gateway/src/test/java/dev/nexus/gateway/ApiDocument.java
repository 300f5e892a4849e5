package dev.nexus.gateway;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.nexus.contract.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI document as a gateway serves it, for tests of each of its routes. */
final class ApiDocument {

    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

    private final JsonNode document;

    ApiDocument(JsonNode document) {
        this.document = document;
    }

    /** One route: a method at a path, as the document writes it. */
    record Operation(String method, String path, JsonNode node, List<JsonNode> parameters) {

        /** The path with a value at each of its variables. */
        String at(String id) {
            return path.replace("{id}", id).replace("{path}", "a.py").replaceAll("\\{[a-zA-Z]+\\}", id);
        }

        boolean takesJson() {
            return node.at("/requestBody/content/application~1json").isObject();
        }

        /** Whether the path names something that must exist. */
        boolean isOfOne() {
            return path.contains("{");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        for (var path : document.get("paths").properties()) {
            for (String method : METHODS) {
                JsonNode node = path.getValue().get(method);
                if (node != null) {
                    List<JsonNode> parameters = new ArrayList<>();
                    path.getValue().path("parameters").forEach(each -> parameters.add(resolved(each)));
                    node.path("parameters").forEach(each -> parameters.add(resolved(each)));
                    all.add(new Operation(method.toUpperCase(Locale.ROOT), path.getKey(), node, parameters));
                }
            }
        }
        return all;
    }

    /** The methods that the document has at a path. */
    Set<String> methodsAt(String path) {
        Set<String> methods = new TreeSet<>();
        operations().stream().filter(each -> each.path().equals(path)).forEach(each -> methods.add(each.method()));
        return methods;
    }

    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").stringValue().substring(1)) : node;
    }

    /** The answer that the document has for this status; null if it has none but the default. */
    @Nullable
    JsonNode answer(Operation operation, int status) {
        JsonNode answer = operation.node().get("responses").get(String.valueOf(status));
        return answer == null ? null : resolved(answer);
    }

    /** What is wrong with a body by its schema; empty if nothing is. */
    List<String> problemsWith(JsonNode schema, String body) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.set("components", document.get("components"));
        root.set("allOf", Json.MAPPER.createArrayNode().add(schema));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root.toString(), InputFormat.JSON)
                .validate(body, InputFormat.JSON)
                .stream()
                .map(Object::toString)
                .toList();
    }
}

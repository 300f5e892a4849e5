package dev.nexus.gateway.http;

import dev.nexus.contract.Json;
import dev.nexus.contract.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The routes, as an OpenAPI 3.1 document for people and programs that are not ours. */
final class OpenApi {

    /** Schema files that are referred to, and still to be put in. */
    private final Deque<String> wanted = new ArrayDeque<>();

    private final Set<String> known = new HashSet<>();

    private OpenApi() {}

    /** The document in one piece: the JSON Schemas of the topics are among its components, every reference stays inside. */
    static JsonNode document() {
        ObjectNode document = (ObjectNode) new YAMLMapper().readTree(resource(OpenApi.class, "/openapi.yaml"));
        new OpenApi().bundle(document);
        return document;
    }

    /** A page that shows the document, and needs nothing but itself. */
    static byte[] page() {
        return resource(OpenApi.class, "/docs.html");
    }

    static byte[] script() {
        return resource(OpenApi.class, "/docs.js");
    }

    static byte[] style() {
        return resource(OpenApi.class, "/docs.css");
    }

    private void bundle(ObjectNode document) {
        turnReferences(document, "");
        ObjectNode schemas = document.withObject("/components/schemas");
        for (String file = wanted.poll(); file != null; file = wanted.poll()) {
            ObjectNode schema = (ObjectNode) Json.tree(resource(Topics.class, "/contract/schema/" + file));
            schema.remove("$schema"); // OpenAPI 3.1 is of that dialect
            turnReferences(schema, file);
            schemas.set(component(file), schema);
        }
    }

    /** @param file the schema that {@code node} is of; empty for the document itself */
    private void turnReferences(JsonNode node, String file) {
        for (JsonNode child : node) {
            turnReferences(child, file);
        }
        if (node instanceof ObjectNode object && object.get("$ref") instanceof StringNode reference) {
            object.put("$ref", turned(reference.stringValue(), file));
        }
    }

    private String turned(String reference, String file) {
        int hash = reference.indexOf('#');
        String path = hash < 0 ? reference : reference.substring(0, hash);
        String fragment = hash < 0 ? "" : reference.substring(hash + 1);
        String target = path.isEmpty() ? file : path.substring(path.lastIndexOf('/') + 1);
        if (target.isEmpty()) {
            return reference; // inside the document already
        }
        if (known.add(target)) {
            wanted.add(target);
        }
        return "#/components/schemas/" + component(target) + fragment;
    }

    private static String component(String file) {
        return file.replaceFirst("\\.json$", "");
    }

    private static byte[] resource(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

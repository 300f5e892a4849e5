package dev.nexus.contract;

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

/** The topics, as an AsyncAPI 3 document for people and programs that are not ours. */
public final class AsyncApi {

    private static final String FILE = "asyncapi.yaml";
    private static final String SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12";

    /** Schema files that are referred to, and still to be put in. */
    private final Deque<String> wanted = new ArrayDeque<>();

    private final Set<String> known = new HashSet<>();

    private AsyncApi() {}

    /**
     * The document in one piece: the JSON Schemas are among its components, every reference stays inside, and channels
     * have the addresses that they have in this cluster.
     */
    public static JsonNode document(Topics topics) {
        ObjectNode document = (ObjectNode) new YAMLMapper().readTree(resource(FILE));
        for (JsonNode channel : document.withObject("/channels")) {
            ((ObjectNode) channel)
                    .put("address", topics.prefix() + channel.path("address").stringValue());
        }
        new AsyncApi().bundle(document);
        return document;
    }

    private void bundle(ObjectNode document) {
        turnReferences(document, "");
        ObjectNode schemas = document.withObject("/components/schemas");
        for (String file = wanted.poll(); file != null; file = wanted.poll()) {
            ObjectNode schema = (ObjectNode) Json.tree(resource("schema/" + file));
            schema.remove("$schema"); // told by the format; a part of a document has none
            turnReferences(schema, file);
            ObjectNode component = schemas.putObject(component(file));
            component.put("schemaFormat", SCHEMA_FORMAT);
            component.set("schema", schema);
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
        return "#/components/schemas/" + component(target) + "/schema" + fragment;
    }

    private static String component(String file) {
        return file.replaceFirst("\\.json$", "");
    }

    private static byte[] resource(String name) {
        try (InputStream in = AsyncApi.class.getResourceAsStream("/contract/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

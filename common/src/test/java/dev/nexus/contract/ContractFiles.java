package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The schemas and examples that outsiders get, and the records that they speak of. */
final class ContractFiles {

    /** Kinds of values on a topic, and so the schemas; {@link ExamplesTest} knows if one is missing. */
    static final List<Family> FAMILIES = List.of(
            new Family("job-request", JobRequest.class),
            new Family("order", Order.class),
            new Family("job-event", JobEvent.class),
            new Family("control-command", ControlCommand.class),
            new Family("heartbeat", Heartbeat.class),
            new Family("model-call", LedgerEntry.class),
            new Family("api-key", ApiKey.class),
            new Family("audit-event", AuditEvent.class),
            new Family("webhook", WebhookRecord.class));

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDialect(Dialect.builder(Dialects.getDraft202012())
            .keyword(new NonValidationKeyword("x-maxBytes"))
            .build());

    private ContractFiles() {}

    /** @param name of the schema's file and of the examples' folder */
    record Family(String name, Class<?> type) {

        /** Every record that can stand on the wire. */
        Stream<RecordType> records() {
            return leaves(type)
                    .filter(record -> record != JobEvent.Unrecognised.class)
                    .map(record -> new RecordType(this, record));
        }

        List<Example> examples() {
            return files("examples/" + name).stream()
                    .map(file -> new Example(this, file.replaceFirst("\\.json$", "")))
                    .toList();
        }

        /** What the schema finds wrong. */
        List<Error> problemsWith(JsonNode json) {
            return ContractFiles.problemsWith(name + ".json", json);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A record, and its name on the wire. */
    record RecordType(Family family, Class<?> type) {

        String wire() {
            return type.getAnnotation(JsonTypeName.class).value();
        }

        @Override
        public String toString() {
            return family + "/" + wire();
        }
    }

    /** @param name the wire name of its record, with {@code -variant} behind it if it is not the only one */
    record Example(Family family, String name) {

        String type() {
            return name.replaceFirst("-.*", "");
        }

        byte[] bytes() {
            return ContractFiles.bytes("examples/" + family + "/" + name + ".json");
        }

        JsonNode tree() {
            return Json.tree(bytes());
        }

        @Override
        public String toString() {
            return family + "/" + name;
        }
    }

    static Stream<RecordType> records() {
        return FAMILIES.stream().flatMap(Family::records);
    }

    static Stream<Example> examples() {
        return FAMILIES.stream().flatMap(family -> family.examples().stream());
    }

    /** The concrete types that a sealed one permits, at any depth. */
    static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(ContractFiles::leaves)
                : Stream.of(type);
    }

    /** @param schema a file's name, with a fragment behind it for a part of that file */
    static List<Error> problemsWith(String schema, JsonNode json) {
        return SCHEMAS.getSchema(SchemaLocation.of("classpath:contract/schema/" + schema))
                .validate(json);
    }

    static List<String> schemas() {
        return files("schema");
    }

    static JsonNode schema(String file) {
        return Json.tree(bytes("schema/" + file));
    }

    private static byte[] bytes(String file) {
        try (InputStream in = ContractFiles.class.getResourceAsStream("/contract/" + file)) {
            return Objects.requireNonNull(in, file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The resources are still files here, so the folder that one of them is in can be listed. */
    private static List<String> files(String folder) {
        var url = Objects.requireNonNull(ContractFiles.class.getResource("/contract/" + folder), folder);
        try (Stream<Path> files = Files.list(Path.of(URI.create(url.toString())))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

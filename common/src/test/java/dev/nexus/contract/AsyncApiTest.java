package dev.nexus.contract;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import dev.nexus.contract.ContractFiles.Example;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The AsyncAPI document says what the code does: the same topics, settings, messages and headers. */
class AsyncApiTest {

    private static final JsonNode DOCUMENT = AsyncApi.document(new Topics(""));
    private static final String PLACE = "https://nexus.invalid/asyncapi.json";
    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");

    /** What is on the topics and has no record in the code, or no JSON. */
    private static final Set<String> WITHOUT_RECORD = Set.of("event.unknown", "artefact", "dead-letter");

    @Test
    void everyTopicIsAChannelWithItsSettingsAndThereIsNoOther() {
        Map<String, Map<String, String>> expected = new HashMap<>();
        for (Topic topic : Topic.values()) {
            expected.put(topic.baseName(), settings(topic.partitions(), topic.config()));
            if (topic.hasDeadLetters()) {
                expected.put(topic.baseName() + "-dlt", settings(topic.partitions(), Topic.deadLetterConfig()));
            }
        }

        Map<String, Map<String, String>> told = new HashMap<>();
        for (JsonNode channel : DOCUMENT.get("channels")) {
            JsonNode kafka = channel.at("/bindings/kafka");
            Map<String, String> settings = new HashMap<>();
            settings.put("partitions", kafka.get("partitions").asString());
            kafka.get("topicConfiguration").properties().forEach(entry -> {
                JsonNode value = entry.getValue();
                settings.put(entry.getKey(), value.isArray() ? value.get(0).asString() : value.asString());
            });
            told.put(channel.get("address").stringValue(), settings);
        }

        assertThat(told).containsExactlyInAnyOrderEntriesOf(expected);
    }

    /** Segments of a day and the broker's time are the same everywhere, and so said once. */
    private static Map<String, String> settings(int partitions, Map<String, String> config) {
        Map<String, String> settings = new HashMap<>(config);
        settings.remove("message.timestamp.type");
        settings.remove("segment.ms", "86400000");
        settings.put("partitions", Integer.toString(partitions));
        return settings;
    }

    @Test
    void channelsHaveTheNamesOfThisCluster() {
        JsonNode prefixed = AsyncApi.document(new Topics("team-a."));

        assertThat(prefixed.at("/channels/job-events/address").stringValue()).isEqualTo("team-a.job-events");
        assertThat(prefixed.at("/channels/job-control-dlt/address").stringValue())
                .isEqualTo(new Topics("team-a.").deadLetters(Topic.JOB_CONTROL));
    }

    @Test
    void everyRecordIsAMessageAndThereIsNoOther() {
        Set<String> messages = DOCUMENT.at("/components/messages")
                .propertyStream()
                .map(Map.Entry::getKey)
                .collect(toSet());
        messages.removeAll(WITHOUT_RECORD);

        assertThat(messages)
                .containsExactlyInAnyOrderElementsOf(ContractFiles.records()
                        .map(record -> message(record.family().name(), record.wire()))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleFitsItsMessageAndNoOtherOnItsTopics(Example example) {
        String name = message(example.family().name(), example.type());

        Stream<JsonNode> channels = DOCUMENT.get("channels")
                .valueStream()
                .filter(channel -> messages(channel).contains(name));

        assertThat(channels)
                .isNotEmpty()
                .allSatisfy(channel -> assertThat(messages(channel))
                        .filteredOn(message -> problems(message, example.tree()).isEmpty())
                        .containsExactly(name));
    }

    @Test
    void everyMessageIsOnAChannel() {
        Set<String> onChannels = DOCUMENT.get("channels")
                .valueStream()
                .flatMap(channel -> messages(channel).stream())
                .collect(toSet());

        assertThat(onChannels)
                .isEqualTo(DOCUMENT.at("/components/messages")
                        .propertyStream()
                        .map(Map.Entry::getKey)
                        .collect(toSet()));
    }

    @Test
    void theServicesThatWriteAndReadAreThoseOfTheCode() {
        Map<String, Set<String>> expected = new HashMap<>();
        for (Topic topic : Topic.values()) {
            expected.put("send " + topic.baseName(), names(topic.writers()::contains));
            expected.put("receive " + topic.baseName(), names(topic.readers()::contains));
            expected.put("send " + topic.baseName() + "-dlt", names(topic::putsDeadLettersAside));
        }
        expected.values().removeIf(Set::isEmpty);

        Map<String, Set<String>> told = new HashMap<>();
        for (JsonNode operation : DOCUMENT.get("operations")) {
            String channel = operation.at("/channel/$ref").stringValue().replace("#/channels/", "");
            told.computeIfAbsent(operation.get("action").stringValue() + " " + channel, _ -> new HashSet<>())
                    .addAll(operation
                            .get("tags")
                            .valueStream()
                            .map(tag -> tag.get("name").stringValue())
                            .toList());
        }

        assertThat(told).containsExactlyInAnyOrderEntriesOf(expected);
    }

    private static Set<String> names(Predicate<Service> does) {
        return Stream.of(Service.values()).filter(does).map(Service::wire).collect(toSet());
    }

    @Test
    void theDocumentStandsAlone() {
        List<String> references = new ArrayList<>();
        collectReferences(DOCUMENT, references);

        assertThat(references)
                .hasSizeGreaterThan(200)
                .allSatisfy(reference -> assertThat(reference).startsWith("#/"))
                .allSatisfy(reference -> assertThat(
                                DOCUMENT.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void everySchemaFileIsInside() {
        assertThat(DOCUMENT.at("/components/schemas").propertyStream().map(Map.Entry::getKey))
                .containsAll(ContractFiles.schemas().stream()
                        .map(file -> file.replace(".json", ""))
                        .toList());
    }

    @Test
    void anEventHasTheHeadersThatAreTold() {
        var record = Envelope.json("job-events", JOB, "job.accepted", JOB + "/accepted", "gateway", new byte[0]);

        assertThat(problemsAt("/components/schemas/eventHeaders", headers(record)))
                .isEmpty();
        assertThat(headers(record).propertyStream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrderElementsOf(told("eventHeaders"));
    }

    @Test
    void aHeartbeatHasTheHeadersThatAreTold() {
        var record = Envelope.heartbeat("worker-heartbeats", new Heartbeat("w", Service.PLANNER, "1", 1, List.of()), 7);

        assertThat(problemsAt("/components/schemas/heartbeatHeaders", headers(record)))
                .isEmpty();
        assertThat(headers(record).propertyStream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrderElementsOf(told("heartbeatHeaders"));
    }

    @Test
    void aRecordAboutNoJobHasTheHeadersThatAreTold() {
        var record = Envelope.keyed("audit-events", "acme", "key.used", "gateway", new byte[0]);

        assertThat(problemsAt("/components/schemas/keyedHeaders", headers(record)))
                .isEmpty();
        assertThat(headers(record).propertyStream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrderElementsOf(told("keyedHeaders"));
    }

    @Test
    void aRequestHasTheHeadersThatAreRead() {
        assertThat(told("requestHeaders")).contains(Envelope.TENANT, Envelope.IDEMPOTENCY_KEY, Envelope.ORIGIN);
    }

    static Stream<Example> examples() {
        return ContractFiles.examples();
    }

    private static Set<String> messages(JsonNode channel) {
        return channel.get("messages").propertyStream().map(Map.Entry::getKey).collect(toSet());
    }

    private static String message(String family, String type) {
        return switch (family) {
            case "job-request" -> "request." + type;
            case "order" -> "order." + type;
            case "control-command" -> "command." + type;
            default -> type;
        };
    }

    private static Set<String> told(String headers) {
        return DOCUMENT.at("/components/schemas/" + headers + "/properties")
                .propertyStream()
                .map(Map.Entry::getKey)
                .collect(toSet());
    }

    private static JsonNode headers(ProducerRecord<?, ?> record) {
        return Json.MAPPER.valueToTree(StreamSupport.stream(record.headers().spliterator(), false)
                .collect(toMap(header -> header.key(), header -> new String(header.value(), StandardCharsets.UTF_8))));
    }

    private static List<Error> problems(String message, JsonNode value) {
        return problemsAt("/components/messages/" + message + "/payload/schema", value);
    }

    private static List<Error> problemsAt(String pointer, JsonNode value) {
        Schema schema = SchemaHolder.REGISTRY.getSchema(SchemaLocation.of(PLACE + "#" + pointer));
        return schema.validate(value);
    }

    private static void collectReferences(JsonNode node, List<String> references) {
        if (node.path("$ref").isString()) {
            references.add(node.get("$ref").stringValue());
        }
        node.forEach(child -> collectReferences(child, references));
    }

    /** The document as one resource, in which references are followed. */
    private static final class SchemaHolder {

        private static final SchemaRegistry REGISTRY = SchemaRegistry.withDialect(
                Dialect.builder(Dialects.getDraft202012())
                        .keyword(new NonValidationKeyword("x-maxBytes"))
                        .build(),
                registry -> registry.schemas(Map.of(PLACE, DOCUMENT.toString())));
    }
}

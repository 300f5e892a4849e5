package dev.nexus.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Usage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import tools.jackson.databind.JsonNode;

/**
 * Everything that an outside producer can get wrong on {@code job-requests} and {@code job-control}, and its answer; the
 * table in docs/kafka.md is this one. All mistakes go to the same partition, so one that stopped it would stop the rest.
 */
class KafkaDoorTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PARTITION = 3;
    private static final String ID = "0198c5a2-7c00-7000-8000-00000000000";
    private static final String PIPELINE = "{'type': 'pipeline', 'spec': 'a stack'}";
    private static final String NO_OBJECT =
            "the request must be a JSON object, such as {\"type\": \"pipeline\", \"spec\": \"…\"}";
    private static final String TOO_DEEP =
            "the request is nested more than 500 levels deep, or has a number of more than"
                    + " 1000 digits or a name of more than 50000 characters; send it in a plainer form";
    private static final String TOO_LARGE = "the request is larger than 1048576 bytes; shorten it";
    private static final String NOT_JSON = "the body must be JSON; send it with Content-Type: application/json";
    private static final String ID_AND_KEY =
            "the record's key and the header idempotency-key name two different jobs; send one of them";

    private static final String HASH = "0".repeat(64);

    private static final Topics TOPICS = new Topics("");
    private static EmbeddedKafkaBroker broker;
    private static ConfigurableApplicationContext gateway;
    private static KafkaProducer<byte[], byte[]> producer;
    private static KafkaConsumer<byte[], byte[]> consumer;
    private static KafkaClients clients;
    private static EventLog worker;
    private static HttpClient http;
    /** All that was on {@code job-events} and the dead letters so far. */
    private static final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();

    @BeforeAll
    static void start() {
        broker = new EmbeddedKafkaKraftBroker(1, 1);
        broker.brokerProperties(Map.of(
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "offsets.topic.replication.factor", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0",
                "auto.create.topics.enable", "false"));
        broker.afterPropertiesSet();
        gateway = new SpringApplicationBuilder(GatewayApplication.class)
                .properties("spring.config.name=" + GatewayApplication.CONFIG_NAME)
                .run("--server.port=0", "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString());
        producer = producer(Map.of());
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.getBrokersAsString(), "fetch.max.wait.ms", 50),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = Stream.of(
                        "job-events", "job-requests-dlt", "job-control-dlt", "plan-requests-dlt", "plan-requests")
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        KafkaProperties settings = new KafkaProperties();
        settings.setBootstrapServers(List.of(broker.getBrokersAsString()));
        clients = new KafkaClients(settings, "test");
        worker = new EventLog(clients.producer("test"), TOPICS, "test");
        http = HttpClient.newHttpClient();
        await().atMost(LIMIT).until(() -> get("/health").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        http.close();
        consumer.close();
        producer.close();
        gateway.close();
        broker.destroy();
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> config = new java.util.HashMap<>(Map.of(
                "bootstrap.servers", broker.getBrokersAsString(), "max.request.size", 20_000_000, "linger.ms", 0));
        config.putAll(more);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A record as someone outside may write it, and the answer: a code and a message, or none if it is taken. */
    @SuppressWarnings("ArrayRecordComponent") // bytes are what is sent; nobody compares these
    record Sent(
            String name,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<Header> headers,
            @Nullable String code,
            @Nullable String message) {

        Sent key(String key) {
            return new Sent(name, key.getBytes(ISO_8859_1), value, headers, code, message);
        }

        Sent header(String header, byte @Nullable [] content) {
            List<Header> more = new ArrayList<>(headers);
            more.add(new RecordHeader(header, content));
            return new Sent(name, key, value, more, code, message);
        }

        Sent header(String header, String content) {
            return header(header, content.getBytes(ISO_8859_1));
        }

        Sent structured() {
            return header("content-type", "application/cloudevents+json; charset=UTF-8");
        }

        Sent taken() {
            return new Sent(name, key, value, headers, null, null);
        }

        Sent refused(String why) {
            return refused("invalid_request", why);
        }

        Sent refused(String as, String why) {
            return new Sent(name, key, value, headers, as, why);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Sent a(String name, byte @Nullable [] value) {
        return new Sent(name, null, value, List.of(), null, null);
    }

    private static Sent a(String name, String json) {
        return a(name, json.replace('\'', '"').getBytes(UTF_8));
    }

    private static Sent an(String name, UnaryOperator<Sent> change) {
        return change.apply(a(name, PIPELINE));
    }

    private static String event(String rest) {
        return "{'specversion': '1.0', 'id': '1', 'source': '/shop', 'type': 'order'" + rest + "}";
    }

    private static String base64(String json) {
        return Base64.getEncoder().encodeToString(json.replace('\'', '"').getBytes(UTF_8));
    }

    /** Mistakes in the value, which HTTP answers in the same words. */
    static Stream<Sent> wrongBodies() {
        return Stream.of(
                a("an empty value", "").refused(NO_OBJECT),
                a("a list", "[]").refused(NO_OBJECT),
                a("half an object", "{")
                        .refused("the request is not one valid JSON document (line 1, column 2); send an object such as"
                                + " {\"type\": \"pipeline\", \"spec\": \"…\"}, each key once"),
                a("two objects", PIPELINE + " {}")
                        .refused("the request is not one valid JSON document (line 1, column 41); send an object such"
                                + " as {\"type\": \"pipeline\", \"spec\": \"…\"}, each key once"),
                a("a key given twice", "{'spec': 'a', 'spec': 'b'}")
                        .refused("the request is not one valid JSON document (line 1, column 21); send an object such"
                                + " as {\"type\": \"pipeline\", \"spec\": \"…\"}, each key once"),
                a("100,000 levels", "{'spec': " + "[".repeat(100_000) + "]".repeat(100_000) + "}")
                        .refused(TOO_DEEP),
                a("a number of 5,000 digits", "{'spec': " + "9".repeat(5_000) + "}")
                        .refused(TOO_DEEP),
                a(
                                "another encoding",
                                "{'type': 'pipeline', 'spec': 'naïf'}"
                                        .replace('\'', '"')
                                        .getBytes(ISO_8859_1))
                        .refused("the request is not valid UTF-8; encode the JSON in UTF-8"),
                a("UTF-16", PIPELINE.replace('\'', '"').getBytes(UTF_16LE))
                        .refused("the request is not one valid JSON document (line 1, column 2); send an object such as"
                                + " {\"type\": \"pipeline\", \"spec\": \"…\"}, each key once"),
                a("an unknown type", "{'type': 'dance', 'spec': 'x'}")
                        .refused("/type must be one of pipeline, plan, build, test, replay, retry"),
                a("no specification", "{'type': 'pipeline'}")
                        .refused("/spec is missing; describe the software in plain language"),
                a("an empty specification", "{'type': 'plan', 'spec': ' '}")
                        .refused("/spec is empty; describe the software in plain language"),
                a("a specification over 64 kB", "{'type': 'plan', 'spec': '" + "x".repeat(65_537) + "'}")
                        .refused("/spec has 65537 bytes in UTF-8, the limit is 65536; shorten it"),
                a("an option out of range", "{'type': 'pipeline', 'spec': 'x', 'options': {'maxRepairs': 6}}")
                        .refused("/options/maxRepairs must be a whole number from 0 to 5"),
                a("more than 1 MB", "{'type': 'pipeline', 'spec': '" + "x".repeat(1024 * 1024) + "'}")
                        .refused("too_large", TOO_LARGE),
                a("a NUL in the text", "{'type': 'pipeline', 'spec': 'a\\u0000b'}")
                        .refused("/spec holds a NUL character; remove it"),
                a("half a surrogate pair", "{'type': 'pipeline', 'spec': '\\ud83d'}")
                        .refused("/spec holds half of a surrogate pair; send whole Unicode characters"),
                a("half a pair in a name", "{'type': 'pipeline', 'spec': 'x', 'metadata': {'a\\udc00': 'x'}}")
                        .refused("/metadata/a? holds half of a surrogate pair; send whole Unicode characters"),
                a(
                                "half a pair in a plan",
                                "{'type': 'build', 'plan': {'summary': '\\ud800', 'language': 'python', 'steps':"
                                        + " [{'id': 'a', 'title': 't', 'files': ['a.py']}]}}")
                        .refused("/plan/summary holds half of a surrogate pair; send whole Unicode characters"),
                a("an earlier job that is none", "{'type': 'build', 'job': '" + ID + "9'}")
                        .refused("/job names no job that exists here; check the id, or send this again when that job is"
                                + " accepted"));
    }

    /** What is wrong as a record, or as a record alone. */
    static Stream<Sent> wrongRecords() {
        return Stream.of(
                a("no value", (byte[]) null).refused("the request has no value; send a JSON object with a type"),
                a("no type", "{'spec': 'x'}")
                        .refused("/type must be one of pipeline, plan, build, test, replay, retry"),
                a("an unknown field", "{'type': 'plan', 'spec': 'x', 'sepc': 'y'}")
                        .refused("/sepc is not known here; use metadata, options, spec, type"),
                a("nearly the topic's 4 MiB", " ".repeat(4 * 1024 * 1024 - 1024))
                        .refused("too_large", TOO_LARGE),
                an("a key that is no UUID", it -> it.key("order-17"))
                        .refused("the record's key must be a UUID in lower case, the job's id; or send no key"),
                an("a UUID in capitals", it -> it.key(ID.toUpperCase(java.util.Locale.ROOT) + "1"))
                        .refused("the record's key must be a UUID in lower case, the job's id; or send no key"),
                an("a key that is not UTF-8", it -> it.key("caf\u00e9"))
                        .refused("the record's key must be a UUID in lower case, the job's id; or send no key"),
                an("a tenant out of form", it -> it.header("tenant", "a b"))
                        .refused("the header tenant must be 1 to 64 letters, digits, '_', '-' or '.'"),
                an("a tenant that is not UTF-8", it -> it.header("tenant", "caf\u00e9"))
                        .refused("the header tenant is not valid UTF-8; encode it in UTF-8"),
                an("two tenants", it -> it.header("tenant", "a").header("tenant", "b"))
                        .refused("the header tenant is given twice with different values; send it once"),
                an("an idempotency key out of form", it -> it.header("idempotency-key", "a\nb"))
                        .refused("the header idempotency-key must be 1 to 255 printable ASCII characters, such as a"
                                + " UUID"),
                an("an idempotency key of 256 characters", it -> it.header("idempotency-key", "k".repeat(256)))
                        .refused("the header idempotency-key must be 1 to 255 printable ASCII characters, such as a"
                                + " UUID"),
                an("an idempotency key that is not UTF-8", it -> it.header("Idempotency-Key", "caf\u00e9"))
                        .refused("the header idempotency-key is not valid UTF-8; encode it in UTF-8"),
                an("key and idempotency key", it -> it.key(ID + "2").header("idempotency-key", "17"))
                        .refused(ID_AND_KEY),
                a("Avro", new byte[] {0, 0, 0, 0, 1, 6})
                        .header("content-type", "application/avro")
                        .refused("unsupported_media_type", NOT_JSON),
                a("a batch of CloudEvents", "[]")
                        .header("content-type", "application/cloudevents-batch+json")
                        .refused(
                                "unsupported_media_type",
                                "batches of CloudEvents are not taken; send each event in a"
                                        + " record of its own, with content-type: application/cloudevents+json"),
                a("a CloudEvent of another version", "{'specversion': '0.3', 'data': {}}")
                        .structured()
                        .refused("/specversion must be \"1.0\", the version of CloudEvents that is taken"),
                a("a CloudEvent without id", "{'specversion': '1.0', 'source': 's', 'type': 't', 'data': {}}")
                        .structured()
                        .refused("/id is missing; a CloudEvent has an id, a source and a type"),
                a("a CloudEvent without data", event(""))
                        .structured()
                        .refused("the request must have either /data or /data_base64, and not both; put the request"
                                + " there"),
                a("a CloudEvent with data twice", event(", 'data': {}, 'data_base64': ''"))
                        .structured()
                        .refused("the request must have either /data or /data_base64, and not both; put the request"
                                + " there"),
                a("a CloudEvent with text", event(", 'datacontenttype': 'text/plain', 'data': 'a stack'"))
                        .structured()
                        .refused("unsupported_media_type", NOT_JSON),
                a("a CloudEvent whose data is a string", event(", 'data': 'a stack'"))
                        .structured()
                        .refused(NO_OBJECT),
                a("a CloudEvent with no Base64", event(", 'data_base64': '{}'"))
                        .structured()
                        .refused("/data_base64 must be a string in Base64 (RFC 4648, section 4)"),
                a("a CloudEvent around a wrong request", event(", 'data': {'type': 'plan', 'spec': ''}"))
                        .structured()
                        .refused("/spec is empty; describe the software in plain language"),
                a("a CloudEvent without saying so", event(", 'data': " + PIPELINE))
                        .refused("/type must be one of pipeline, plan, build, test, replay, retry"),
                a("a CloudEvent, said to be one, that is none", PIPELINE)
                        .structured()
                        .refused("/specversion must be \"1.0\", the version of CloudEvents that is taken"));
    }

    static Stream<Sent> goodRecords() {
        return Stream.of(
                a("no key and no header", PIPELINE),
                an("a key of one's own", it -> it.key(UUID.randomUUID().toString())),
                an("an empty key", it -> it.key("")),
                an(
                        "empty headers",
                        it -> it.header("tenant", "")
                                .header("idempotency-key", " ")
                                .header("content-type", (byte[]) null)),
                an(
                        "headers of one's own",
                        it -> it.header("tenant", "acme")
                                .header("origin", "web")
                                .header("x", new byte[] {-1})
                                .header("traceparent", "?")),
                an("the same tenant twice", it -> it.header("tenant", "acme").header("tenant", "acme")),
                an(
                        "binary CloudEvents",
                        it -> it.header("ce_specversion", "1.0")
                                .header("ce_id", "a b c")
                                .header("ce_type", "com.example.order")
                                .header("ce_myextension", "7")
                                .header("content-type", "application/json")),
                an("CloudEvents headers of another version", it -> it.header("ce_specversion", "0.3")),
                an("a charset, and capitals", it -> it.header("Content-Type", "Application/JSON; charset=utf-8")),
                a("a byte order mark", "\uFEFF" + PIPELINE),
                a("structured CloudEvents", event(", 'time': '2026-01-01T00:00:00Z', 'ext': 1, 'data': " + PIPELINE))
                        .structured(),
                a("structured CloudEvents, Base64", event(", 'data_base64': '" + base64(PIPELINE) + "'"))
                        .structured(),
                a(
                                "structured CloudEvents with a media type",
                                event(", 'datacontenttype': 'application/json', 'data': " + PIPELINE))
                        .structured());
    }

    @ParameterizedTest
    @MethodSource({"wrongBodies", "wrongRecords"})
    void aMistakeIsAnsweredByAnEventAndTheRecordIsKept(Sent mistake) throws Exception {
        RecordMetadata at = send(Topic.JOB_REQUESTS, PARTITION, mistake);

        assertRefused(mistake, at, rejected(at));
        assertKept(mistake, at, letter(at));
    }

    @ParameterizedTest
    @MethodSource("goodRecords")
    void whatIsUnusualButRightIsTaken(Sent good) throws Exception {
        RecordMetadata at = send(Topic.JOB_REQUESTS, PARTITION, good);

        String id = good.key() == null || good.key().length == 0
                ? JobId.ofRecord("job-requests", PARTITION, at.offset()).value()
                : new String(good.key(), UTF_8);
        assertThat(accepted(id).get("spec").stringValue()).isEqualTo("a stack");
    }

    @ParameterizedTest
    @MethodSource("wrongBodies")
    void httpSaysTheSameOfTheSameMistake(Sent mistake) throws Exception {
        String body = new String(mistake.value(), ISO_8859_1).replace("\"type\"", "\"kind\"");

        HttpResponse<String> answer = post("/jobs", body.getBytes(ISO_8859_1));

        JsonNode problem = Json.tree(answer.body().getBytes(UTF_8));
        assertThat(problem.get("code").stringValue()).isEqualTo(mistake.code());
        assertThat(problem.get("detail").stringValue())
                .isEqualTo(mistake.message()
                        .replace("/type", "/kind")
                        .replace("{\"type\": \"pipeline\", \"spec\"", "{\"spec\""));
    }

    @Test
    void httpSaysTheSameOfAWrongIdempotencyKey() throws Exception {
        HttpResponse<String> answer = http.send(
                request("/jobs")
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", "k".repeat(256))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"spec\": \"x\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(Json.tree(answer.body().getBytes(UTF_8)).get("detail").stringValue())
                .isEqualTo("the header idempotency-key must be 1 to 255 printable ASCII characters, such as a UUID");
    }

    @Test
    void aPartitionGoesOnBehindWhatIsWrong() throws Exception {
        for (Sent mistake : Stream.concat(wrongBodies(), wrongRecords()).toList()) {
            send(Topic.JOB_REQUESTS, 5, mistake);
        }
        RecordMetadata last = send(Topic.JOB_REQUESTS, 5, a("the last", PIPELINE));

        accepted(JobId.ofRecord("job-requests", 5, last.offset()).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    void compressedBatchesAreTaken(String compression) throws Exception {
        String id = UUID.randomUUID().toString();

        try (var compressing = producer(Map.of("compression.type", compression))) {
            send(compressing, Topic.JOB_REQUESTS, PARTITION, an("compressed", it -> it.key(id)));
        }

        accepted(id);
    }

    @Test
    void whatIsTooLargeForTheTopicIsRefusedByTheBroker() {
        Sent tooLarge = a("more than 4 MiB", " ".repeat(4 * 1024 * 1024));

        assertThatThrownBy(() -> send(Topic.JOB_REQUESTS, PARTITION, tooLarge))
                .hasCauseInstanceOf(RecordTooLargeException.class);
    }

    @Test
    void whatIsTooLargeOnceUnpackedIsRefusedAndItsSizeKept() throws Exception {
        Sent large = a("6 MB in a small batch", " ".repeat(6_000_000)).refused("too_large", TOO_LARGE);

        RecordMetadata at;
        try (var compressing = producer(Map.of("compression.type", "gzip"))) {
            at = send(compressing, Topic.JOB_REQUESTS, PARTITION, large);
        }

        assertRefused(large, at, rejected(at));
        assertThat(letter(at).value()).isNull();
        assertThat(header(letter(at), "dlt-value-bytes")).isEqualTo("6000000");
    }

    @Test
    void headersThatAreTooLargeForAnyTopicLeaveTheReasonBehind() throws Exception {
        Sent large = a("6 MB of headers", "{}")
                .header("x", "x".repeat(6_000_000))
                .refused("/type must be one of pipeline, plan, build, test, replay, retry");

        RecordMetadata at;
        try (var compressing = producer(Map.of("compression.type", "gzip"))) {
            at = send(compressing, Topic.JOB_REQUESTS, PARTITION, large);
        }

        assertRefused(large, at, rejected(at));
        assertThat(header(letter(at), "dlt-headers-bytes")).isEqualTo("6000001");
    }

    @Test
    void aRequestInATransactionCountsOnceItIsCommitted() throws Exception {
        String aborted = UUID.randomUUID().toString();
        String committed = UUID.randomUUID().toString();

        try (var transactional = producer(Map.of("transactional.id", "shop"))) {
            transactional.initTransactions();
            transactional.beginTransaction();
            send(transactional, Topic.JOB_REQUESTS, PARTITION, an("aborted", it -> it.key(aborted)));
            transactional.abortTransaction();
            transactional.beginTransaction();
            send(transactional, Topic.JOB_REQUESTS, PARTITION, an("committed", it -> it.key(committed)));
            transactional.commitTransaction();
        }

        accepted(committed);
        assertThat(get("/jobs/" + aborted).statusCode()).isEqualTo(404);
    }

    @Test
    void aRepeatIsTheSameJobOnWhicheverPartitionItStands() throws Exception {
        String id = UUID.randomUUID().toString();

        RecordMetadata first = send(Topic.JOB_REQUESTS, 1, an("first", it -> it.key(id)));
        RecordMetadata again = send(Topic.JOB_REQUESTS, 1, an("again", it -> it.key(id)));
        RecordMetadata elsewhere = send(Topic.JOB_REQUESTS, 8, an("elsewhere", it -> it.key(id)));

        accepted(id);
        awaitTaken(first, again, elsewhere);
        assertThat(events(id, "job.rejected")).isEmpty();
        assertThat(events(id, "task.scheduled")).hasSize(1);
    }

    @Test
    void anotherRequestUnderTheSameIdIsRefused() throws Exception {
        String id = UUID.randomUUID().toString();
        send(Topic.JOB_REQUESTS, PARTITION, an("first", it -> it.key(id)));
        accepted(id);
        Sent other = a("another", "{'type': 'pipeline', 'spec': 'a queue'}")
                .key(id)
                .refused(
                        "id_in_use",
                        "job " + id + " exists and asked for something else; use another id or" + " idempotency key");

        RecordMetadata at = send(Topic.JOB_REQUESTS, 9, other);

        assertRefused(other, at, rejected(at));
        assertKept(other, at, letter(at));
        assertThat(accepted(id).get("spec").stringValue()).isEqualTo("a stack");
    }

    @Test
    void anIdempotencyKeyNamesTheSameJobOnBothDoors() throws Exception {
        String key = UUID.randomUUID().toString();
        HttpResponse<String> overHttp = keyed(key, "{\"spec\": \"a stack\"}");
        String id = Json.tree(overHttp.body().getBytes(UTF_8)).get("id").stringValue();

        RecordMetadata same = send(Topic.JOB_REQUESTS, 0, an("same", it -> it.header("idempotency-key", key)));
        RecordMetadata other = send(
                Topic.JOB_REQUESTS,
                0,
                a("other", "{'type': 'pipeline', 'spec': 'a queue'}").header("Idempotency-Key", key));
        RecordMetadata tenant = send(
                Topic.JOB_REQUESTS,
                0,
                an("tenant", it -> it.header("idempotency-key", key).header("tenant", "acme")));

        assertThat(rejected(other).key()).isEqualTo(id.getBytes(UTF_8));
        assertThat(Json.tree(rejected(other).value()).at("/error/code").stringValue())
                .isEqualTo("id_in_use");
        accepted(JobId.ofIdempotencyKey("acme", key).value());
        awaitTaken(same, tenant);
        assertThat(events(id, "job.rejected")).hasSize(1);
    }

    @Test
    void aBuildOfAJobThatComesLaterIsRefusedAndTakenWhenItIsSentAgain() throws Exception {
        String planned = UUID.randomUUID().toString();
        Sent build = a("too early", "{'type': 'build', 'job': '" + planned + "'}");
        RecordMetadata early = send(Topic.JOB_REQUESTS, PARTITION, build);
        assertThat(Json.tree(rejected(early).value()).at("/error/message").stringValue())
                .startsWith("/job names no job that exists here");
        send(
                Topic.JOB_REQUESTS,
                PARTITION,
                a("the plan", "{'type': 'plan', 'spec': 'x'}").key(planned));
        accepted(planned);

        RecordMetadata still = send(Topic.JOB_REQUESTS, PARTITION, build);

        assertThat(Json.tree(rejected(still).value()).at("/error/message").stringValue())
                .isEqualTo("/job names a job that has no plan; name one whose plan task is done, or send this again"
                        + " when it is");
        completed(new JobId(planned), Gateways.planned());
        awaitStatus(planned, "completed");
        RecordMetadata again = send(Topic.JOB_REQUESTS, PARTITION, build);
        JsonNode taken = accepted(
                JobId.ofRecord("job-requests", PARTITION, again.offset()).value());
        assertThat(taken.at("/plan/summary").stringValue()).isEqualTo("A stack");
    }

    @ParameterizedTest
    @EnumSource(names = {"JOB_EVENTS", "WORKER_HEARTBEATS"})
    void whatIsForeignOnATopicThatOnlyNexusWritesIsSkipped(Topic topic) throws Exception {
        String id = UUID.randomUUID().toString();
        send(
                Topic.JOB_REQUESTS,
                PARTITION,
                a("a plan", "{'type': 'plan', 'spec': 'x'}").key(id));
        accepted(id);
        for (var partition : consumer.partitionsFor(TOPICS.name(topic))) {
            for (String value : List.of("", "nonsense", "null", "{}", "[]", "{'type': 7}", "{'worker': {}}")) {
                send(topic, partition.partition(), a("no key", value));
                send(topic, partition.partition(), a("no headers", value).key(id));
                send(
                        topic,
                        partition.partition(),
                        an("another's", it -> it.key("caf\u00e9").header("ce_id", "/")));
                send(
                        topic,
                        partition.partition(),
                        a("nearly ours", value).key(id).header("ce_id", id + "/plan/1/started/w1"));
            }
            send(topic, partition.partition(), a("no value", (byte[]) null).key(id));
        }

        completed(new JobId(id), Gateways.planned());

        awaitStatus(id, "completed");
        assertThat(accepted(id).get("seq").intValue()).isEqualTo(4); // accepted, scheduled, completed, the end
        assertThat(get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void aFileAtWhosePlaceIsAForeignRecordIsNotServed() throws Exception {
        RecordMetadata at = send(Topic.JOB_ARTEFACTS, PARTITION, a("foreign", "theirs"));
        String id = UUID.randomUUID().toString();
        send(Topic.JOB_REQUESTS, PARTITION, an("a job", it -> it.key(id)));
        accepted(id);
        var file = new ArtefactRef("app.py", "ab".repeat(32), 6, PARTITION, at.offset());
        worker.append(
                        new JobId(id),
                        new JobEvent.TaskCompleted(
                                TaskId.build("app", 0),
                                1,
                                "w1",
                                new Outcome.Written(List.of(file)),
                                Usage.NONE,
                                Fidelity.IMPLEMENTATION))
                .get();
        await().atMost(LIMIT).until(() -> accepted(id).toString().contains("app.py"));

        HttpResponse<String> answer = get("/jobs/" + id + "/artefacts/app.py");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("not on job-artefacts any more").doesNotContain("theirs");
    }

    private static void completed(JobId job, Outcome outcome) throws Exception {
        worker.append(
                        job,
                        new JobEvent.TaskCompleted(
                                TaskId.plan(), 1, "w1", outcome, Usage.NONE, Fidelity.IMPLEMENTATION))
                .get();
    }

    @Test
    void aForwardedRecordIsAnsweredAtThePlaceThatItHadFirst() throws Exception {
        Sent forwarded = a("nonsense on plan-requests", "nonsense").header("origin", "plan-requests/0/17");

        RecordMetadata at = send(Topic.JOB_REQUESTS, PARTITION, forwarded);

        ConsumerRecord<byte[], byte[]> event = awaitRecord("job-events", record -> is(record, "plan-requests/0/17"));
        assertThat(new String(event.key(), UTF_8))
                .isEqualTo(JobId.ofForwarded("plan-requests", 0, 17, "default", "nonsense".getBytes(UTF_8))
                        .value());
        ConsumerRecord<byte[], byte[]> letter = awaitRecord("plan-requests-dlt", record -> true);
        assertThat(header(letter, "dlt-topic")).isEqualTo("plan-requests");
        assertThat(header(letter, "dlt-offset")).isEqualTo("17");
        assertThat(letter.value()).isEqualTo("nonsense".getBytes(UTF_8));
        assertThat(at.topic()).isEqualTo("job-requests");
    }

    @Test
    void nobodyCanTakeTheIdOfADirectOrderByNamingItsPlaceBefore() throws Exception {
        String origin = "plan-requests/0/4711";
        Sent squatter = a("squatter", "{'type': 'plan', 'spec': 'theirs'}").header("origin", origin);
        RecordMetadata first = send(Topic.JOB_REQUESTS, PARTITION, squatter);
        Sent order = a("a direct order", "{'type': 'plan', 'spec': 'ours'}").header("origin", origin);

        RecordMetadata second = send(Topic.JOB_REQUESTS, PARTITION, order);
        RecordMetadata again = send(Topic.JOB_REQUESTS, 7, order); // forwarded twice

        awaitTaken(first, second, again);
        String id = JobId.ofForwarded("plan-requests", 0, 4711, "default", order.value())
                .value();
        assertThat(accepted(id).get("spec").stringValue()).isEqualTo("ours");
        assertThat(events(id, "job.rejected")).isEmpty();
        assertThat(events(id, "task.scheduled")).hasSize(1);
    }

    @Test
    void nobodyCanTakeTheIdOfAnotherRequestByNamingItsPlace() throws Exception {
        Sent squatter = an("squatter", it -> it.header("origin", "job-requests/" + PARTITION + "/999999"));

        RecordMetadata at = send(Topic.JOB_REQUESTS, PARTITION, squatter);

        accepted(JobId.ofRecord("job-requests", PARTITION, at.offset()).value());
        assertThat(get("/jobs/" + JobId.ofRecord("job-requests", PARTITION, 999_999))
                        .statusCode())
                .isEqualTo(404);
    }

    private static String approval(String plan) {
        return "{'type': 'approve', 'planHash': '" + HASH + "', 'plan': " + plan + "}";
    }

    static Stream<Sent> wrongCommands() {
        String key = "the record's key must be the id of a job: a UUID in lower case";
        return Stream.of(
                a("no key", "{'type': 'cancel'}").refused(key),
                a("a key that is no id", "{'type': 'cancel'}").key("17").refused(key),
                a("no value", (byte[]) null)
                        .key(ID + "3")
                        .refused("the request has no value; send a JSON object with a" + " type"),
                a("an unknown command", "{'type': 'dance'}")
                        .key(ID + "3")
                        .refused("/type must be one of cancel, approve, reject"),
                a("an approval of no plan", "{'type': 'approve'}")
                        .key(ID + "3")
                        .refused("/planHash is missing; it says which plan was looked at, as GET /jobs/{id} shows it"),
                a("an approval with a plan of nothing", approval("{'summary': 's', 'language': 'python', 'steps': []}"))
                        .key(ID + "3")
                        .refused("/plan /steps is empty; give at least one step"),
                a("a rejection whose reason is no text", "{'type': 'reject', 'planHash': '" + HASH + "', 'reason': 5}")
                        .key(ID + "3")
                        .refused("/reason must be a string"),
                a("no JSON", "cancel")
                        .key(ID + "3")
                        .refused("the request is not one valid JSON document (line 1, column 1); send an object such as"
                                + " {\"type\": \"cancel\"}, each key once"),
                a("a reason that is no text", "{'type': 'cancel', 'reason': 5}")
                        .key(ID + "3")
                        .refused("/reason must be a string"),
                a("a reason that is too long", "{'type': 'cancel', 'reason': '" + "x".repeat(501) + "'}")
                        .key(ID + "3")
                        .refused("/reason has 501 characters, the limit is 500; shorten it"),
                a("a reason that can't be written", "{'type': 'cancel', 'reason': '\\ud800'}")
                        .key(ID + "3")
                        .refused("/reason holds half of a surrogate pair; send whole Unicode characters"),
                a("a batch of CloudEvents", "[]")
                        .key(ID + "3")
                        .header("content-type", "application/cloudevents-batch+json")
                        .refused(
                                "unsupported_media_type",
                                "batches of CloudEvents are not taken; send each event in a"
                                        + " record of its own, with content-type: application/cloudevents+json"));
    }

    @ParameterizedTest
    @MethodSource("wrongCommands")
    void aWrongCommandIsAnsweredInTheSameWay(Sent mistake) throws Exception {
        RecordMetadata at = send(Topic.JOB_CONTROL, 0, mistake);

        assertRefused(mistake, at, rejected(at));
        assertKept(mistake, at, letter(at));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'type': 'cancel'}", "{'type': 'cancel', 'reason': 'enough', 'unknown': [1]}"})
    void aCancelBeforeItsRequestIsKeptForIt(String command) throws Exception {
        String id = UUID.randomUUID().toString();
        send(Topic.JOB_CONTROL, 0, a("cancel", command).key(id));
        awaitCommandsRead();

        send(Topic.JOB_REQUESTS, PARTITION, an("later", it -> it.key(id)));

        awaitStatus(id, "cancelled");
    }

    @Test
    void aCancelInAStructuredCloudEventIsTaken() throws Exception {
        String id = UUID.randomUUID().toString();
        send(Topic.JOB_REQUESTS, PARTITION, an("a job", it -> it.key(id)));
        accepted(id);

        send(
                Topic.JOB_CONTROL,
                0,
                a("cancel", event(", 'data': {'type': 'cancel'}")).structured().key(id));

        awaitStatus(id, "cancelled");
    }

    @Test
    void aCancelOfAJobThatHasEndedChangesNothing() throws Exception {
        String id = UUID.randomUUID().toString();
        send(Topic.JOB_REQUESTS, PARTITION, an("a job", it -> it.key(id)));
        accepted(id);
        worker.append(new JobId(id), new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION))
                .get();
        awaitStatus(id, "completed");

        send(Topic.JOB_CONTROL, 0, a("cancel", "{'type': 'cancel'}").key(id));

        awaitCommandsRead();
        awaitStatus(id, "completed");
        assertThat(events(id, "job.cancel_requested")).isEmpty();
        assertThat(events(id, "job.rejected")).isEmpty();
    }

    /** One more command is answered, and so every one before it was read. */
    private static void awaitCommandsRead() throws Exception {
        rejected(send(Topic.JOB_CONTROL, 0, a("a mark", "{}").key(ID + "4")));
    }

    /** One more request behind each of these is answered, and so each of them was. */
    private static void awaitTaken(RecordMetadata... requests) throws Exception {
        for (RecordMetadata request : requests) {
            rejected(send(Topic.JOB_REQUESTS, request.partition(), a("a mark", "{}")));
        }
    }

    private static void assertRefused(Sent mistake, RecordMetadata at, ConsumerRecord<byte[], byte[]> event) {
        JsonNode error = Json.tree(event.value()).get("error");
        assertThat(error.get("message").stringValue()).isEqualTo(mistake.message());
        assertThat(error.get("code").stringValue()).isEqualTo(mistake.code());
        String id = new String(event.key(), UTF_8);
        assertThat(header(event, "ce_id")).isEqualTo(id + "/rejected/" + place(at));
        if (mistake.key() != null && new String(mistake.key(), UTF_8).startsWith("0198c")) {
            assertThat(id).isEqualTo(new String(mistake.key(), UTF_8));
        }
    }

    private static void assertKept(Sent mistake, RecordMetadata at, ConsumerRecord<byte[], byte[]> letter) {
        assertThat(letter.key()).isEqualTo(mistake.key());
        assertThat(letter.value()).isEqualTo(mistake.value());
        assertThat(List.of(letter.headers().toArray())
                        .subList(0, mistake.headers().size()))
                .isEqualTo(mistake.headers());
        assertThat(header(letter, "dlt-reason")).isEqualTo(mistake.code());
        assertThat(header(letter, "dlt-message")).isEqualTo(mistake.message());
        assertThat(header(letter, "dlt-topic")).isEqualTo(at.topic());
        assertThat(header(letter, "dlt-partition")).isEqualTo(Integer.toString(at.partition()));
    }

    private static RecordMetadata send(Topic topic, int partition, Sent record) throws Exception {
        return send(producer, topic, partition, record);
    }

    private static RecordMetadata send(KafkaProducer<byte[], byte[]> by, Topic topic, int partition, Sent record)
            throws Exception {
        return by.send(new ProducerRecord<>(
                        TOPICS.name(topic), partition, record.key(), record.value(), record.headers()))
                .get(10, TimeUnit.SECONDS);
    }

    private static String place(RecordMetadata at) {
        return at.topic() + "/" + at.partition() + "/" + at.offset();
    }

    private static ConsumerRecord<byte[], byte[]> rejected(RecordMetadata at) {
        return awaitRecord("job-events", record -> is(record, place(at)));
    }

    private static boolean is(ConsumerRecord<byte[], byte[]> record, String source) {
        return "job.rejected".equals(header(record, "ce_type")) // else it may be foreign
                && Json.tree(record.value()).path("source").asString("").equals(source);
    }

    private static ConsumerRecord<byte[], byte[]> letter(RecordMetadata at) {
        return awaitRecord(
                at.topic() + "-dlt",
                record -> Long.toString(at.offset()).equals(header(record, "dlt-offset"))
                        && Integer.toString(at.partition()).equals(header(record, "dlt-partition")));
    }

    private static ConsumerRecord<byte[], byte[]> awaitRecord(
            String topic, java.util.function.Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        return await().atMost(LIMIT)
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(1))
                .until(() -> find(topic, wanted), Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<ConsumerRecord<byte[], byte[]>> find(
            String topic, java.util.function.Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        consumer.poll(Duration.ofMillis(20)).forEach(seen::add);
        return seen.stream()
                .filter(record -> record.topic().equals(topic))
                .filter(wanted)
                .findFirst();
    }

    /** The events of a job up to now. */
    private static List<JsonNode> events(String id, String type) {
        find("job-events", _ -> false);
        return seen.stream()
                .filter(record -> record.topic().equals("job-events") && type.equals(header(record, "ce_type")))
                .filter(record -> id.equals(new String(record.key(), UTF_8)))
                .map(record -> Json.tree(record.value()))
                .toList();
    }

    private static JsonNode accepted(String id) {
        return Json.tree(await().atMost(LIMIT)
                .until(() -> get("/jobs/" + id), answer -> answer.statusCode() == 200)
                .body()
                .getBytes(UTF_8));
    }

    private static void awaitStatus(String id, String status) {
        await().atMost(LIMIT)
                .until(() -> accepted(id).get("status").stringValue().equals(status));
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return StreamSupport.stream(record.headers().spliterator(), false)
                .filter(header -> header.key().equals(name))
                .map(header -> new String(header.value(), UTF_8))
                .findFirst()
                .orElse(null);
    }

    private static HttpResponse<String> keyed(String key, String body) throws Exception {
        return http.send(
                request("/jobs")
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, byte[] body) throws Exception {
        return http.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String path) {
        String port = gateway.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }
}

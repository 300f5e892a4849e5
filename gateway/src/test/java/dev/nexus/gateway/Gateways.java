package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventId;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Topic;
import dev.nexus.contract.TopicSetup;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import tools.jackson.databind.JsonNode;

/** Any number of real gateways on a real broker, and the hands of agents and clients. */
public final class Gateways implements AutoCloseable {

    public static final Duration LIMIT = Duration.ofSeconds(30);
    private static final AtomicInteger UNUSED = new AtomicInteger();

    private final EmbeddedKafkaBroker broker;
    private final Topics topics;
    private final Deque<ConfigurableApplicationContext> started = new ArrayDeque<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final KafkaClients clients;
    private final Producer<String, byte[]> producer;
    private final EventLog events;
    private @Nullable RecordMetadata lastAppend;

    /** A broker that several of these can use after each other; to be destroyed. */
    public static EmbeddedKafkaBroker broker() {
        var broker = new EmbeddedKafkaKraftBroker(1, 1);
        broker.brokerProperties(Map.of(
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "offsets.topic.replication.factor", "1",
                "group.initial.rebalance.delay.ms", "0",
                "auto.create.topics.enable", "false"));
        broker.afterPropertiesSet();
        return broker;
    }

    /** With topics of its own on that broker. */
    public Gateways(EmbeddedKafkaBroker broker) {
        this.broker = broker;
        this.topics = new Topics("t" + UNUSED.getAndIncrement() + "-");
        KafkaProperties settings = new KafkaProperties();
        settings.setBootstrapServers(List.of(broker.getBrokersAsString()));
        clients = new KafkaClients(settings, "test");
        producer = clients.producer("test");
        events = new EventLog(producer, topics, "test");
    }

    /** For records that are to be there before any gateway is. */
    public void prepareTopics() {
        try (Admin admin = clients.admin()) {
            new TopicSetup(topics).prepare(admin);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As an operator may. */
    public void set(Topic topic, String setting, String value) {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topics.name(topic));
        var change = new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
        try (Admin admin = clients.admin()) {
            admin.incrementalAlterConfigs(Map.of(resource, List.of(change)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Likewise. */
    public void widen(Topic topic, int partitions) {
        try (Admin admin = clients.admin()) {
            admin.createPartitions(Map.of(topics.name(topic), NewPartitions.increaseTo(partitions)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Appends on that very partition, as a producer does that counts more of them. */
    public void append(JobId job, JobEvent event, int partition) {
        String id = EventId.of(job, event, "").toString();
        String type = Json.tree(Json.write(event)).get("type").stringValue();
        var usual = Envelope.json(topics.name(Topic.JOB_EVENTS), job, type, id, "test", Json.write(event));
        EventLog.send(
                        producer,
                        new ProducerRecord<>(usual.topic(), partition, usual.key(), usual.value(), usual.headers()))
                .join();
    }

    public ConfigurableApplicationContext start(String... arguments) {
        return startAt(0, arguments);
    }

    public ConfigurableApplicationContext startAt(int port, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=" + port,
                "--management.server.port=0",
                "--nexus.topics.prefix=" + topics.prefix(),
                "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString()));
        all.addAll(List.of(arguments));
        ConfigurableApplicationContext gateway = new SpringApplicationBuilder(
                        GatewayApplication.class, GatewayTest.OwnThreads.class)
                .properties("spring.config.name=" + GatewayApplication.CONFIG_NAME)
                .run(all.toArray(String[]::new));
        started.push(gateway);
        return gateway;
    }

    public void awaitReady(ConfigurableApplicationContext gateway) {
        await().atMost(LIMIT).until(() -> get(gateway, "/health").statusCode() == 200);
    }

    // --- as a client -------------------------------------------------------------------------

    public JobId submit(ConfigurableApplicationContext gateway, String path, String body) {
        HttpResponse<String> answer = post(gateway, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return new JobId(json(answer).get("id").stringValue());
    }

    public HttpResponse<String> post(ConfigurableApplicationContext gateway, String path, String body) {
        return exchange(request(gateway, path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> keyed(ConfigurableApplicationContext gateway, String key, String body) {
        return exchange(request(gateway, "/jobs")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> delete(ConfigurableApplicationContext gateway, String path) {
        return exchange(request(gateway, path).DELETE());
    }

    public HttpResponse<String> get(ConfigurableApplicationContext gateway, String path) {
        return exchange(request(gateway, path));
    }

    /** The body of an answer, to be read as slowly as one likes. */
    public InputStream stream(ConfigurableApplicationContext gateway, String path) {
        return stream(gateway, path, Map.of());
    }

    /** Likewise. */
    public InputStream stream(ConfigurableApplicationContext gateway, String path, Map<String, String> headers) {
        HttpRequest.Builder request = request(gateway, path);
        headers.forEach(request::header);
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no answer", e);
        }
    }

    public JsonNode job(ConfigurableApplicationContext gateway, JobId job) {
        return json(get(gateway, "/jobs/" + job));
    }

    /** The job's status, or {@code none} if this gateway does not know it. */
    public String status(ConfigurableApplicationContext gateway, JobId job) {
        HttpResponse<String> answer = get(gateway, "/jobs/" + job);
        return answer.statusCode() == 200 ? json(answer).get("status").stringValue() : "none";
    }

    /** The job's stream behind that event, once it has ended by itself. */
    public String streamed(ConfigurableApplicationContext gateway, JobId job, String lastEventId) {
        return exchange(request(gateway, "/jobs/" + job + "/events").header("Last-Event-ID", lastEventId))
                .body();
    }

    /** The ids on that stream. */
    public List<String> stream(ConfigurableApplicationContext gateway, JobId job, String lastEventId) {
        return streamed(gateway, job, lastEventId)
                .lines()
                .filter(line -> line.startsWith("id: "))
                .map(line -> line.substring(4))
                .toList();
    }

    /** Any request, with any headers. */
    public HttpResponse<String> send(
            ConfigurableApplicationContext gateway,
            String method,
            String path,
            @Nullable String body,
            Map<String, String> headers) {
        HttpRequest.Builder request = request(gateway, path)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return exchange(request);
    }

    private HttpResponse<String> exchange(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no answer", e);
        }
    }

    public static HttpRequest.Builder request(ConfigurableApplicationContext gateway, String path) {
        String port = gateway.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    // --- as an agent -------------------------------------------------------------------------

    public void append(JobId job, JobEvent event) {
        lastAppend = events.append(job, event).join();
    }

    /** @param number of the progress event in its attempt */
    public void appendProgress(JobId job, JobEvent.TaskProgress progress, int number) {
        lastAppend = events.append(job, progress, Integer.toString(number)).join();
    }

    /** For many: nobody waits until it is written. */
    public CompletableFuture<RecordMetadata> appendSoon(JobId job, JobEvent event) {
        return events.append(job, event);
    }

    /** Where the last append stands. */
    public RecordMetadata lastAppend() {
        return java.util.Objects.requireNonNull(lastAppend);
    }

    public void complete(JobId job, TaskId task, int attempt, Outcome outcome) {
        append(job, new JobEvent.TaskCompleted(task, attempt, "w1", outcome, Usage.NONE, Fidelity.IMPLEMENTATION));
    }

    /** A plan of one step. */
    public static Outcome planned() {
        var step = new Plan.PlanStep("stack", "Stack", List.of("stack.py"), List.of());
        return new Outcome.Planned(new Plan("A stack", "python", List.of(), List.of(step)), false);
    }

    public static Outcome wrote(String path) {
        return new Outcome.Written(List.of(new ArtefactRef(path, "ab".repeat(32), 10, 0, 0)));
    }

    public static Outcome passed() {
        var test = new TestReport.Result("test_it", TestReport.Outcome.PASSED, 5, null, null, List.of());
        return new Outcome.Tested(new TestReport(Verdict.PASSED, List.of(test), 50, null, null));
    }

    // --- on the topics -----------------------------------------------------------------------

    /** As when the retention of all that is on {@code job-events} by now has passed. */
    public void dropAllEvents() {
        dropAll(Topic.JOB_EVENTS);
    }

    /** Likewise, on any topic. */
    public void dropAll(Topic topic) {
        String name = topics.name(topic);
        try (Admin admin = clients.admin()) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            for (var partition : admin.describeTopics(List.of(name))
                    .allTopicNames()
                    .get()
                    .get(name)
                    .partitions()) {
                all.put(new TopicPartition(name, partition.partition()), RecordsToDelete.beforeOffset(-1));
            }
            admin.deleteRecords(all).all().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many records were ever written there. */
    public long written(Topic topic) {
        String name = topics.name(topic);
        try (Consumer<String, byte[]> consumer = clients.consumer("ends", Map.of())) {
            List<TopicPartition> all = consumer.partitionsFor(name).stream()
                    .map(info -> new TopicPartition(name, info.partition()))
                    .toList();
            consumer.assign(all);
            return consumer.endOffsets(all).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    public RecordMetadata send(Topic topic, @Nullable String key, String value, Map<String, String> headers) {
        var record = new ProducerRecord<>(topics.name(topic), key, value.getBytes(StandardCharsets.UTF_8));
        headers.forEach((name, text) -> Envelope.add(record, name, text));
        return EventLog.send(producer, record).join();
    }

    /** On that very partition; null for a tombstone. */
    public RecordMetadata send(Topic topic, int partition, String key, @Nullable String value) {
        byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        return EventLog.send(producer, new ProducerRecord<String, byte[]>(topics.name(topic), partition, key, bytes))
                .join();
    }

    /** The job's records, once there are at least that many. */
    public List<ConsumerRecord<String, byte[]>> awaitRecords(Topic topic, JobId job, int least) {
        return await().atMost(LIMIT).until(() -> records(topic, job), found -> found.size() >= least);
    }

    /** The job's records up to now. */
    public List<ConsumerRecord<String, byte[]>> records(Topic topic, JobId job) {
        return records(topic).stream()
                .filter(record -> job.value().equals(record.key()))
                .toList();
    }

    /** What the job's stream has to tell up to now, each event by its id and type, as the log says. */
    public List<String> countedEvents(JobId job) {
        Map<String, String> types = new LinkedHashMap<>();
        for (ConsumerRecord<String, byte[]> record : records(Topic.JOB_EVENTS, job)) {
            String type = String.valueOf(Envelope.header(record, Envelope.TYPE));
            types.putIfAbsent(String.valueOf(Envelope.header(record, Envelope.ID)), type);
        }
        List<String> told = new ArrayList<>();
        types.values().forEach(type -> told.add((told.size() + 1) + " " + type));
        return told;
    }

    /** All records up to now. */
    public List<ConsumerRecord<String, byte[]>> records(Topic topic) {
        String name = topics.name(topic);
        try (Consumer<String, byte[]> consumer =
                clients.consumer("reader", Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))) {
            List<TopicPartition> all = consumer.partitionsFor(name).stream()
                    .map(info -> new TopicPartition(name, info.partition()))
                    .toList();
            consumer.assign(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
            }
            return found;
        }
    }

    @Override
    public void close() {
        started.forEach(ConfigurableApplicationContext::close);
        http.close();
        producer.close();
    }
}

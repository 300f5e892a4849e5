package dev.nexus.agent;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Terms;
import dev.nexus.contract.Topic;
import dev.nexus.contract.TopicSetup;
import dev.nexus.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A real broker in this JVM, with the hands of a gateway: jobs, orders, and what is on the topics. */
final class KafkaForTests implements AutoCloseable {

    /** How long a silent member, and an order that is not acknowledged, stay with their consumer. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String MEMBER_TIMEOUT = Long.toString(PATIENCE.toMillis());

    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);
    private final SplittableRandom random = new SplittableRandom(7);
    private final Topics topics = new Topics("");
    private final Producer<String, byte[]> producer;
    private final EventLog events;

    KafkaForTests() throws InterruptedException {
        this(5);
    }

    /** @param deliveries times that the broker hands a record out before it drops it */
    KafkaForTests(int deliveries) throws InterruptedException {
        broker.brokerProperty("group.share.delivery.count.limit", Integer.toString(deliveries));
        broker.brokerProperties(Map.ofEntries(
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("group.share.heartbeat.interval.ms", "1000"),
                Map.entry("group.share.min.heartbeat.interval.ms", "1000"),
                Map.entry("group.share.session.timeout.ms", MEMBER_TIMEOUT),
                Map.entry("group.share.min.session.timeout.ms", MEMBER_TIMEOUT),
                Map.entry("group.share.record.lock.duration.ms", MEMBER_TIMEOUT),
                Map.entry("group.share.min.record.lock.duration.ms", MEMBER_TIMEOUT),
                Map.entry("auto.create.topics.enable", "false")));
        broker.afterPropertiesSet();
        prepare();
        producer = clients("gateway").producer("test");
        events = new EventLog(producer, topics, "gateway");
    }

    String bootstrapServers() {
        return broker.getBrokersAsString();
    }

    KafkaClients clients(String name) {
        var settings = new KafkaProperties();
        settings.setBootstrapServers(List.of(broker.getBrokersAsString()));
        return new KafkaClients(settings, name);
    }

    Topics topics() {
        return topics;
    }

    JobId newJob() {
        return JobId.next(System.currentTimeMillis(), random);
    }

    /** Appends {@code job.accepted}; orders of the job refer to its place. */
    Since accept(JobId job) {
        var accepted = new JobEvent.JobAccepted(
                JobKind.PLAN,
                "default",
                "spec",
                null,
                List.<ArtefactRef>of(),
                null,
                JobOptions.DEFAULTS,
                Map.of(),
                "hash");
        var at = events.append(job, accepted).join();
        return new Since(at.partition(), at.offset(), Instant.ofEpochMilli(at.timestamp()));
    }

    void append(JobId job, JobEvent event) {
        events.append(job, event).join();
    }

    void order(JobId job, Since since, int attempt) {
        var order = new Order.PlanOrder(TaskId.plan(), attempt, since, "spec", true);
        send(Topic.PLAN_REQUESTS, job.value(), Json.write(order));
    }

    /** Orders the first attempt of a replay. */
    void order(JobId job, Since since, Terms.Replay replay) {
        var order = new Order.PlanOrder(TaskId.plan(), 1, since, "spec", true, new Terms(null, 0, replay));
        send(Topic.PLAN_REQUESTS, job.value(), Json.write(order));
    }

    /** Takes the next order, as a worker does that claims it and is gone before the broker hears that it was taken. */
    void claimNextOrderAndGo(JobId job, String worker) {
        try (ShareConsumer<String, byte[]> orders =
                clients("gone").shareConsumer("orders", topics.group(Service.PLANNER), 1)) {
            orders.subscribe(List.of(topics.name(Topic.PLAN_REQUESTS)));
            List<String> taken = new ArrayList<>();
            while (taken.isEmpty()) {
                orders.poll(Duration.ofMillis(200)).forEach(record -> taken.add(record.key()));
            }
            if (!taken.equals(List.of(job.value()))) {
                throw new IllegalStateException("another order came first: " + taken);
            }
            append(job, new JobEvent.TaskStarted(TaskId.plan(), 1, worker));
        }
    }

    /** @param headers names and values, beside a tenant */
    RecordMetadata send(Topic topic, String key, byte[] value, String... headers) {
        var record = new ProducerRecord<>(topics.name(topic), key, value);
        Envelope.add(record, "tenant", "acme");
        for (int i = 0; i < headers.length; i += 2) {
            Envelope.add(record, headers[i], headers[i + 1]);
        }
        return EventLog.send(producer, record).join();
    }

    /** Sends what is small on its way only. */
    RecordMetadata sendCompressed(Topic topic, byte[] value) {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.getBrokersAsString(),
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "gzip",
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                value.length + 10_000);
        try (var compressing = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            return compressing
                    .send(new ProducerRecord<>(topics.name(topic), value))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes a topic away. */
    void delete(Topic topic) {
        try (Admin admin = clients("setup").admin()) {
            admin.deleteTopics(List.of(topics.name(topic)))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }

    /** Creates the topics that are missing. */
    void prepare() throws InterruptedException {
        try (Admin admin = clients("setup").admin()) {
            new TopicSetup(topics).prepare(admin);
        }
    }

    /** The job's events up to now, in order. */
    List<LoggedEvent> events(JobId job) {
        return records(topics.name(Topic.JOB_EVENTS)).stream()
                .filter(record -> job.value().equals(record.key()))
                .map(EventLog::read)
                .filter(Objects::nonNull) // what is foreign is no event
                .toList();
    }

    <E extends JobEvent> List<E> events(JobId job, Class<E> type) {
        return events(job).stream()
                .map(LoggedEvent::event)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** All that is on a topic up to now. */
    List<ConsumerRecord<String, byte[]>> records(String topic) {
        try (Consumer<String, byte[]> consumer = clients("reader").consumer("test", Map.of())) {
            List<TopicPartition> all = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            var ends = consumer.endOffsets(all);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (all.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /** Members of a service's share group. */
    int members(Service service) {
        String group = topics.group(service);
        try (Admin admin = clients("reader").admin()) {
            return admin.describeShareGroups(List.of(group))
                    .describedGroups()
                    .get(group)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .members()
                    .size();
        }
    }

    @Override
    public void close() {
        producer.close();
        broker.destroy();
    }
}

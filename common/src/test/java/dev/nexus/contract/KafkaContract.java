package dev.nexus.contract;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** What Nexus relies on, of any Kafka that it is given; each test has topics of its own. */
abstract class KafkaContract {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");

    abstract KafkaClients clients();

    /** The table of topics in the README, with the dead letters behind it. */
    @Test
    void everyTopicIsCreatedWithItsSettings() throws Exception {
        var topics = new Topics("table.");

        prepare(topics);

        assertThat(table(topics)).isEqualToIgnoringNewLines("""
                job-requests        12  delete 7 d                        4 MiB  LogAppendTime
                plan-requests        1  delete 7 d                        4 MiB  LogAppendTime
                build-requests       1  delete 7 d                        4 MiB  LogAppendTime
                test-requests        1  delete 7 d                        4 MiB  LogAppendTime
                job-events          12  delete 7 d                        4 MiB  LogAppendTime
                job-control          1  delete 1 d                        1 MiB  LogAppendTime
                worker-heartbeats    1  delete 1 h, segments of 10 min    1 MiB  LogAppendTime
                job-artefacts       12  delete 7 d                        4 MiB  LogAppendTime
                model-calls         12  delete 7 d                        4 MiB  LogAppendTime
                webhooks             1  compact 7 d                       1 MiB  LogAppendTime
                webhook-deliveries  12  compact 7 d                       1 MiB  LogAppendTime
                api-keys             1  compact 7 d                       1 MiB  LogAppendTime
                audit-events         1  delete 30 d                       1 MiB  LogAppendTime
                job-requests-dlt    12  delete 30 d                       5 MiB  LogAppendTime
                plan-requests-dlt    1  delete 30 d                       5 MiB  LogAppendTime
                build-requests-dlt   1  delete 30 d                       5 MiB  LogAppendTime
                test-requests-dlt    1  delete 30 d                       5 MiB  LogAppendTime
                job-control-dlt      1  delete 30 d                       5 MiB  LogAppendTime
                """);
    }

    @Test
    void anEventIsReadAsItWasAppended() throws Exception {
        var topics = new Topics("events.");
        prepare(topics);
        var event = new JobEvent.TaskStarted(TaskId.plan(), 1, "planner-service-7c1f0a52");
        LoggedEvent expected;

        try (Producer<String, byte[]> producer = clients().producer("test")) {
            var at = new EventLog(producer, topics, "planner-service")
                    .append(JOB, event)
                    .join();
            expected = new LoggedEvent(
                    JOB,
                    JOB + "/plan/1/started/planner-service-7c1f0a52",
                    event,
                    at.partition(),
                    at.offset(),
                    Instant.ofEpochMilli(at.timestamp()));
        }

        assertThat(KafkaForTests.records(clients(), topics.name(Topic.JOB_EVENTS), 1))
                .extracting(EventLog::read)
                .containsExactly(expected);
    }

    @Test
    void timeIsTheBrokers() throws Exception {
        var topics = new Topics("time.");
        prepare(topics);
        var record = new ProducerRecord<>(topics.name(Topic.JOB_CONTROL), null, 1L, JOB.value(), new byte[0]);

        try (Producer<String, byte[]> producer = clients().producer("test")) {
            EventLog.send(producer, record).join();
        }

        var read = KafkaForTests.records(clients(), topics.name(Topic.JOB_CONTROL), 1)
                .getFirst();
        assertThat(Instant.ofEpochMilli(read.timestamp())).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
    }

    @Test
    void aShareGroupBeginsWithOrdersThatAreOlderThanIt() throws Exception {
        var topics = new Topics("orders.");
        prepare(topics);
        String topic = topics.name(Topic.PLAN_REQUESTS);
        try (Producer<String, byte[]> producer = clients().producer("test")) {
            EventLog.send(producer, new ProducerRecord<>(topic, JOB.value(), new byte[] {1}))
                    .join();
            EventLog.send(producer, new ProducerRecord<>(topic, JOB.value(), new byte[] {2}))
                    .join();
        }
        List<ConsumerRecord<String, byte[]>> taken = new ArrayList<>();

        try (ShareConsumer<String, byte[]> worker =
                clients().shareConsumer("worker", topics.group(Service.PLANNER), 1)) {
            worker.subscribe(List.of(topic));
            await().atMost(Duration.ofSeconds(60)).pollInSameThread().until(() -> {
                worker.poll(Duration.ofMillis(500)).forEach(record -> {
                    taken.add(record);
                    worker.acknowledge(record, AcknowledgeType.ACCEPT);
                });
                return taken.size() >= 2;
            });
        }

        assertThat(taken).extracting(ConsumerRecord::value).containsExactly(new byte[] {1}, new byte[] {2});
    }

    final void prepare(Topics topics) throws InterruptedException {
        try (Admin admin = clients().admin()) {
            new TopicSetup(topics).prepare(admin);
        }
    }

    private String table(Topics topics) throws Exception {
        List<String> names = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            names.add(topics.name(topic));
        }
        for (Topic topic : Topic.values()) {
            if (topic.hasDeadLetters()) {
                names.add(topics.deadLetters(topic));
            }
        }
        StringBuilder table = new StringBuilder();
        try (Admin admin = clients().admin()) {
            assertThat(admin.listTopics().names().get().stream().filter(name -> name.startsWith(topics.prefix())))
                    .containsExactlyInAnyOrderElementsOf(names);
            for (String name : names) {
                table.append(row(admin, name, topics.prefix())).append('\n');
            }
        }
        return table.toString();
    }

    private static String row(Admin admin, String name, String prefix) throws Exception {
        int partitions = admin.describeTopics(List.of(name))
                .allTopicNames()
                .get()
                .get(name)
                .partitions()
                .size();
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        Map<String, String> values = config.entries().stream()
                .filter(entry -> entry.value() != null)
                .collect(toMap(ConfigEntry::name, ConfigEntry::value));
        String segments = duration(values.get("segment.ms"));
        return String.format(
                "%-18s  %2d  %-32s  %s  %s",
                name.substring(prefix.length()),
                partitions,
                values.get("cleanup.policy") + " " + duration(values.get("retention.ms"))
                        + (segments.endsWith("min") ? ", segments of " + segments : ""),
                Long.parseLong(values.get("max.message.bytes")) / 1024 / 1024 + " MiB",
                values.get("message.timestamp.type"));
    }

    private static String duration(String millis) {
        Duration duration = Duration.ofMillis(Long.parseLong(millis));
        if (duration.toDays() > 0) {
            return duration.toDays() + " d";
        }
        return duration.toHours() > 0 ? duration.toHours() + " h" : duration.toMinutes() + " min";
    }
}

package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.builder.BuilderApplication;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.planner.PlannerApplication;
import dev.nexus.standalone.Cluster.Gateway;
import dev.nexus.tester.TesterApplication;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** Jobs over three brokers, of which one at a time is killed. */
@Timeout(300)
@EnabledIfSystemProperty(
        named = "nexus.all",
        matches = "true",
        disabledReason = "takes a minute or two: ./nexus verify --all")
class BrokersIT {

    private static final String SHARE_STATE = "__share_group_state";
    private static final Topics TOPICS = new Topics("");

    @TempDir
    Path folder;

    private List<BrokerNode> nodes;
    private Cluster cluster;
    private KafkaClients clients;
    private Admin admin;

    @BeforeEach
    void startBrokers() {
        nodes = BrokerNode.cluster(folder, 3, EmbeddedBroker.Life.SHORT);
        BrokerNode.startAll(nodes);
        String servers = BrokerNode.bootstrapServers(nodes);
        cluster = new Cluster(servers);
        KafkaProperties settings = new KafkaProperties();
        settings.setBootstrapServers(List.of(servers.split(",")));
        clients = new KafkaClients(settings, "test");
        admin = clients.admin();
    }

    @AfterEach
    void stopAll() {
        admin.close();
        cluster.close();
        nodes.forEach(BrokerNode::close);
    }

    @Test
    void aJobCompletesOnceThoughTheBrokersThatLeadItsShareGroupAndItsEventsAreKilled() throws Exception {
        Gateway gateway = cluster.gateway();
        cluster.agent(PlannerApplication.class);
        cluster.agent(BuilderApplication.class, "--nexus.models.offline.latency=40s");
        cluster.agent(TesterApplication.class);
        cluster.awaitReady(gateway);
        String job = cluster.submit(gateway);
        cluster.awaitRunning(gateway, job, "build:roman");

        BrokerNode coordinator = leader(partitionOfShareState(Service.TESTER, Topic.TEST_REQUESTS));
        kill(coordinator);
        await().atMost(Cluster.LIMIT)
                .until(() -> leader(partitionOfShareState(Service.TESTER, Topic.TEST_REQUESTS)) != coordinator);
        coordinator.start();
        await().atMost(Cluster.LIMIT).until(this::allCopiesAreInSync);
        assertThat(cluster.isRunning(gateway, job, "build:roman"))
                .as("the job goes on while brokers are away")
                .isTrue();
        kill(leader(partitionOfEvents(job)));

        cluster.awaitCompleted(gateway, List.of(job));
        assertThat(finalEvents(job)).containsExactly("job.completed");
        assertThat(cluster.job(gateway, job).get("tasks"))
                .allSatisfy(task -> assertThat(task.get("attempt").intValue()).isEqualTo(1));
    }

    private static void kill(BrokerNode node) throws InterruptedException {
        node.process().orElseThrow().destroyForcibly().waitFor();
    }

    /** Where the broker keeps what the group has taken of the one partition of its topic (KIP-932). */
    private TopicPartition partitionOfShareState(Service service, Topic topic) throws Exception {
        String key = TOPICS.group(service) + ":" + describe(TOPICS.name(topic)).topicId() + ":0";
        int partitions = describe(SHARE_STATE).partitions().size();
        return new TopicPartition(SHARE_STATE, Utils.abs(key.hashCode()) % partitions);
    }

    private TopicPartition partitionOfEvents(String job) throws Exception {
        String topic = TOPICS.name(Topic.JOB_EVENTS);
        int partitions = describe(topic).partitions().size();
        byte[] key = job.getBytes(StandardCharsets.UTF_8);
        return new TopicPartition(topic, Utils.toPositive(Utils.murmur2(key)) % partitions);
    }

    private BrokerNode leader(TopicPartition partition) throws Exception {
        int id = describe(partition.topic())
                .partitions()
                .get(partition.partition())
                .leader()
                .id();
        return nodes.get(id - 1);
    }

    private boolean allCopiesAreInSync() throws Exception {
        return admin
                .describeTopics(admin.listTopics(new ListTopicsOptions().listInternal(true))
                        .names()
                        .get())
                .allTopicNames()
                .get()
                .values()
                .stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(partition -> partition.isr().size() == nodes.size());
    }

    private TopicDescription describe(String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
    }

    /** The types of all final events of the job in the log. */
    private List<String> finalEvents(String job) throws Exception {
        try (Consumer<String, byte[]> consumer = clients.consumer("test", Map.of())) {
            List<TopicPartition> partition = List.of(partitionOfEvents(job));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            long end = consumer.endOffsets(partition).get(partition.getFirst());
            List<String> types = new ArrayList<>();
            while (consumer.position(partition.getFirst()) < end) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if ((job + "/final").equals(Envelope.header(record, Envelope.ID))) {
                        types.add(Envelope.header(record, Envelope.TYPE));
                    }
                }
            }
            return types;
        }
    }
}

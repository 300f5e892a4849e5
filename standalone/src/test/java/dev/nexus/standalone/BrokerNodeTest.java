package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.EventLog;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.TopicSetup;
import dev.nexus.contract.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

@Timeout(120)
class BrokerNodeTest {

    @TempDir
    private Path folder;

    @Test
    void threeNodesKeepEveryTopicThreeTimesAndWriteWhileOneIsAway() throws Exception {
        List<BrokerNode> nodes = BrokerNode.cluster(folder, 3, EmbeddedBroker.Life.SHORT);
        try {
            BrokerNode.startAll(nodes);
            try (Admin admin = clients(BrokerNode.bootstrapServers(nodes)).admin()) {
                new TopicSetup(new Topics("")).prepare(admin);

                Set<String> topics = admin.listTopics().names().get();
                assertThat(topics).contains("job-events", "job-requests-dlt", "worker-heartbeats");
                assertThat(admin.describeTopics(topics).allTopicNames().get().values())
                        .flatExtracting(TopicDescription::partitions)
                        .extracting(partition -> partition.replicas().size())
                        .containsOnly(3);
                List<ConfigResource> resources = topics.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList();
                assertThat(admin.describeConfigs(resources).all().get().values())
                        .extracting(config -> config.get("min.insync.replicas").value())
                        .containsOnly("2");
            }
        } finally {
            nodes.forEach(BrokerNode::close);
        }
    }

    @Test
    void whatThreeNodesTookIsThereAndMoreIsTakenWhenOneOfThemIsKilled() throws Exception {
        List<BrokerNode> nodes = BrokerNode.cluster(folder, 3, EmbeddedBroker.Life.SHORT);
        try {
            BrokerNode.startAll(nodes);
            KafkaClients clients = clients(BrokerNode.bootstrapServers(nodes));
            String topic = new Topics("").name(Topic.JOB_CONTROL);
            try (Admin admin = clients.admin();
                    Producer<String, byte[]> producer = clients.producer("test")) {
                new TopicSetup(new Topics("")).prepare(admin);
                EventLog.send(producer, new ProducerRecord<>(topic, "before", new byte[0]))
                        .join();

                leader(admin, topic, nodes).process().orElseThrow().destroyForcibly();

                EventLog.send(producer, new ProducerRecord<>(topic, "after", new byte[0]))
                        .join();
                assertThat(keys(clients, topic, 2)).containsExactly("before", "after");
            }
        } finally {
            nodes.forEach(BrokerNode::close);
        }
    }

    @Test
    void aKilledNodeStartsAgainWithWhatItHad() throws Exception {
        List<BrokerNode> nodes = BrokerNode.cluster(folder, 1, EmbeddedBroker.Life.SHORT);
        try {
            BrokerNode.startAll(nodes);
            KafkaClients clients = clients(BrokerNode.bootstrapServers(nodes));
            String topic = new Topics("").name(Topic.JOB_CONTROL);
            try (Admin admin = clients.admin();
                    Producer<String, byte[]> producer = clients.producer("test")) {
                new TopicSetup(new Topics("")).prepare(admin);
                EventLog.send(producer, new ProducerRecord<>(topic, "before", new byte[0]))
                        .join();
            }

            nodes.getFirst().process().orElseThrow().destroyForcibly().waitFor();
            nodes.getFirst().start();

            assertThat(keys(clients, topic, 1)).containsExactly("before");
        } finally {
            nodes.forEach(BrokerNode::close);
        }
    }

    private static BrokerNode leader(Admin admin, String topic, List<BrokerNode> nodes) throws Exception {
        int id = admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .getFirst()
                .leader()
                .id();
        return nodes.get(id - 1);
    }

    private static List<String> keys(KafkaClients clients, String topic, int count) {
        try (Consumer<String, byte[]> consumer = clients.consumer("test", Map.of())) {
            List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            List<String> keys = new ArrayList<>();
            while (keys.size() < count) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> keys.add(record.key()));
            }
            return keys;
        }
    }

    private static KafkaClients clients(String bootstrapServers) {
        KafkaProperties settings = new KafkaProperties();
        settings.setBootstrapServers(List.of(bootstrapServers.split(",")));
        return new KafkaClients(settings, "test");
    }
}

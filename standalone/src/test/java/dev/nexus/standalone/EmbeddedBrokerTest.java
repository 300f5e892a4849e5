package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.standalone.EmbeddedBroker.Life;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedBrokerTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    @TempDir
    private Path data;

    @Test
    void shareConsumersTakeWhatWasSent() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, new BrokerPort.Any(), Life.SHORT);
                Admin admin = admin(broker.bootstrapServers())) {
            createTopic(admin);
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.GROUP, "workers"),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
            send(broker.bootstrapServers(), "x".repeat(3_000_000));

            List<Integer> lengths = new ArrayList<>();
            try (ShareConsumer<String, String> worker =
                    new KafkaShareConsumer<>(client(broker.bootstrapServers(), "group.id", "workers"))) {
                worker.subscribe(List.of("topic"));
                await().atMost(LONGEST).until(() -> {
                    worker.poll(Duration.ofMillis(500))
                            .forEach(found -> lengths.add(found.value().length()));
                    return !lengths.isEmpty();
                });
            }

            assertThat(lengths).containsExactly(3_000_000);
        }
    }

    @Test
    void aKilledBrokerComesBackWithItsDataAtTheSamePlace() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, new BrokerPort.Any(), Life.SHORT);
                Admin admin = admin(broker.bootstrapServers())) {
            createTopic(admin);
            send(broker.bootstrapServers(), "kept");
            ProcessHandle first = broker.process();

            first.destroyForcibly();

            await().atMost(LONGEST).until(() -> broker.process().pid() != first.pid());
            assertThat(readAll(broker.bootstrapServers())).containsExactly("kept");
            assertThat(broker.gone()).isNotDone();
        }
    }

    @Test
    void aBrokerEndsWithItsKilledParentAndTheNextGoesOnThere() throws Exception {
        BrokerParent.Running parent = BrokerParent.Running.start(data);
        try (Admin admin = admin(parent.bootstrapServers())) {
            createTopic(admin);
        }
        send(parent.bootstrapServers(), "kept");
        assertThatThrownBy(() -> DataDirectory.open(data, "run"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("is in use by process " + parent.process().pid() + " (nexus up)");

        parent.process().destroyForcibly();

        try (DataDirectory directory = DataDirectory.open(data, "up");
                EmbeddedBroker next = EmbeddedBroker.start(directory.root(), new BrokerPort.Kept(), Life.SHORT)) {
            assertThat(parent.broker().isAlive()).isFalse();
            assertThat(next.bootstrapServers()).isEqualTo(parent.bootstrapServers());
            assertThat(readAll(next.bootstrapServers())).containsExactly("kept");
        }
    }

    @Test
    void aBrokerEndsWithItsParentEvenIfNothingFollows() throws Exception {
        BrokerParent.Running parent = BrokerParent.Running.start(data);

        parent.process().destroyForcibly();

        parent.broker().onExit().get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aBrokerThatCannotStartSaysWhy() throws IOException {
        Files.createDirectories(data.resolve("kafka"));
        Files.writeString(data.resolve("kafka").resolve("meta.properties"), "version=1\nnode.id=99\ncluster.id=x\n");

        assertThatThrownBy(() -> EmbeddedBroker.start(data, new BrokerPort.Any(), Life.SHORT))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("the embedded broker did not start: ")
                .hasMessageContaining("99")
                .hasMessageContaining("kafka.log");
    }

    @Test
    void aTakenPortIsNamedWhenNoOtherWillDo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> new BrokerPort.Exactly(taken.getLocalPort()).choose(data))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("--broker-port");
        }
    }

    @Test
    void aTakenPortIsReplacedAndTheNewOneKept() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(data.resolve("broker.port"), taken.getLocalPort() + "\n");

            int chosen = new BrokerPort.Kept().choose(data);

            assertThat(chosen).isNotEqualTo(taken.getLocalPort());
            assertThat(new BrokerPort.Kept().choose(data)).isEqualTo(chosen);
        }
    }

    @Test
    void aDirectoryIsFreeAgainWhenItsOwnerIsDone() {
        try (DataDirectory first = DataDirectory.open(data, "up")) {
            assertThat(DataDirectory.owner(first.root()))
                    .map(ProcessLock.Owner::purpose)
                    .contains("up");
            assertThatThrownBy(() -> DataDirectory.open(data, "run")).isInstanceOf(CommandFailure.class);
        }
        try (DataDirectory second = DataDirectory.open(data, "run")) {
            assertThat(DataDirectory.owner(second.root()))
                    .map(ProcessLock.Owner::purpose)
                    .contains("run");
        }
    }

    private static void createTopic(Admin admin) throws Exception {
        NewTopic topic = new NewTopic("topic", 1, (short) 1).configs(Map.of("max.message.bytes", "4194304"));
        admin.createTopics(List.of(topic)).all().get();
    }

    private static void send(String servers, String value) throws Exception {
        try (Producer<String, String> producer = new KafkaProducer<>(client(servers, "max.request.size", "4194304"))) {
            producer.send(new ProducerRecord<>("topic", value)).get();
        }
    }

    private static List<String> readAll(String servers) {
        List<String> values = new ArrayList<>();
        TopicPartition partition = new TopicPartition("topic", 0);
        try (Consumer<String, String> consumer = new KafkaConsumer<>(client(servers, "enable.auto.commit", "false"))) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            await().atMost(LONGEST).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(found -> values.add(found.value()));
                return consumer.position(partition)
                        >= consumer.endOffsets(List.of(partition)).get(partition);
            });
        }
        return values;
    }

    private static Admin admin(String servers) {
        return Admin.create(client(servers, "client.id", "test"));
    }

    private static Map<String, Object> client(String servers, String key, String value) {
        return Map.of(
                "bootstrap.servers",
                servers,
                "key.serializer",
                StringSerializer.class,
                "value.serializer",
                StringSerializer.class,
                "key.deserializer",
                StringDeserializer.class,
                "value.deserializer",
                StringDeserializer.class,
                key,
                value);
    }
}

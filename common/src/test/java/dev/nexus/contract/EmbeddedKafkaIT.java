package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EmbeddedKafkaIT extends KafkaContract {

    private static final Logger SETUP_LOG = (Logger) LoggerFactory.getLogger(TopicSetup.class);

    private static EmbeddedBroker broker;
    private static KafkaClients clients;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void startBroker() {
        broker = new EmbeddedBroker();
        clients = KafkaForTests.clients(broker.address());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void listen() {
        log.start();
        SETUP_LOG.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        SETUP_LOG.detachAppender(log);
    }

    @Override
    KafkaClients clients() {
        return clients;
    }

    @Test
    void preparingTwiceIsHarmless() throws Exception {
        var topics = new Topics("twice.");
        prepare(topics);

        prepare(topics);

        assertThat(warnings()).isEmpty();
    }

    @Test
    void preparingTwiceAtOnceIsHarmless() throws Exception {
        var topics = new Topics("at-once.");
        var together = new CyclicBarrier(2);
        Callable<Void> preparing = () -> {
            try (Admin admin = clients.admin()) {
                together.await();
                new TopicSetup(topics).prepare(admin);
                return null;
            }
        };

        List<Future<Void>> both;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            both = threads.invokeAll(List.of(preparing, preparing));
        }

        assertThat(both).extracting(Future::state).containsOnly(Future.State.SUCCESS);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void anExistingTopicWithOtherSettingsIsNamedAndLeftAsItIs() throws Exception {
        var topics = new Topics("differs.");
        try (Admin admin = clients.admin()) {
            admin.createTopics(List.of(new NewTopic("differs.job-control", 3, (short) 1)
                            .configs(Map.of(
                                    "cleanup.policy", "delete",
                                    "retention.ms", "3600000",
                                    "max.message.bytes", "1048576",
                                    "message.timestamp.type", "CreateTime",
                                    "segment.ms", "86400000"))))
                    .all()
                    .get();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> admin.listTopics().names().get().contains("differs.job-control"));
        }

        prepare(topics);

        assertThat(warnings())
                .containsExactlyInAnyOrder(
                        "topic differs.job-control has 3 partitions, Nexus works with 1",
                        "topic differs.job-control has retention.ms=3600000, Nexus creates it with 86400000",
                        "topic differs.job-control has message.timestamp.type=CreateTime, Nexus creates it with"
                                + " LogAppendTime");
        try (Admin admin = clients.admin()) {
            var control = new ConfigResource(ConfigResource.Type.TOPIC, "differs.job-control");
            var config = admin.describeConfigs(List.of(control)).all().get().get(control);
            assertThat(config.get("retention.ms").value()).isEqualTo("3600000");
        }
    }

    @Test
    void everyAgentServicesGroupBeginsAtTheBeginning() throws Exception {
        prepare(new Topics("groups."));

        try (Admin admin = clients.admin()) {
            List<ConfigResource> groups = Stream.of("planner-service", "builder-service", "tester-service")
                    .map(name -> new ConfigResource(ConfigResource.Type.GROUP, "groups." + name))
                    .toList();
            assertThat(admin.describeConfigs(groups).all().get().values())
                    .extracting(config -> config.get("share.auto.offset.reset").value())
                    .containsExactly("earliest", "earliest", "earliest");
        }
    }

    @Test
    void aClusterWithoutShareGroupsIsRefusedWithTheRemedy() throws Exception {
        try (var old = new EmbeddedBroker();
                Admin admin = KafkaForTests.clients(old.address()).admin()) {
            admin.updateFeatures(
                            Map.of(
                                    "share.version",
                                    new FeatureUpdate((short) 0, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)),
                            new UpdateFeaturesOptions())
                    .all()
                    .get();
            await().atMost(Duration.ofSeconds(10)).until(() -> !hasShareGroups(admin));

            assertThatThrownBy(() -> new TopicSetup(new Topics("")).prepare(admin))
                    .isInstanceOf(TopicSetup.ClusterUnfit.class)
                    .hasMessage("the Kafka cluster has no share groups; use Kafka 4.2 or newer, and after an upgrade"
                            + " run: kafka-features.sh --bootstrap-server … upgrade --feature share.version=1");
            assertThat(admin.listTopics().names().get()).isEmpty();
        }
    }

    private List<String> warnings() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static boolean hasShareGroups(Admin admin) throws Exception {
        var share = admin.describeFeatures()
                .featureMetadata()
                .get()
                .finalizedFeatures()
                .get("share.version");
        return share != null && share.maxVersionLevel() > 0;
    }
}

package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Json;
import dev.nexus.contract.TopicSetup;
import dev.nexus.contract.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real broker that is set up wrongly, or talked to wrongly: the doctor says which, and what to do. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DoctorIT {

    @TempDir
    private static Path data;

    private static EmbeddedBroker broker;
    private static Admin admin;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(data, new BrokerPort.Any(), EmbeddedBroker.Life.SHORT);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void nameTheBroker() {
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    }

    @Test
    void whereAllIsAsNexusMakesItNothingIsWrong() throws Exception {
        new TopicSetup(new Topics("well-")).prepare(admin);

        JsonNode report = doctor("--prefix", "well-");

        assertThat(report.get("ok").booleanValue()).as(report.toString()).isTrue();
        assertThat(report.at("/checks/0/found").stringValue()).startsWith("1 broker with share groups at 127.0.0.1:");
        assertThat(report.at("/checks/1/found").stringValue()).isEqualTo("all are there, as Nexus makes them");
    }

    @Test
    void topicsThatAreMissingAreNamed() {
        JsonNode report = doctor("--prefix", "none-");

        assertWrong(report.at("/checks/1"), "topics none-job-requests, ", "start a gateway, which makes them");
        assertThat(report.at("/checks/1/found").stringValue()).endsWith("more are missing");
    }

    @Test
    void aTopicWithOtherPartitionsIsNamed() throws Exception {
        admin.createTopics(List.of(new NewTopic("few-job-events", 3, (short) 1)))
                .all()
                .get();
        new TopicSetup(new Topics("few-")).prepare(admin);

        JsonNode report = doctor("--prefix", "few-");

        assertWrong(
                report.at("/checks/1"),
                "topic few-job-events has 3 partitions, Nexus works with 12",
                "as './nexus topics' prints them");
    }

    @Test
    void aTopicThatForgetsTooSoonIsNamed() throws Exception {
        new TopicSetup(new Topics("short-")).prepare(admin);
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, "short-job-events");
        var change = new AlterConfigOp(new ConfigEntry("retention.ms", "60000"), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(topic, List.of(change))).all().get();

        JsonNode report = doctor("--prefix", "short-");

        assertWrong(
                report.at("/checks/1"),
                "topic short-job-events has retention.ms=60000, Nexus creates it with 604800000",
                "kafka-configs.sh");
    }

    @Test
    void saslWhereTheBrokerTakesNoneIsNamed() {
        environment.put("SPRING_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT");

        assertWrong(doctor().at("/checks/0"), "takes no SASL there", "set spring.kafka.security.protocol to PLAINTEXT");
    }

    @Test
    void tlsWhereTheBrokerSpeaksNoneIsNamed() {
        environment.put("SPRING_KAFKA_SECURITY_PROTOCOL", "SSL");

        assertWrong(
                doctor().at("/checks/0"),
                "does not speak TLS there",
                "set spring.kafka.security.protocol to PLAINTEXT");
    }

    @Test
    @Order(Integer.MAX_VALUE) // it changes the broker for good
    void aBrokerWithoutShareGroupsIsNamed() throws Exception {
        admin.updateFeatures(
                        Map.of("share.version", new FeatureUpdate((short) 0, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)),
                        new UpdateFeaturesOptions())
                .all()
                .get();

        assertWrong(doctor().at("/checks/0"), "the Kafka cluster has no share groups", "use Kafka 4.2 or newer");
    }

    private JsonNode doctor(String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] arguments = new String[more.length + 4];
        System.arraycopy(new String[] {"doctor", "--json", "--only", "broker"}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        Nexus.run(
                new Shell(data, environment, new PrintWriter(out, true), new PrintWriter(err, true), false), arguments);
        assertThat(err.toString()).isEmpty();
        return Json.tree(out.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void assertWrong(JsonNode found, String what, String remedy) {
        assertThat(found.get("status").stringValue()).as(found.toString()).isEqualTo("wrong");
        assertThat(found.get("found").stringValue()).contains(what);
        assertThat(found.get("remedy").stringValue()).contains(remedy);
    }
}

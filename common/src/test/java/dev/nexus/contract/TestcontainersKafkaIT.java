package dev.nexus.contract;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** The same against the Kafka that is released, in the version of our clients. */
@EnabledIf(
        value = "dockerAnswers",
        disabledReason = "no Docker engine answers here; EmbeddedKafkaIT runs the same tests")
class TestcontainersKafkaIT extends KafkaContract {

    private static KafkaContainer kafka;
    private static KafkaClients clients;

    static boolean dockerAnswers() {
        ((Logger) LoggerFactory.getLogger("org.testcontainers")).setLevel(Level.OFF); // no Docker is no error here
        return DockerClientFactory.instance().isDockerAvailable();
    }

    @BeforeAll
    static void startKafka() {
        kafka = new KafkaContainer("apache/kafka:" + AppInfoParser.getVersion())
                .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
                .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1");
        kafka.start();
        clients = KafkaForTests.clients(kafka.getBootstrapServers());
    }

    @AfterAll
    static void stopKafka() {
        kafka.stop();
    }

    @Override
    KafkaClients clients() {
        return clients;
    }
}

package dev.nexus.contract;

import java.util.Map;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A real broker in this JVM, alone and so without copies of anything. */
final class EmbeddedBroker implements AutoCloseable {

    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, 1);

    EmbeddedBroker() {
        broker.brokerProperties(Map.of(
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "offsets.topic.replication.factor", "1",
                "group.share.heartbeat.interval.ms", "1000",
                "group.share.min.heartbeat.interval.ms", "1000",
                "auto.create.topics.enable", "false"));
        broker.afterPropertiesSet();
    }

    String address() {
        return broker.getBrokersAsString();
    }

    @Override
    public void close() {
        broker.destroy();
    }
}

package dev.nexus.gateway.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.log.TopicRetention;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.mock.env.MockEnvironment;

/** What the one who copies tells the others of the database. */
class ArchiveWriterTest {

    private static final Topics TOPICS = new Topics("");

    private Instant now = Instant.parse("2026-03-02T09:15:27Z");

    @Test
    void aDatabaseThatWasAwayIsTriedAgainAlsoIfNothingIsCopiedAnyMore() {
        Database database = Database.of(new MockEnvironment()
                .withProperty("spring.datasource.url", "jdbc:h2:mem:nobody-made-it;IFEXISTS=TRUE")
                .withProperty("spring.datasource.hikari.connection-timeout", "250")
                .withProperty("spring.datasource.username", "sa")
                .withProperty("spring.datasource.password", ""));
        var clients = new KafkaClients(new KafkaProperties(), "test");
        var writer = new ArchiveWriter(
                clients,
                TOPICS,
                database,
                new ArchiveStore(database.source(), TOPICS),
                new TopicRetention(clients, TOPICS),
                "test",
                Duration.ZERO,
                clock());
        try (var consumer = new MockConsumer<String, byte[]>("earliest")) {
            writer.step(consumer);
        }

        assertThat(writer.isAway()).isTrue();
        now = now.plusSeconds(4);
        assertThat(writer.isAway()).isTrue();
        now = now.plusSeconds(1);
        assertThat(writer.isAway()).isFalse();
        database.close();
    }

    private Clock clock() {
        return new Clock() {

            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }
        };
    }
}

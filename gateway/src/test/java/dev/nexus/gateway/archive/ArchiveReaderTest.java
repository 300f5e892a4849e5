package dev.nexus.gateway.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.log.TopicRetention;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.mock.env.MockEnvironment;

/** Who may ask the archive's database, and what follows when it fails, on H2. */
class ArchiveReaderTest {

    private static final Topics TOPICS = new Topics("");
    private static final byte[] CONTENT = "a stack".getBytes(StandardCharsets.UTF_8);

    private Connections connections;
    private ArchiveReader reader;
    private ArtefactRef file;

    /** Notes on which thread each connection is taken. */
    private static final class Connections extends DelegatingDataSource {

        private final Queue<Thread> takers = new ConcurrentLinkedQueue<>();

        Connections(Database database) {
            super(database.source());
        }

        @Override
        public Connection getConnection() throws SQLException {
            takers.add(Thread.currentThread());
            return super.getConnection();
        }
    }

    @BeforeEach
    void open() throws NoSuchAlgorithmException {
        Database database = Database.of(new MockEnvironment()
                .withProperty("spring.datasource.url", "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1")
                .withProperty("spring.datasource.username", "sa")
                .withProperty("spring.datasource.password", ""));
        database.migrate();
        file = save(new ArchiveStore(database.source(), TOPICS));
        connections = new Connections(database);
        var store = new ArchiveStore(connections, TOPICS);
        var clients = new KafkaClients(new KafkaProperties(), "test");
        var writer = new ArchiveWriter(
                clients,
                TOPICS,
                database,
                store,
                new TopicRetention(clients, TOPICS),
                "test",
                Duration.ZERO,
                Clock.systemUTC());
        reader = new ArchiveReader(database, store, writer);
    }

    @AfterEach
    void close() throws InterruptedException {
        reader.stop();
    }

    @Test
    void anInterruptMeetsWhoAsksAndNotTheDatabase() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> reader.file(file)).isInstanceOf(InterruptException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(reader.file(file)).isEqualTo(CONTENT);
        assertThat(connections.takers).isNotEmpty().doesNotContain(Thread.currentThread());
    }

    private static ArtefactRef save(ArchiveStore store) throws NoSuchAlgorithmException {
        var record = new ConsumerRecord<String, byte[]>(
                TOPICS.name(Topic.JOB_ARTEFACTS),
                0,
                7,
                Instant.now().toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                -1,
                -1,
                "job",
                CONTENT,
                new RecordHeaders(),
                Optional.empty());
        store.insert(List.of(new ArchiveStore.Row(store.topic(Uuid.randomUuid(), Topic.JOB_ARTEFACTS), record)));
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(CONTENT);
        return new ArtefactRef("stack.py", HexFormat.of().formatHex(hash), CONTENT.length, 0, record.offset());
    }
}

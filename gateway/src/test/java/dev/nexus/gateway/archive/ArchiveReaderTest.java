package dev.nexus.gateway.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.log.JobTable.Filter;
import dev.nexus.gateway.log.TopicRetention;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.transaction.CannotCreateTransactionException;

/** Who may ask the archive's database, and what follows when it fails, on H2. */
class ArchiveReaderTest {

    private static final Topics TOPICS = new Topics("");
    private static final byte[] CONTENT = "a stack".getBytes(StandardCharsets.UTF_8);

    private Connections connections;
    private ArchiveReader reader;
    private ArtefactRef file;

    /** Notes on which thread each connection is taken, and can make it wait. */
    private static final class Connections extends DelegatingDataSource {

        private final Queue<Thread> takers = new ConcurrentLinkedQueue<>();
        private volatile CountDownLatch open = new CountDownLatch(0);

        Connections(Database database) {
            super(database.source());
        }

        @Override
        public Connection getConnection() throws SQLException {
            CountDownLatch first = open;
            takers.add(Thread.currentThread());
            try {
                if (!first.await(30, TimeUnit.SECONDS)) {
                    throw new SQLException("the test never opened it");
                }
            } catch (InterruptedException e) {
                throw new SQLException("interrupted", e);
            }
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

    @Test
    void aSearchThatIsSlowKeepsOtherSearchesWaitingAndNobodyElse() {
        var search = new Filter(null, null, null, null, "a stack");
        var running = new CountDownLatch(1);
        connections.open = running;
        try {
            for (int i = 0; i < 6; i++) {
                var _ = reader.page(search, null, null, 10);
            }
            await().untilAsserted(() -> assertThat(connections.takers).hasSize(1));
            connections.open = new CountDownLatch(0); // for those that come behind it

            assertThat(reader.file(file)).isEqualTo(CONTENT);

            assertThat(connections.takers).hasSize(2);
        } finally {
            running.countDown();
        }
    }

    @Test
    void oneStatementThatFailsIsNotADatabaseThatIsAway() {
        assertThat(ArchiveReader.isOfConnection(
                        new QueryTimeoutException("slow", new SQLException("canceled", "57014"))))
                .isFalse();
        assertThat(ArchiveReader.isOfConnection(new BadSqlGrammarException("", "", new SQLException("no state"))))
                .isFalse();
    }

    @Test
    void whatTellsThatTheNextOneWillFailToo() {
        assertThat(ArchiveReader.isOfConnection(new CannotGetJdbcConnectionException("refused")))
                .isTrue();
        assertThat(ArchiveReader.isOfConnection(new CannotCreateTransactionException(
                        "", new SQLTransientConnectionException("not available, timed out"))))
                .isTrue();
        assertThat(ArchiveReader.isOfConnection(
                        new DataAccessResourceFailureException("", new SQLException("broken", "08006"))))
                .isTrue();
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

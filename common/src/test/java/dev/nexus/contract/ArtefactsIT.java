package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtefactsIT {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    private static final Topics TOPICS = new Topics("");

    private static EmbeddedBroker broker;
    private static KafkaClients clients;
    private static Producer<String, byte[]> producer;
    private static Artefacts artefacts;

    @BeforeAll
    static void start() throws InterruptedException {
        broker = new EmbeddedBroker();
        clients = KafkaForTests.clients(broker.address());
        try (Admin admin = clients.admin()) {
            new TopicSetup(TOPICS).prepare(admin);
        }
        producer = clients.producer("test");
        artefacts = new Artefacts(clients, producer, TOPICS);
    }

    @AfterAll
    static void stop() {
        artefacts.close();
        producer.close();
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 200_000, 4_000_000})
    void aFileIsReadAsItWasSaved(int size) throws Exception {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);

        ArtefactRef ref =
                artefacts.save(JOB, TaskId.build("a", 0), "a.py", content).join();

        assertThat(artefacts.read(ref)).isEqualTo(content);
        assertThat(ref.path()).isEqualTo("a.py");
        assertThat(ref.size()).isEqualTo(size);
    }

    @Test
    void aRefHoldsTheHashOfTheBytes() {
        ArtefactRef ref = artefacts.save(JOB, null, "empty.txt", new byte[0]).join();

        assertThat(ref.sha256()).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void filesAreReadInAnyOrder() throws Exception {
        ArtefactRef first = artefacts.save(JOB, null, "a.txt", bytes("first")).join();
        ArtefactRef second = artefacts.save(JOB, null, "a.txt", bytes("second")).join();

        List<byte[]> contents = List.of(artefacts.read(second), artefacts.read(first), artefacts.read(second));

        assertThat(contents).containsExactly(bytes("second"), bytes("first"), bytes("second"));
    }

    @Test
    void aRecordOnTheTopicSaysWhatItIs() throws Exception {
        var topics = new Topics("own.");
        try (Admin admin = clients.admin()) {
            new TopicSetup(topics).prepare(admin);
        }

        try (var own = new Artefacts(clients, producer, topics)) {
            own.save(JOB, TaskId.build("a", 1), "größe.py", bytes("x = 1\n")).join();
        }

        var record = KafkaForTests.records(clients, "own.job-artefacts", 1).getFirst();
        Map<String, String> headers = new TreeMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        assertThat(record.key()).isEqualTo(JOB.value());
        assertThat(record.value()).isEqualTo(bytes("x = 1\n"));
        assertThat(headers)
                .isEqualTo(Map.of(
                        "path", "größe.py",
                        "sha256", "9e26bf369911c45c243c684147b23fc9e1dcfcf257d299a1c632016a6fcd33f4",
                        "task-id", "build:a:r1"));
    }

    @Test
    void otherBytesInThatPlaceAreRefused() {
        ArtefactRef ref = artefacts.save(JOB, null, "a.txt", bytes("a")).join();
        var other = new ArtefactRef("a.txt", "0".repeat(64), ref.size(), ref.partition(), ref.offset());

        assertThatThrownBy(() -> artefacts.read(other))
                .isInstanceOf(Artefacts.Gone.class)
                .hasMessage("the bytes of 'a.txt' are not on job-artefacts any more; the topic's retention may have"
                        + " passed");
    }

    @Test
    void aPlaceBeyondTheEndHoldsNoFile() {
        ArtefactRef ref = artefacts.save(JOB, null, "a.txt", bytes("a")).join();
        var later = new ArtefactRef("a.txt", ref.sha256(), ref.size(), ref.partition(), ref.offset() + 1000);

        assertThatThrownBy(() -> artefacts.read(later)).isInstanceOf(Artefacts.Gone.class);
    }

    @Test
    void aFileThatTheTopicNoLongerHasIsGone() throws Exception {
        JobId job = JobId.ofRecord("deleted", 0, 0);
        ArtefactRef ref = artefacts.save(job, null, "a.txt", bytes("a")).join();
        try (Admin admin = clients.admin()) {
            var partition = new TopicPartition(TOPICS.name(Topic.JOB_ARTEFACTS), ref.partition());
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(ref.offset() + 1)))
                    .all()
                    .get();
        }

        assertThatThrownBy(() -> artefacts.read(ref)).isInstanceOf(Artefacts.Gone.class);
    }

    @Test
    void aReaderThatWaitsCanBeInterrupted() throws Exception {
        ArtefactRef ref = artefacts.save(JOB, null, "a.txt", bytes("a")).join();
        var next = new ArtefactRef("a.txt", ref.sha256(), ref.size(), ref.partition(), ref.offset() + 1);
        var end = new CompletableFuture<Throwable>();
        Thread reader = Thread.ofPlatform().start(() -> {
            try {
                artefacts.read(next);
            } catch (Throwable e) {
                end.complete(e);
            }
        });
        await().atMost(Duration.ofSeconds(10)).until(() -> isPolling(reader));

        reader.interrupt();

        assertThat(end).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(InterruptedException.class);
        assertThat(artefacts.read(ref)).isEqualTo(bytes("a"));
    }

    private static boolean isPolling(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(KafkaConsumer.class.getName())
                        && frame.getMethodName().equals("poll"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

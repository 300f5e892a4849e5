package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DeadLettersIT {

    private static final ErrorInfo ERROR = new ErrorInfo(
            ErrorCode.INVALID_REQUEST, "/spec is missing; describe the software in plain language – größer", false);

    private static EmbeddedBroker broker;
    private static KafkaClients clients;
    private static Producer<String, byte[]> producer;

    @BeforeAll
    static void start() {
        broker = new EmbeddedBroker();
        clients = KafkaForTests.clients(broker.address());
        producer = clients.producer("test");
    }

    @AfterAll
    static void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void aRefusedRecordKeepsItsBytesAndHeadersAndGainsTheReason() throws Exception {
        var topics = prepared("kept.");
        byte[] notUtf8 = {(byte) 0xff, 0, '{', (byte) 0xc3};
        var original = new ProducerRecord<>(topics.name(Topic.JOB_REQUESTS), 7, "order-7", notUtf8);
        original.headers().add("tenant", notUtf8).add("tenant", new byte[0]).add("nothing", null);
        ConsumerRecord<String, byte[]> refused = sent(original);

        new DeadLetters(producer, topics)
                .put(place(Topic.JOB_REQUESTS, refused), refused, ERROR)
                .join();

        var letter = KafkaForTests.records(clients, "kept.job-requests-dlt", 1).getFirst();
        assertThat(letter.key()).isEqualTo("order-7");
        assertThat(letter.value()).isEqualTo(notUtf8);
        assertThat(headers(letter))
                .containsExactly(
                        "tenant=" + text(notUtf8),
                        "tenant=",
                        "nothing=null",
                        "dlt-reason=invalid_request",
                        "dlt-message=" + ERROR.message(),
                        "dlt-topic=kept.job-requests",
                        "dlt-partition=7",
                        "dlt-offset=0");
    }

    @Test
    void aRecordWithNeitherKeyNorValueIsPutAsideToo() throws Exception {
        var topics = prepared("empty.");
        ConsumerRecord<String, byte[]> refused = sent(new ProducerRecord<>(topics.name(Topic.PLAN_REQUESTS), null));

        new DeadLetters(producer, topics)
                .put(place(Topic.PLAN_REQUESTS, refused), refused, ERROR)
                .join();

        var letter =
                KafkaForTests.records(clients, "empty.plan-requests-dlt", 1).getFirst();
        assertThat(letter.key()).isNull();
        assertThat(letter.value()).isNull();
    }

    @Test
    void aLetterThatWasSentAgainTellsTheNewReasonAlone() throws Exception {
        var topics = prepared("again.");
        var original = new ProducerRecord<>(topics.name(Topic.JOB_CONTROL), "k", new byte[] {1});
        original.headers().add("dlt-reason", "conflict".getBytes(StandardCharsets.UTF_8));
        ConsumerRecord<String, byte[]> refused = sent(original);

        new DeadLetters(producer, topics)
                .put(place(Topic.JOB_CONTROL, refused), refused, ERROR)
                .join();

        var letter = KafkaForTests.records(clients, "again.job-control-dlt", 1).getFirst();
        assertThat(headers(letter)).contains("dlt-reason=invalid_request").doesNotContain("dlt-reason=conflict");
    }

    @Test
    void theLargestRecordThatTheTopicTakesFitsWithItsReason() throws Exception {
        var topics = prepared("large.");
        byte[] large = new byte[Topic.LARGE - 1024];
        new Random(23).nextBytes(large);
        ConsumerRecord<String, byte[]> refused =
                sent(new ProducerRecord<>(topics.name(Topic.JOB_REQUESTS), "k", large));

        new DeadLetters(producer, topics)
                .put(place(Topic.JOB_REQUESTS, refused), refused, ERROR)
                .join();

        assertThat(KafkaForTests.records(clients, "large.job-requests-dlt", 1)
                        .getFirst()
                        .value())
                .isEqualTo(large);
    }

    private static Topics prepared(String prefix) throws InterruptedException {
        var topics = new Topics(prefix);
        try (Admin admin = clients.admin()) {
            new TopicSetup(topics).prepare(admin);
        }
        return topics;
    }

    /** As the topic's consumer gets it. */
    private static ConsumerRecord<String, byte[]> sent(ProducerRecord<String, byte[]> record) {
        EventLog.send(producer, record).join();
        return KafkaForTests.records(clients, record.topic(), 1).getFirst();
    }

    private static List<String> headers(ConsumerRecord<String, byte[]> record) {
        List<String> headers = new ArrayList<>();
        record.headers()
                .forEach(header ->
                        headers.add(header.key() + "=" + (header.value() == null ? null : text(header.value()))));
        return headers;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Place place(Topic from, ConsumerRecord<String, byte[]> record) {
        return new Place(from, record.topic(), record.partition(), record.offset());
    }
}

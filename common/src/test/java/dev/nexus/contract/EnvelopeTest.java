package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    private static final byte[] VALUE = {1, 2, 3};

    @Test
    void aRecordIsThatOfItsJob() {
        var record = Envelope.json("job-events", JOB, "task.started", JOB + "/plan/1/started/w", "planner", VALUE);

        assertThat(record.topic()).isEqualTo("job-events");
        assertThat(record.key()).isEqualTo(JOB.value());
        assertThat(record.value()).isEqualTo(VALUE);
        assertThat(record.partition()).isNull();
    }

    /** The binary mode of CloudEvents' Kafka binding, section 3.2. */
    @Test
    void theHeadersAreThoseOfCloudEvents() {
        String id = JOB + "/plan/1/started/w";
        var before = Instant.now().truncatedTo(ChronoUnit.MILLIS);

        Map<String, String> headers =
                headers(Envelope.json("job-events", JOB, "task.started", id, "planner-service/w", VALUE));

        assertThat(headers.remove("traceparent")).isNotNull();
        assertThat(Instant.parse(headers.remove("ce_time"))).isBetween(before, Instant.now());
        assertThat(headers)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", id,
                        "ce_source", "/nexus/planner-service/w",
                        "ce_type", "task.started",
                        "content-type", "application/json"));
        assertThat(URI.create(headers.get("ce_source")).isAbsolute()).isFalse();
    }

    /** W3C Trace Context, section 3.2.2: version, trace id, parent id and flags, neither id all zeros. */
    @Test
    void traceparentIsValid() {
        Random random = new Random(19);
        var ids = IntStream.range(0, 1000).mapToObj(_ -> JobId.next(random.nextLong(1L << 48), random));

        var parents = ids.map(job -> traceparent(job, job + "/accepted"));

        assertThat(parents)
                .allSatisfy(parent ->
                        assertThat(parent).matches("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"));
    }

    @Test
    void aJobIsOneTrace() {
        String accepted = traceparent(JOB, JOB + "/accepted");
        String ended = traceparent(JOB, JOB + "/final");

        assertThat(accepted).startsWith("00-0198c5a27c0070008000000000000001-").isNotEqualTo(ended);
        assertThat(ended).startsWith("00-0198c5a27c0070008000000000000001-");
    }

    @Test
    void aRepeatIsTheSameSpan() {
        String first = traceparent(JOB, JOB + "/accepted");

        assertThat(traceparent(JOB, JOB + "/accepted")).isEqualTo(first);
    }

    @Test
    void theLastHeaderOfANameCounts() {
        var record = new ConsumerRecord<>("t", 0, 0, "k", VALUE);
        record.headers().add("tenant", bytes("acme")).add("tenant", bytes("größer"));

        assertThat(Envelope.header(record, Envelope.TENANT)).isEqualTo("größer");
    }

    @Test
    void aHeaderThatIsNotThereIsNull() {
        var record = new ConsumerRecord<>("t", 0, 0, "k", VALUE);
        record.headers().add("tenant", (byte[]) null);

        assertThat(Envelope.header(record, Envelope.TENANT)).isNull();
        assertThat(Envelope.header(record, Envelope.IDEMPOTENCY_KEY)).isNull();
    }

    @Test
    void theKeyNamesTheJob() {
        var record = new ConsumerRecord<>("t", 0, 0, JOB.value(), VALUE);

        assertThat(Envelope.job(record)).isEqualTo(JOB);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "order-7", "0198C5A2-7C00-7000-8000-000000000001"})
    void anotherKeyNamesNoJob(String key) {
        var record = new ConsumerRecord<>("t", 0, 0, key, VALUE);

        assertThat(Envelope.job(record)).isNull();
    }

    private static String traceparent(JobId job, String id) {
        return headers(Envelope.json("t", job, "t", id, "s", VALUE)).get("traceparent");
    }

    private static Map<String, String> headers(ProducerRecord<String, byte[]> record) {
        Map<String, String> headers = new TreeMap<>();
        record.headers()
                .forEach(header -> assertThat(
                                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)))
                        .as("only one %s", header.key())
                        .isNull());
        return headers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

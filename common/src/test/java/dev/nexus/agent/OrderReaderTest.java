package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order.PlanOrder;
import dev.nexus.contract.Order.TestOrder;
import dev.nexus.contract.Order.WriteTestsOrder;
import dev.nexus.contract.Service;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderReaderTest {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    private static final Since SINCE = new Since(3, 40, Instant.parse("2026-01-01T00:00:00Z"));

    private final OrderReader<PlanOrder> planner =
            new OrderReader<>(Service.PLANNER, PlanOrder.class, partition -> partition >= 0 && partition < 12);

    @Test
    void anOrderIsRead() {
        var order = new PlanOrder(TaskId.plan(), 2, SINCE, "spec", true);

        assertThat(planner.read(record(JOB.value(), Json.write(order))))
                .isEqualTo(new OrderReader.Ordered<>(JOB, order));
    }

    @Test
    void aServiceMayTakeSeveralKindsOfOrder() {
        var tester = new OrderReader<>(Service.TESTER, TestOrder.class, partition -> true);
        var order = new WriteTestsOrder(TaskId.tests(), 1, SINCE, "spec", null, List.of());

        assertThat(tester.read(record(JOB.value(), Json.write(order))))
                .isEqualTo(new OrderReader.Ordered<TestOrder>(JOB, order));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"type\":\"plan\",\"spec\":\"x\"}", "{\"type\":\"whatever\"}"})
    void anObjectWithNeitherAttemptNorSinceCameFromOutside(String json) {
        assertThat(read(json)).isEqualTo(new OrderReader.Direct<>());
    }

    @Test
    void anOrderNeedsAJobIdAsItsKey() {
        var order = new PlanOrder(TaskId.plan(), 1, SINCE, "spec", true);

        assertThat(planner.read(record(null, Json.write(order)))).isInstanceOf(OrderReader.Unreadable.class);
        assertThat(planner.read(record("mine", Json.write(order)))).isInstanceOf(OrderReader.Unreadable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "{", "\"text\"", "{\"attempt\":1,\"attempt\":1}"})
    void whatIsNoJsonObjectCameFromOutsideToo(String value) {
        assertThat(read(value)).isEqualTo(new OrderReader.Direct<>());
    }

    @Test
    void aRecordWithoutValueCameFromOutside() {
        assertThat(planner.read(record(JOB.value(), null))).isEqualTo(new OrderReader.Direct<>());
    }

    @Test
    void aStructuredCloudEventCameFromOutsideWhateverItsAttributesAreCalled() {
        var event = record(null, "{\"specversion\":\"1.0\",\"attempt\":1}".getBytes(StandardCharsets.UTF_8));
        event.headers().add("content-type", "application/cloudevents+json".getBytes(StandardCharsets.UTF_8));

        assertThat(planner.read(event)).isEqualTo(new OrderReader.Direct<>());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"type":"plan","task":"plan","attempt":1}
                    {"type":"plan","task":"plan","attempt":1,"since":7}
                    {"type":"plan","task":"plan","attempt":1,"since":{"partition":12,"offset":0,"time":"2026-01-01T00:00:00Z"}}
                    {"type":"plan","task":"plan","attempt":1,"since":{"partition":0,"offset":-1,"time":"2026-01-01T00:00:00Z"}}
                    {"type":"plan","task":"plan","attempt":1,"since":{"partition":0,"offset":1}}
                    {"type":"later","task":"plan","attempt":1,"since":{"partition":0,"offset":1,"time":"2026-01-01T00:00:00Z"}}
                    {"type":"test","task":"plan","attempt":1,"since":{"partition":0,"offset":1,"time":"2026-01-01T00:00:00Z"}}
                    """)
    void theAttemptThatWaitsIsNamedIfTheRecordHasTheIdOfItsOrder(String json) {
        var received = (OrderReader.Unreadable<PlanOrder>) planner.read(sentAs(JOB + "/plan/1/scheduled", json));

        assertThat(received.attempt()).isEqualTo(new Heartbeat.InFlight(JOB, TaskId.plan(), 1));
        assertThat(received.error().message()).doesNotContain("dev.nexus");
    }

    @Test
    void anAttemptThatSomeoneElseNamesIsNotTakenForOneThatWaits() {
        String json = "{\"type\":\"later\",\"task\":\"plan\",\"attempt\":1}";

        assertThat(unreadable(json).attempt()).isNull();
        assertThat(planner.read(sentAs(JOB + "/plan/2/scheduled", json)))
                .isInstanceOfSatisfying(
                        OrderReader.Unreadable.class,
                        received -> assertThat(received.attempt()).isNull());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"type":"plan","task":"plan","attempt":0,"since":{"partition":0,"offset":1,"time":"2026-01-01T00:00:00Z"}}
                    {"type":"plan","task":"plan","attempt":"x","since":{"partition":0,"offset":1,"time":"2026-01-01T00:00:00Z"}}
                    {"type":"plan","task":"../..","attempt":1,"since":{"partition":0,"offset":1,"time":"2026-01-01T00:00:00Z"}}
                    {"type":"plan","attempt":1,"since":{"partition":0,"offset":1,"time":"2026-01-01T00:00:00Z"}}
                    {"type":"plan","since":{"partition":0,"offset":1,"time":"2026-01-01T00:00:00Z"}}
                    """)
    void anAttemptThatCannotBeMadeOutIsNotNamed(String json) {
        var received = (OrderReader.Unreadable<PlanOrder>) planner.read(sentAs(JOB + "/plan/1/scheduled", json));

        assertThat(received.attempt()).isNull();
        assertThat(received.error().code()).isEqualTo(ErrorCode.UNREADABLE_ORDER);
    }

    private OrderReader.Unreadable<PlanOrder> unreadable(String json) {
        var received = read(json);
        assertThat(received).isInstanceOf(OrderReader.Unreadable.class);
        return (OrderReader.Unreadable<PlanOrder>) received;
    }

    private static ConsumerRecord<String, byte[]> sentAs(String id, String json) {
        var record = record(JOB.value(), json.getBytes(StandardCharsets.UTF_8));
        record.headers().add("ce_id", id.getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private OrderReader.Received<PlanOrder> read(String json) {
        return planner.read(record(JOB.value(), json.getBytes(StandardCharsets.UTF_8)));
    }

    private static ConsumerRecord<String, byte[]> record(String key, byte[] value) {
        return new ConsumerRecord<>("plan-requests", 0, 0, key, value);
    }
}

package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.validation.Validation;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

    @Test
    void theNamesAreThoseOfTheTable() {
        var topics = new Topics("");

        assertThat(Topic.values())
                .extracting(topics::name)
                .containsExactly(
                        "job-requests",
                        "plan-requests",
                        "build-requests",
                        "test-requests",
                        "job-events",
                        "job-control",
                        "worker-heartbeats",
                        "job-artefacts",
                        "model-calls",
                        "webhooks",
                        "webhook-deliveries",
                        "api-keys",
                        "audit-events");
    }

    @Test
    void aPrefixStandsBeforeEveryName() {
        var topics = new Topics("team-a.");

        assertThat(topics.name(Topic.JOB_EVENTS)).isEqualTo("team-a.job-events");
        assertThat(topics.deadLetters(Topic.JOB_REQUESTS)).isEqualTo("team-a.job-requests-dlt");
        assertThat(topics.group(Service.PLANNER)).isEqualTo("team-a.planner-service");
        assertThat(topics.group(Service.GATEWAY, "intake")).isEqualTo("team-a.gateway-intake");
    }

    @Test
    void everyTopicHasItsOwnName() {
        var topics = new Topics("p");

        assertThat(Arrays.stream(Topic.values()).map(topics::name)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"PLANNER, PLAN_REQUESTS", "BUILDER, BUILD_REQUESTS", "TESTER, TEST_REQUESTS"})
    void anAgentServiceHasItsWorkTopic(Service service, Topic topic) {
        assertThat(Topic.ordersFor(service)).isEqualTo(topic);
    }

    @Test
    void theGatewayTakesNoOrders() {
        assertThatThrownBy(() -> Topic.ordersFor(Service.GATEWAY)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "team-a.", "Team_7-"})
    void aPrefixThatKafkaTakesIsTaken(String prefix) {
        assertThat(isValid(prefix)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a/", "a b", "ä", "a:", "a\n"})
    void aPrefixThatKafkaWouldRefuseIsRefused(String prefix) {
        assertThat(isValid(prefix)).isFalse();
    }

    @Test
    void aPrefixLeavesRoomForTheName() {
        assertThat(isValid("a".repeat(100))).isTrue();
        assertThat(isValid("a".repeat(101))).isFalse();
    }

    private static boolean isValid(String prefix) {
        try (var factory = Validation.buildDefaultValidatorFactory()) {
            return factory.getValidator().validate(new Topics(prefix)).isEmpty();
        }
    }
}

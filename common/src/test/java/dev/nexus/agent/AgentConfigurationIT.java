package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topics;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class AgentConfigurationIT {

    private static KafkaForTests kafka;

    /** As each service has one. */
    @Configuration(proxyBeanMethods = false)
    static class Planners {

        @Bean
        AgentRuntime<Order.PlanOrder> runtime(AgentConfiguration.Parts parts) {
            return parts.runtime(Service.PLANNER, Order.PlanOrder.class, (order, task) -> {
                throw new AssertionError("nobody orders anything here");
            });
        }
    }

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(KafkaAutoConfiguration.class, SslAutoConfiguration.class))
            .withUserConfiguration(AgentConfiguration.class, Planners.class)
            .withPropertyValues(
                    "spring.application.name=planner-service",
                    "spring.kafka.bootstrap-servers=" + kafka.bootstrapServers());

    @BeforeAll
    static void startBroker() throws InterruptedException {
        kafka = new KafkaForTests();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @Test
    void aServiceFindsAllThatItsRuntimeNeeds() {
        context.run(it -> {
            assertThat(it).hasSingleBean(KafkaClients.class).hasSingleBean(Topics.class);
            assertThat(it.getBean(AgentSettings.class)).isEqualTo(AgentSettings.withSlots(16));
        });
    }

    @Test
    void settingsAreRead() {
        context.withPropertyValues("nexus.agent.slots=64", "nexus.agent.drain=5s")
                .run(it -> assertThat(it.getBean(AgentSettings.class))
                        .isEqualTo(new AgentSettings(64, Duration.ofSeconds(1), Duration.ofSeconds(5), 10_000)));
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        for (String bad : new String[] {"slots=0", "heartbeat=5s", "heartbeat=0s", "drain=-1s", "remembered-jobs=0"}) {
            context.withPropertyValues("nexus.agent." + bad)
                    .run(it -> assertThat(it).as(bad).hasFailed());
        }
    }
}

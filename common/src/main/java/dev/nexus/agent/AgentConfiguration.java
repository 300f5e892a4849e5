package dev.nexus.agent;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topics;
import dev.nexus.model.ModelSettings;
import dev.nexus.model.Models;
import dev.nexus.model.PromptSettings;
import dev.nexus.model.Prompts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What every agent service imports; it adds its agent, and the runtime that {@link Parts} makes for it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    AgentSettings.class,
    KafkaProperties.class,
    ModelSettings.class,
    PromptSettings.class,
    Topics.class
})
public class AgentConfiguration {

    /** All that an agent's runtime needs besides the agent. */
    public record Parts(
            AgentSettings settings, KafkaClients clients, Topics topics, Models models, Telemetry telemetry) {

        /** The runtime of a service, with the model that is configured for its agent type. */
        public <O extends Order> AgentRuntime<O> runtime(Service service, Class<O> orders, Agent<O> agent) {
            return runtime(service, orders, agent, () -> null);
        }

        /** @param problem why the agent cannot do its work at the moment, and what to do; null if it can */
        public <O extends Order> AgentRuntime<O> runtime(
                Service service, Class<O> orders, Agent<O> agent, Supplier<@Nullable String> problem) {
            Models.Chosen model = models.forAgent(service.agentType());
            String version = AgentRuntime.class.getPackage().getImplementationVersion();
            return new AgentRuntime<>(
                    service,
                    orders,
                    agent,
                    model.name(),
                    model.model(),
                    models::named,
                    settings,
                    clients,
                    topics,
                    Objects.requireNonNullElse(version, "development"),
                    problem,
                    telemetry);
        }
    }

    @Bean
    KafkaClients kafkaClients(
            KafkaProperties settings, @Value("${spring.application.name}") String name, SslBundles bundles) {
        return KafkaClients.connected(settings, name, bundles);
    }

    @Bean
    Models models(ModelSettings settings) {
        return Models.of(settings);
    }

    @Bean
    Prompts prompts(PromptSettings settings) {
        return new Prompts(settings);
    }

    @Bean
    Telemetry telemetry(ObjectProvider<OpenTelemetry> openTelemetry, ObjectProvider<MeterRegistry> meters) {
        return new Telemetry(
                openTelemetry.getIfAvailable(OpenTelemetry::noop), meters.getIfAvailable(CompositeMeterRegistry::new));
    }

    @Bean
    HealthIndicator agentHealthIndicator(AgentRuntime<?> runtime) {
        return new AgentHealth(runtime);
    }

    @Bean
    AgentFigures agentFigures(AgentRuntime<?> runtime, ObjectProvider<MeterRegistry> meters) {
        return new AgentFigures(meters.getIfAvailable(CompositeMeterRegistry::new), runtime);
    }

    @Bean
    Parts parts(AgentSettings settings, KafkaClients clients, Topics topics, Models models, Telemetry telemetry) {
        return new Parts(settings, clients, topics, models, telemetry);
    }
}

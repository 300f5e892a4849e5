package dev.nexus.agent;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topics;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What every agent service imports; it adds its agent and an {@link AgentRuntime}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AgentSettings.class, KafkaProperties.class, Topics.class})
public class AgentConfiguration {

    @Bean
    KafkaClients kafkaClients(KafkaProperties settings, @Value("${spring.application.name}") String name) {
        return new KafkaClients(settings, name);
    }
}

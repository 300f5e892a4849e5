package dev.nexus.builder;

import dev.nexus.agent.Agent;
import dev.nexus.agent.AgentConfiguration;
import dev.nexus.agent.AgentRuntime;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.model.Prompts;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The builder service as a process, or as one context among others in {@code standalone}. */
@SpringBootApplication(proxyBeanMethods = false)
@Import(AgentConfiguration.class)
public class BuilderApplication {

    public static void main(String[] args) {
        start(args);
    }

    /** Starts the service; closing the context stops it. */
    public static ConfigurableApplicationContext start(String... args) {
        // All services share one class path in standalone, so each has a configuration file of its own name.
        return new SpringApplicationBuilder(BuilderApplication.class)
                .properties("spring.config.name=builder-service")
                .run(args);
    }

    @Bean
    Agent<Order.BuildOrder> builder(Prompts prompts) {
        return new Builder(prompts.get("builder"));
    }

    @Bean
    AgentRuntime<Order.BuildOrder> runtime(Agent<Order.BuildOrder> builder, AgentConfiguration.Parts parts) {
        return parts.runtime(Service.BUILDER, Order.BuildOrder.class, builder);
    }
}

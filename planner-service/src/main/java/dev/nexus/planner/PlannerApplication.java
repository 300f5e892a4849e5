package dev.nexus.planner;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.nexus.agent.Agent;
import dev.nexus.agent.AgentConfiguration;
import dev.nexus.agent.AgentRuntime;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.model.Prompts;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The planner service as a process, or as one context among others in {@code standalone}. */
@SpringBootApplication(proxyBeanMethods = false)
@Import({AgentConfiguration.class, RedisPlanCacheConfiguration.class})
@EnableConfigurationProperties(PlanCacheSettings.class)
public class PlannerApplication {

    public static void main(String[] args) {
        start(args);
    }

    /** Starts the service; closing the context stops it. */
    public static ConfigurableApplicationContext start(String... args) {
        // All services share one class path in standalone, so each has a configuration file of its own name.
        return new SpringApplicationBuilder(PlannerApplication.class)
                .properties("spring.config.name=planner-service")
                .run(args);
    }

    @Bean
    Agent<Order.PlanOrder> planner(Prompts prompts, PlanCache cache) {
        return new Planner(prompts.get("planner"), cache);
    }

    @Bean
    @ConditionalOnMissingBean
    PlanCache planCache(PlanCacheSettings settings) {
        return settings.store() == PlanCacheSettings.Store.OFF
                ? PlanCache.NONE
                : new MemoryPlanCache(settings, Ticker.systemTicker());
    }

    @Bean
    AgentRuntime<Order.PlanOrder> runtime(Agent<Order.PlanOrder> planner, AgentConfiguration.Parts parts) {
        return parts.runtime(Service.PLANNER, Order.PlanOrder.class, planner);
    }
}

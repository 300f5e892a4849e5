package dev.nexus.tester;

import dev.nexus.agent.Agent;
import dev.nexus.agent.AgentConfiguration;
import dev.nexus.agent.AgentRuntime;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.model.Prompts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The tester service as a process, or as one context among others in {@code standalone}. */
@SpringBootApplication(proxyBeanMethods = false)
@Import(AgentConfiguration.class)
@EnableConfigurationProperties({SandboxSettings.class, ScrutinySettings.class, MutationSettings.class})
public class TesterApplication {

    public static void main(String[] args) {
        start(args);
    }

    /** Starts the service; closing the context stops it. */
    public static ConfigurableApplicationContext start(String... args) {
        // All services share one class path in standalone, so each has a configuration file of its own name.
        return new SpringApplicationBuilder(TesterApplication.class)
                .properties("spring.config.name=tester-service")
                .run(args);
    }

    @Bean
    Agent<Order.TestOrder> tester(
            Prompts prompts,
            Sandbox sandbox,
            SandboxCheck check,
            SandboxSettings settings,
            ScrutinySettings scrutiny,
            MutationSettings mutation) {
        StubRuns stubRuns = new StubRuns((files, permission) -> {
            check.require();
            return sandbox.run(files, new Pass.Whole(), StubRuns.limit(settings.timeLimit()), permission)
                    .report();
        });
        TestWriter writer = new TestWriter(prompts.get("tests"), stubRuns, check::require);
        TestReviewer reviewer = new TestReviewer(prompts.get("review"), stubRuns);
        TestRunner runner = new TestRunner(sandbox, check, new Scrutiny(sandbox, scrutiny, mutation));
        return (order, task) -> switch (order) {
            case Order.WriteTestsOrder write -> writer.run(write, task);
            case Order.ReviewTestsOrder review -> reviewer.run(review, task);
            case Order.RunTestsOrder run -> runner.run(run, task);
        };
    }

    @Bean
    Sandbox sandbox(
            SandboxSettings settings,
            ObjectProvider<OpenTelemetry> openTelemetry,
            ObjectProvider<MeterRegistry> meters) {
        return new Sandbox(
                settings,
                new SandboxTelling(
                        openTelemetry.getIfAvailable(OpenTelemetry::noop),
                        meters.getIfAvailable(CompositeMeterRegistry::new)));
    }

    @Bean(initMethod = "start", destroyMethod = "stop")
    SandboxCheck sandboxCheck(Sandbox sandbox, SandboxSettings settings) {
        return new SandboxCheck(sandbox, settings);
    }

    @Bean
    SandboxHealth sandboxHealthIndicator(SandboxCheck check, Sandbox sandbox) {
        return new SandboxHealth(check, sandbox);
    }

    @Bean
    AgentRuntime<Order.TestOrder> runtime(
            Agent<Order.TestOrder> tester, SandboxCheck check, AgentConfiguration.Parts parts) {
        return parts.runtime(Service.TESTER, Order.TestOrder.class, tester, check::problem);
    }
}

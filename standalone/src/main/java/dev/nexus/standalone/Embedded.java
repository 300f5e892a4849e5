package dev.nexus.standalone;

import dev.nexus.builder.BuilderApplication;
import dev.nexus.contract.CannotStart;
import dev.nexus.gateway.GatewayApplication;
import dev.nexus.gateway.GatewayLifecycle;
import dev.nexus.planner.PlannerApplication;
import dev.nexus.tester.TesterApplication;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.jvm.JvmMetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.system.SystemMetricsAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Everything in one process: the gateway and the agents, each in a Spring context of its own, and a broker beside them
 * unless the settings name one elsewhere.
 */
final class Embedded implements AutoCloseable {

    private static final Duration LONGEST_READING = Duration.ofMinutes(5);
    private static final String BROKER_ELSEWHERE = "KAFKA_BOOTSTRAP_SERVERS";
    private static final String METRICS = "MANAGEMENT_SERVER_PORT";
    private static final String NOWHERE = "-1"; // the caller may have started another one on this machine
    private static final Map<String, Class<?>> AGENTS = Map.of(
            "planner-service", PlannerApplication.class,
            "builder-service", BuilderApplication.class,
            "tester-service", TesterApplication.class);

    private final @Nullable EmbeddedBroker broker;
    private final String bootstrapServers;
    private final ConfigurableApplicationContext common;
    private final List<ConfigurableApplicationContext> agents = new CopyOnWriteArrayList<>();
    private volatile @Nullable ConfigurableApplicationContext gateway;

    /**
     * How to start.
     *
     * @param port of the gateway; 0 for any free one
     * @param consoleLevel from which on log lines go to the console too
     * @param environment settings in the form of environment variables
     */
    record Settings(
            DataDirectory data,
            String address,
            int port,
            BrokerPort brokerPort,
            EmbeddedBroker.Life life,
            String consoleLevel,
            Map<String, String> environment) {}

    /**
     * Gives the services one logging system: theirs would each close it when they end, for all others too. And one registry
     * of figures, so that one address shows those of all.
     */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        MetricsAutoConfiguration.class,
        PrometheusMetricsExportAutoConfiguration.class,
        JvmMetricsAutoConfiguration.class,
        SystemMetricsAutoConfiguration.class
    })
    static class Common {}

    private Embedded(ConfigurableApplicationContext common, @Nullable EmbeddedBroker broker, String bootstrapServers) {
        this.common = common;
        this.broker = broker;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Returns when a job can be submitted.
     *
     * @throws CommandFailure with the reason in one line, if anything cannot start
     */
    static Embedded start(Settings settings) {
        ConfigurableApplicationContext common = startCommon(settings); // first: from here on there is a log file
        try {
            String elsewhere = settings.environment().getOrDefault(BROKER_ELSEWHERE, "");
            if (!elsewhere.isBlank()) {
                return startServices(new Embedded(common, null, elsewhere), settings);
            }
            EmbeddedBroker broker =
                    EmbeddedBroker.start(settings.data().root(), settings.brokerPort(), settings.life());
            return startServices(new Embedded(common, broker, broker.bootstrapServers()), settings);
        } catch (RuntimeException e) {
            common.close();
            throw e;
        }
    }

    private static Embedded startServices(Embedded all, Settings settings) {
        try {
            all.startServices(settings);
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw CommandFailure.failed(
                    "Nexus cannot start: " + reason(e) + "; see "
                            + settings.data().logFile(),
                    e);
        }
    }

    private static @Nullable String reason(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CannotStart reason) {
                return reason.getMessage(); // it says more than what lies beneath it
            }
        }
        return NestedExceptionUtils.getMostSpecificCause(failure).getMessage();
    }

    private static ConfigurableApplicationContext startCommon(Settings settings) {
        return new SpringApplicationBuilder(Common.class)
                .environment(environment(settings))
                .properties(logging(settings))
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .run("--spring.config.name=standalone");
    }

    private void startServices(Settings settings) {
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        try (ExecutorService starters = threads()) { // waits for all: what has started is closed with the rest
            starts.add(CompletableFuture.runAsync(() -> gateway = startGateway(settings), starters));
            AGENTS.forEach((name, application) -> starts.add(
                    CompletableFuture.runAsync(() -> agents.add(startAgent(settings, application, name)), starters)));
        }
        try {
            starts.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
        awaitReady();
    }

    private void awaitReady() {
        try {
            if (gateway == null || !gateway.getBean(GatewayLifecycle.class).awaitReady(LONGEST_READING)) {
                throw new IllegalStateException(
                        "the gateway has not read the log within " + LONGEST_READING.toMinutes() + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the gateway read the log", e);
        }
    }

    private ConfigurableApplicationContext startGateway(Settings settings) {
        return run(
                settings,
                GatewayApplication.class,
                "gateway",
                "--server.address=" + settings.address(),
                "--server.port=" + settings.port(),
                "--management.server.port=" + settings.environment().getOrDefault(METRICS, NOWHERE));
    }

    private ConfigurableApplicationContext startAgent(Settings settings, Class<?> application, String name) {
        return run(settings, application, name, "--spring.main.web-application-type=none");
    }

    private static ExecutorService threads() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("service-", 0).factory());
    }

    private ConfigurableApplicationContext run(Settings settings, Class<?> application, String name, String... more) {
        String[] arguments = Stream.concat(
                        Stream.of(
                                "--spring.config.name=" + name,
                                "--spring.kafka.bootstrap-servers=" + bootstrapServers,
                                // Logging is one for all here, and would name one of them for all.
                                "--logging.include-application-name=false"),
                        Stream.of(more))
                .toArray(String[]::new);
        return new SpringApplicationBuilder(application)
                .main(application)
                .parent(common)
                .environment(environment(settings))
                .bannerMode(Banner.Mode.OFF)
                .registerShutdownHook(false)
                .run(arguments);
    }

    /** One that knows the values of {@code .env}, and takes them as if they were set outside. */
    private static StandardEnvironment environment(Settings settings) {
        StandardEnvironment environment = new StandardEnvironment();
        String system = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment
                .getPropertySources()
                .replace(system, new SystemEnvironmentPropertySource(system, new HashMap<>(settings.environment())));
        return environment;
    }

    private static Map<String, Object> logging(Settings settings) {
        return Map.of(
                "logging.file.name",
                settings.data().logFile().toString(),
                "logging.threshold.console",
                settings.consoleLevel(),
                // Its clients warn of everything that they then mend themselves.
                "logging.level.org.apache.kafka",
                "error",
                // All services have one registry here, and each brings the figures of an executor of the same name.
                "logging.level.io.micrometer.core.instrument.MeterRegistry",
                "error",
                "logging.logback.rollingpolicy.max-file-size",
                "10MB",
                "logging.logback.rollingpolicy.max-history",
                "3",
                "logging.logback.rollingpolicy.total-size-cap",
                "40MB");
    }

    /** Where the gateway answers on this machine. */
    URI gateway() {
        String port = gateway == null ? null : gateway.getEnvironment().getProperty("local.server.port");
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Where figures are shown, if the settings say so. */
    URI metrics() {
        String port = gateway == null ? null : gateway.getEnvironment().getProperty("local.management.port");
        return URI.create("http://127.0.0.1:" + port + "/actuator/prometheus");
    }

    /** What Kafka clients connect to. */
    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Completes with an exception if Nexus cannot go on, because its broker is gone for good. */
    CompletableFuture<Void> gone() {
        return broker == null ? new CompletableFuture<>() : broker.gone();
    }

    /** Stops the agents first, so that they can hand back what they have in hand, and the broker last. */
    @Override
    public void close() {
        try (ExecutorService stoppers = threads()) {
            agents.forEach(agent -> stoppers.execute(() -> closeQuietly(agent)));
        }
        if (gateway != null) {
            closeQuietly(gateway);
        }
        if (broker != null) {
            broker.close();
        }
        closeQuietly(common);
    }

    private static void closeQuietly(ConfigurableApplicationContext context) {
        try {
            context.close();
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(Embedded.class).warn("{} did not stop in order", context.getDisplayName(), e);
        }
    }
}

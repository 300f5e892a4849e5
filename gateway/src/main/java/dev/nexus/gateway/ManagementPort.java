package dev.nexus.gateway;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** Puts the port for metrics ten above that of the API where none is set: so two gateways on one machine have two of each. */
final class ManagementPort implements EnvironmentPostProcessor, Ordered {

    private static final String PORT = "management.server.port";
    private static final int ABOVE = 10;
    private static final int LAST = 65_535;

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (!application.getAllSources().contains(GatewayApplication.class) || environment.containsProperty(PORT)) {
            return; // another service on the same class path, or it was said
        }
        Integer port = above(environment.getProperty("server.port", Integer.class));
        if (port != null) {
            environment.getPropertySources().addLast(new MapPropertySource("managementPort", Map.of(PORT, port)));
        }
    }

    /** 0 is any free one; null where there is no API, so nothing to be told of. */
    static @Nullable Integer above(@Nullable Integer port) {
        if (port == null || port < 0) {
            return null;
        }
        return port == 0 ? 0 : port + ABOVE <= LAST ? port + ABOVE : port - ABOVE;
    }

    /** When the configuration files are read. */
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }
}

package dev.nexus.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;

/** What the services would be set to if they were started here: for commands that need it and start none. */
final class Settings {

    private static final String BROKERS = "KAFKA_BOOTSTRAP_SERVERS";

    private Settings() {}

    /** From the environment, over what all services share. */
    static Binder of(Shell shell) {
        var sources = new MutablePropertySources();
        sources.addFirst(environment(shell));
        try {
            new YamlPropertySourceLoader()
                    .load("defaults", new ClassPathResource("nexus-defaults.yml"))
                    .forEach(sources::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return binder(sources);
    }

    private static Binder binder(MutablePropertySources sources) {
        return new Binder(ConfigurationPropertySources.from(sources), new PropertySourcesPlaceholdersResolver(sources));
    }

    private static SystemEnvironmentPropertySource environment(Shell shell) {
        return new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new HashMap<>(shell.environment()));
    }

    /** Whether the environment names brokers, in any spelling that Spring takes. */
    static boolean nameBrokers(Shell shell) {
        var sources = new MutablePropertySources();
        sources.addFirst(environment(shell));
        return !shell.environment().getOrDefault(BROKERS, "").isBlank()
                || binder(sources)
                        .bind("spring.kafka.bootstrap-servers", Bindable.listOf(String.class))
                        .isBound();
    }

    /** How to reach Kafka, as the services take it. */
    static KafkaProperties kafka(Shell shell) {
        var sources = new MutablePropertySources();
        sources.addFirst(environment(shell));
        Binder binder = binder(sources);
        KafkaProperties settings = binder.bindOrCreate("spring.kafka", KafkaProperties.class);
        boolean areServersNamed = binder.bind("spring.kafka.bootstrap-servers", Bindable.listOf(String.class))
                .isBound();
        if (!areServersNamed) {
            String servers = shell.environment().getOrDefault(BROKERS, "");
            settings.setBootstrapServers(List.of((servers.isBlank() ? "127.0.0.1:9092" : servers).split("\\s*,\\s*")));
        }
        return settings;
    }
}

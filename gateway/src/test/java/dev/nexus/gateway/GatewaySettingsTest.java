package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;

/** How the budget of all jobs gets from a file {@code .env} into the gateway. */
class GatewaySettingsTest {

    private static final String NAME = "NEXUS_BUDGET_PER_JOB_USD";

    @Test
    void aGatewayThatIsRunAloneTakesTheBudgetFromDotEnv() throws IOException {
        GatewaySettings settings = settings(Map.of(), Map.of(NAME, "2.50"));

        assertThat(settings.budget().perJobUsd()).isEqualByComparingTo("2.50");
    }

    @Test
    void withoutAnyThereIsNoLimit() throws IOException {
        assertThat(settings(Map.of(), Map.of()).budget().perJobUsd()).isNull();
    }

    @Test
    void anEmptyOneInTheEnvironmentIsNone() throws IOException {
        assertThat(settings(Map.of(NAME, ""), Map.of()).budget().perJobUsd()).isNull();
    }

    @Test
    void theContainersAreGivenWhatTheExampleOfDotEnvNames() throws IOException {
        String compose = Files.readString(Path.of("../docker-compose.yml"));

        assertThat(Files.readAllLines(Path.of("../.env.example")))
                .filteredOn(line -> line.matches("#?[A-Z_]+=.*"))
                .isNotEmpty()
                .allSatisfy(line -> {
                    String name = line.substring(line.startsWith("#") ? 1 : 0, line.indexOf('='));
                    assertThat(compose).containsPattern("(?m)^ +" + name + ": \\$\\{" + name + ":-");
                });
    }

    private static GatewaySettings settings(Map<String, Object> variables, Map<String, Object> dotEnv)
            throws IOException {
        var environment = new StandardEnvironment();
        var sources = environment.getPropertySources();
        sources.stream().map(source -> source.getName()).toList().forEach(sources::remove);
        sources.addLast(new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        sources.addLast(new MapPropertySource(".env", dotEnv));
        new YamlPropertySourceLoader()
                .load("gateway.yml", new ClassPathResource("gateway.yml"))
                .forEach(sources::addLast);
        ConfigurationPropertySources.attach(environment);
        return Binder.get(environment).bindOrCreate("nexus", GatewaySettings.class);
    }
}

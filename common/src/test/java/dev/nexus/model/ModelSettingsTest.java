package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

class ModelSettingsTest {

    private final ApplicationContextRunner start = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Settings.class);

    @Test
    void withoutSettingsTheModelIsOfflineAndFaultless() {
        start.run(context -> assertThat(context.getBean(ModelSettings.class))
                .isEqualTo(new ModelSettings(
                        false,
                        Map.of(),
                        new ModelSettings.Offline(Duration.ofMillis(300), Duration.ZERO, ModelSettings.Faults.NONE))));
    }

    @Test
    void everySettingCanBeSet() {
        start.withPropertyValues(
                        "nexus.models.live=true",
                        "nexus.models.agents.builder=big-1",
                        "nexus.models.offline.latency=2s",
                        "nexus.models.offline.jitter=10ms",
                        "nexus.models.offline.faults.rate-limited=0.1",
                        "nexus.models.offline.faults.invalid-output=0.2",
                        "nexus.models.offline.faults.truncated=0.3",
                        "nexus.models.offline.faults.forged=0.4",
                        "nexus.models.offline.faults.seed=42")
                .run(context -> assertThat(context.getBean(ModelSettings.class))
                        .isEqualTo(new ModelSettings(
                                true,
                                Map.of("builder", "big-1"),
                                new ModelSettings.Offline(
                                        Duration.ofSeconds(2),
                                        Duration.ofMillis(10),
                                        new ModelSettings.Faults(0.1, 0.2, 0.3, 0.4, 42)))));
    }

    @ParameterizedTest
    @CsvSource({"faults.truncated,1.5", "faults.rate-limited,-0.1", "faults.invalid-output,2", "latency,-1s"})
    void wrongValuesEndTheStart(String key, String value) {
        start.withPropertyValues("nexus.models.offline." + key + "=" + value)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void aNegativeDelayIsNamed() {
        assertThatThrownBy(() ->
                        new ModelSettings.Offline(Duration.ZERO, Duration.ofMillis(-1), ModelSettings.Faults.NONE))
                .hasMessageContaining("nexus.models.offline");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ModelSettings.class)
    static class Settings {}
}

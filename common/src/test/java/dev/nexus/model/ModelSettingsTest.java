package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
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
            .withUserConfiguration(Bound.class);

    @Test
    void withoutSettingsTheModelIsOfflineAndFaultless() {
        start.run(context -> assertThat(context.getBean(ModelSettings.class))
                .isEqualTo(new ModelSettings(
                        false,
                        Map.of(),
                        new ModelSettings.Offline(Duration.ofMillis(300), Duration.ZERO, ModelSettings.Faults.NONE),
                        Map.of(),
                        Map.of(),
                        Settings.TIMING,
                        Settings.RETRY,
                        Settings.BREAKER)));
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
                        "nexus.models.offline.faults.seed=42",
                        "nexus.models.providers.here.base-url=http://127.0.0.1:11434/v1",
                        "nexus.models.providers.here.json=json_object",
                        "nexus.models.providers.here.concurrency=2",
                        "nexus.models.providers.there.api=anthropic",
                        "nexus.models.providers.there.api-key=sk-1",
                        "nexus.models.prices.[here/llama-3.3].input=0.5",
                        "nexus.models.prices.[here/llama-3.3].output=1",
                        "nexus.models.timing.idle=5s",
                        "nexus.models.retry.tries=2",
                        "nexus.models.breaker.pause=1s")
                .run(context -> assertThat(context.getBean(ModelSettings.class))
                        .isEqualTo(new ModelSettings(
                                true,
                                Map.of("builder", "big-1"),
                                new ModelSettings.Offline(
                                        Duration.ofSeconds(2),
                                        Duration.ofMillis(10),
                                        new ModelSettings.Faults(0.1, 0.2, 0.3, 0.4, 42)),
                                Map.of(
                                        "here",
                                        new ModelSettings.Provider(
                                                ModelSettings.Api.OPENAI_COMPATIBLE,
                                                "http://127.0.0.1:11434/v1",
                                                null,
                                                "",
                                                "2023-06-01",
                                                ModelSettings.JsonMode.JSON_OBJECT,
                                                2,
                                                0),
                                        "there",
                                        Settings.provider(ModelSettings.Api.ANTHROPIC, "", "sk-1", "")),
                                Map.of(
                                        "here/llama-3.3",
                                        new Price(new BigDecimal("0.5"), BigDecimal.ONE, null, null, null, null, null)),
                                new ModelSettings.Timing(
                                        Duration.ofSeconds(10),
                                        Duration.ofMinutes(5),
                                        Duration.ofSeconds(5),
                                        Duration.ofMinutes(15)),
                                new ModelSettings.Retry(2, Duration.ofSeconds(1), Duration.ofMinutes(1)),
                                new ModelSettings.Breaker(10, 50, Duration.ofSeconds(1)))));
    }

    @ParameterizedTest
    @CsvSource({"faults.truncated,1.5", "faults.rate-limited,-0.1", "faults.invalid-output,2", "latency,-1s"})
    void wrongValuesEndTheStart(String key, String value) {
        start.withPropertyValues("nexus.models.offline." + key + "=" + value)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void aKeyShowsInNoText() {
        start.withPropertyValues("nexus.models.providers.there.api-key=sk-very-secret")
                .run(context -> assertThat(context.getBean(ModelSettings.class).toString())
                        .contains("there")
                        .doesNotContain("very"));
    }

    @Test
    void aNegativeDelayIsNamed() {
        assertThatThrownBy(() ->
                        new ModelSettings.Offline(Duration.ZERO, Duration.ofMillis(-1), ModelSettings.Faults.NONE))
                .hasMessageContaining("nexus.models.offline");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ModelSettings.class)
    static class Bound {}
}

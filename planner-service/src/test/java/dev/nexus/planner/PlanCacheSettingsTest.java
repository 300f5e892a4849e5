package dev.nexus.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.planner.PlanCacheSettings.Store;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PlanCacheSettingsTest {

    @EnableConfigurationProperties(PlanCacheSettings.class)
    static class Settings {}

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void everySettingHasADefault() {
        application.run(context -> assertThat(context.getBean(PlanCacheSettings.class))
                .isEqualTo(new PlanCacheSettings(Store.MEMORY, 500, Duration.ofDays(1))));
    }

    @Test
    void settingsAreRead() {
        application
                .withPropertyValues(
                        "nexus.plan-cache.store=redis",
                        "nexus.plan-cache.max-entries=7",
                        "nexus.plan-cache.time-to-live=90m")
                .run(context -> assertThat(context.getBean(PlanCacheSettings.class))
                        .isEqualTo(new PlanCacheSettings(Store.REDIS, 7, Duration.ofMinutes(90))));
    }

    @ParameterizedTest
    @CsvSource({
        "store, disk, plan-cache.store",
        "max-entries, 0, maxEntries",
        "time-to-live, 0s, timeToLive",
        "time-to-live, soon, plan-cache.time-to-live"
    })
    void aWrongSettingStopsTheStartAndIsNamed(String key, String value, String named) {
        application
                .withPropertyValues("nexus.plan-cache." + key + "=" + value)
                .run(context -> assertThat(context.getStartupFailure()).hasStackTraceContaining(named));
    }
}

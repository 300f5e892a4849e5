package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.unit.DataSize;

class SandboxSettingsTest {

    @EnableConfigurationProperties({SandboxSettings.class, MutationSettings.class})
    private static final class Holder {}

    private final ApplicationContextRunner context = new ApplicationContextRunner().withUserConfiguration(Holder.class);

    @Test
    void everythingHasADefault() {
        context.run(started -> {
            SandboxSettings settings = started.getBean(SandboxSettings.class);
            assertThat(settings.timeLimit()).isEqualTo(Duration.ofSeconds(60));
            assertThat(settings.memory()).isEqualTo(DataSize.ofMegabytes(512));
            assertThat(settings.slots()).isPositive();
            assertThat(started.getBean(MutationSettings.class).maxMutants()).isEqualTo(20);
            assertThat(settings.waiting()).isEqualTo(settings.slots());
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "time-limit=0s",
                "time-limit=2h",
                "memory=16MB",
                "memory=1TB",
                "output=1B",
                "work-area=1KB",
                "file-size=-1",
                "processes=1",
                "open-files=3",
                "concurrency=-1",
                "warm=-1",
                "uid=0",
                "mutation.time-limit=-1s",
                "mutation.max-mutants=0"
            })
    void whatCannotWorkIsRefused(String setting) {
        context.withPropertyValues("nexus.tester." + setting)
                .run(started -> assertThat(started).hasFailed());
    }
}

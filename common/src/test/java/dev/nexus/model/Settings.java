package dev.nexus.model;

import java.time.Duration;
import java.util.Map;

/** Model settings as tests need them. */
final class Settings {

    static final ModelSettings.Offline OFFLINE =
            new ModelSettings.Offline(Duration.ZERO, Duration.ZERO, ModelSettings.Faults.NONE);

    static final ModelSettings.Timing TIMING = new ModelSettings.Timing(
            Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(2), Duration.ofMinutes(15));

    static final ModelSettings.Retry RETRY = new ModelSettings.Retry(5, Duration.ofSeconds(1), Duration.ofMinutes(1));

    static final ModelSettings.Breaker BREAKER = new ModelSettings.Breaker(10, 50, Duration.ofSeconds(30));

    private Settings() {}

    static ModelSettings of(boolean live, Map<String, String> agents, Map<String, ModelSettings.Provider> providers) {
        return new ModelSettings(live, agents, OFFLINE, providers, Map.of(), TIMING, RETRY, BREAKER);
    }

    static ModelSettings.Provider provider(ModelSettings.Api api, String baseUrl, String key, String model) {
        return new ModelSettings.Provider(
                api, baseUrl, Secret.of(key), model, "2023-06-01", ModelSettings.JsonMode.JSON_SCHEMA, 16, 0);
    }
}

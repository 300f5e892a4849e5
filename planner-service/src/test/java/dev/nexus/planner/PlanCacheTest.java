package dev.nexus.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Plan;
import dev.nexus.planner.PlanCacheSettings.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanCacheTest {

    private static final PlanCache.Entry ENTRY =
            new PlanCache.Entry(new Plan("Nothing.", "python", List.of(), List.of()), Fidelity.IMPLEMENTATION);

    private final AtomicLong nanos = new AtomicLong();

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\r\nb", "a\rb", "\n a\nb \n"})
    void lineEndsAndSpaceAroundDoNotMatter(String spec) {
        assertThat(PlanCache.key(spec, "model", "version")).isEqualTo(PlanCache.key("a\nb", "model", "version"));
    }

    @ParameterizedTest
    @CsvSource({
        "A, model, version",
        "'a b', model, version",
        "a, other, version",
        "a, model, other",
        "version, a, model"
    })
    void anythingElseDoes(String spec, String model, String version) {
        assertThat(PlanCache.key(spec, model, version)).isNotEqualTo(PlanCache.key("a", "model", "version"));
    }

    @Test
    void aPlanIsKept() throws Exception {
        // Given
        PlanCache cache = cache(10, Duration.ofMinutes(1));
        cache.put("key", ENTRY);
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        // When, Then
        assertThat(cache.get("key")).contains(ENTRY);
        assertThat(cache.get("other")).isEmpty();
    }

    @Test
    void anOldPlanIsForgotten() throws Exception {
        // Given
        PlanCache cache = cache(10, Duration.ofMinutes(1));
        cache.put("key", ENTRY);
        // When
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        // Then
        assertThat(cache.get("key")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10})
    void noMoreAreKeptThanAllowed(int maxEntries) throws Exception {
        // Given
        PlanCache cache = cache(maxEntries, Duration.ofMinutes(1));
        // When
        for (int i = 0; i < 100; i++) {
            cache.put("key" + i, ENTRY);
        }
        // Then
        int kept = 0;
        for (int i = 0; i < 100; i++) {
            kept += cache.get("key" + i).isPresent() ? 1 : 0;
        }
        assertThat(kept).isEqualTo(maxEntries);
    }

    @Test
    void theCacheThatIsOffKeepsNothing() throws Exception {
        // Given
        PlanCache.NONE.put("key", ENTRY);
        // When, Then
        assertThat(PlanCache.NONE.get("key")).isEmpty();
    }

    private PlanCache cache(int maxEntries, Duration timeToLive) {
        return new MemoryPlanCache(new PlanCacheSettings(Store.MEMORY, maxEntries, timeToLive), nanos::get);
    }
}

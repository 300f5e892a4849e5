package dev.nexus.planner;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.util.Optional;

/** The plans of this process, bounded in number and age. */
final class MemoryPlanCache implements PlanCache {

    private final Cache<String, Entry> plans;

    MemoryPlanCache(PlanCacheSettings settings, Ticker ticker) {
        plans = Caffeine.newBuilder()
                .maximumSize(settings.maxEntries())
                .expireAfterWrite(settings.timeToLive())
                .ticker(ticker)
                .executor(Runnable::run) // so that the bound holds at once, not only soon
                .build();
    }

    @Override
    public Optional<Entry> get(String key) {
        return Optional.ofNullable(plans.getIfPresent(key));
    }

    @Override
    public void put(String key, Entry entry) {
        plans.put(key, entry);
    }
}

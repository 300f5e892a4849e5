package dev.nexus.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The model of each agent type, chosen once at start; a choice that cannot be met ends the start. */
public final class Models {

    private static final SortedSet<String> AGENTS = new TreeSet<>(List.of("planner", "builder", "tester"));
    private static final String SETTING = "nexus.models.agents.";

    private final Map<String, Chosen> chosen = new HashMap<>();

    /** @param name as configured, and as recorded with every call */
    public record Chosen(String name, LanguageModel model) {}

    /** @throws IllegalStateException if the settings ask for what this version has not, naming setting and remedy */
    public Models(ModelSettings settings) {
        this(settings, List.of(new OfflineProvider(settings.offline())));
    }

    Models(ModelSettings settings, List<ModelProvider> providers) {
        if (settings.live() && providers.stream().noneMatch(ModelProvider::isLive)) {
            throw new IllegalStateException("ENABLE_LIVE_LLM is true, but this version has no live model provider;"
                    + " set ENABLE_LIVE_LLM=false to use the offline model");
        }
        for (String agent : settings.agents().keySet()) {
            if (!AGENTS.contains(agent)) {
                throw new IllegalStateException(
                        SETTING + agent + " names no agent type; use one of " + String.join(", ", AGENTS));
            }
        }
        Map<String, ModelProvider> known = new TreeMap<>();
        for (ModelProvider provider : providers) {
            if (settings.live() || !provider.isLive()) {
                provider.names().forEach(name -> known.put(name, provider));
            }
        }
        for (String agent : AGENTS) {
            String name = settings.agents().getOrDefault(agent, OfflineProvider.NAME);
            ModelProvider provider = known.get(name);
            if (provider == null) {
                throw new IllegalStateException(SETTING + agent + " is '" + name
                        + "', which no provider has; use one of " + String.join(", ", known.keySet()));
            }
            chosen.put(agent, new Chosen(name, provider.model(name)));
        }
    }

    /**
     * The model of an agent type.
     *
     * @param agent {@code planner}, {@code builder} or {@code tester}
     */
    public Chosen forAgent(String agent) {
        Chosen model = chosen.get(agent);
        if (model == null) {
            throw new IllegalArgumentException("there is no agent type '" + agent + "'");
        }
        return model;
    }
}

package dev.nexus.contract;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Of which job another one is a replay: a question that was asked there gets the reply that is on record, any other is
 * asked.
 *
 * @param job where the questions began: nonces and call keys derive from it
 * @param since when that job was accepted
 * @param between replays of it that this is a replay of in turn, newest first; their replies count too
 * @param models to ask instead of the configured ones, by agent type, see {@link #MODELS}
 * @param prompts templates to use instead of the agents' own, by name, see {@link #PROMPTS}
 */
public record Replay(
        JobId job, Instant since, List<Recorded> between, Map<String, String> models, Map<String, String> prompts) {

    /** The agent types, whose models may be exchanged. */
    public static final Set<String> MODELS = Stream.of(Service.PLANNER, Service.BUILDER, Service.TESTER)
            .map(Service::agentType)
            .collect(Collectors.collectingAndThen(
                    Collectors.toCollection(TreeSet::new), Collections::unmodifiableSortedSet));

    /** The prompts by name, and whose they are. */
    public static final Map<String, Service> PROMPTS = Collections.unmodifiableMap(new TreeMap<>(Map.of(
            "planner", Service.PLANNER,
            "builder", Service.BUILDER,
            "tests", Service.TESTER,
            "review", Service.TESTER)));

    /** A job whose replies are on record, and when it was accepted. */
    public record Recorded(JobId job, Instant since) {}

    @SuppressWarnings("NullAway") // Jackson passes null for what is absent
    public Replay {
        between = between == null ? List.of() : List.copyOf(between);
        models = sorted(models);
        prompts = sorted(prompts);
    }

    /** The same order on every replica. */
    private static Map<String, String> sorted(Map<String, String> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(map));
    }

    /** Whether this agent is asked with another model or prompt than before. */
    public boolean exchangesAnyOf(Service agent) {
        return models.containsKey(agent.agentType())
                || prompts.keySet().stream().anyMatch(name -> PROMPTS.get(name) == agent);
    }

    /** What of it concerns a task of this agent. */
    public Terms.Replay forTasksOf(Service agent) {
        Map<String, String> own = new TreeMap<>(prompts);
        own.keySet().removeIf(name -> PROMPTS.get(name) != agent);
        return new Terms.Replay(job, since, between, models.get(agent.agentType()), own);
    }
}

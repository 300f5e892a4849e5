package dev.nexus.contract;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * On what terms an attempt may ask a model.
 *
 * @param allowanceUsd what the task may spend, in US dollars, together with what its attempts after {@code settled} have
 *     spent; null if the job has no budget
 * @param settled attempts up to this one are in the job's usage already, 0 for none; what later ones that were lost have
 *     spent is found on {@code model-calls}
 * @param replay of which job this is a replay; null if of none
 */
public record Terms(
        @Nullable BigDecimal allowanceUsd,
        int settled,
        @Nullable Replay replay) {

    /**
     * Another job, whose recorded replies are used where the question is still the same; see {@link dev.nexus.contract.Replay}.
     *
     * @param since when that job was accepted
     * @param between replays of that job, whose replies are used too
     * @param model to ask instead of the configured one; null for that one
     * @param prompts templates to use instead of those that stand in the agents' files, by name
     */
    public record Replay(
            JobId job,
            Instant since,
            List<dev.nexus.contract.Replay.Recorded> between,
            @Nullable String model,
            Map<String, String> prompts) {
        @SuppressWarnings("NullAway") // Jackson passes null for what is absent
        public Replay {
            between = between == null ? List.of() : List.copyOf(between);
            prompts = prompts == null ? Map.of() : Map.copyOf(prompts);
        }
    }
}

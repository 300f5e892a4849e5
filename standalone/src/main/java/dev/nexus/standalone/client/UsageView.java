package dev.nexus.standalone.client;

import dev.nexus.contract.Usage;
import java.time.Instant;
import java.util.List;

/** What was spent between two times, as the gateway shows it. */
public record UsageView(Instant from, Instant to, List<Group> groups, Usage usage) {

    /** What was spent on one model, by one agent type or for one tenant. */
    public record Group(String name, Usage usage) {}

    @SuppressWarnings("NullAway") // Jackson passes null for an absent list
    public UsageView {
        groups = groups == null ? List.of() : List.copyOf(groups);
    }
}

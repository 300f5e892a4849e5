package dev.nexus.gateway.intake;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Which webhook subscriptions there are, for requests that name some. */
@FunctionalInterface
public interface KnownWebhooks {

    /** The place of the first of these ids that is no subscription of the tenant; empty if all are. */
    CompletableFuture<OptionalInt> firstUnknown(String tenant, List<String> ids);
}

package dev.nexus.standalone.client;

import dev.nexus.contract.ModelCall.Message;
import dev.nexus.contract.Usage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model call as the gateway shows it: a reply, or a charge without one, which has a reason instead.
 *
 * @param durationMillis null for a charge
 */
public record CallView(
        String type,
        String task,
        int attempt,
        int ordinal,
        String model,
        @Nullable String promptVersion,
        @Nullable String system,
        List<Message> messages,
        @Nullable String reply,
        @Nullable String stop,
        @Nullable String reason,
        Usage usage,
        @Nullable Long durationMillis,
        Instant recordedAt) {

    @SuppressWarnings("NullAway") // Jackson passes null for an absent list
    public CallView {
        messages = messages == null ? List.of() : List.copyOf(messages);
    }
}

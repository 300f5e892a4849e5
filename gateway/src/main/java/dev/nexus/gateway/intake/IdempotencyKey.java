package dev.nexus.gateway.intake;

import dev.nexus.contract.JobId;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What makes a repeated request the same job or webhook, whichever door it comes through. */
public final class IdempotencyKey {

    /** What an HTTP header can carry unchanged, so that both doors see the same key. */
    private static final Pattern FORM = Pattern.compile("[!-~]|[!-~][ -~]{0,253}[!-~]");

    private IdempotencyKey() {}

    /**
     * The job that {@code key} names within its tenant; null if there is no key, or a blank one.
     *
     * @throws InvalidRequest unless the key has 1 to 255 printable ASCII characters
     */
    public static @Nullable JobId job(String tenant, @Nullable String key) throws InvalidRequest {
        if (key == null || key.isBlank()) {
            return null;
        }
        if (!FORM.matcher(key).matches()) {
            throw InvalidRequest.ofRecord(
                    "the header idempotency-key must be 1 to 255 printable ASCII characters, such as a UUID");
        }
        return JobId.ofIdempotencyKey(tenant, key);
    }

    /**
     * The webhook that it names within its tenant; empty if there is no key, or a blank one.
     *
     * @throws InvalidRequest as {@link #job}
     */
    public static Optional<String> webhook(String tenant, @Nullable String key) throws InvalidRequest {
        return job(tenant, key) == null
                ? Optional.empty()
                : Optional.of("wh_"
                        + JobId.ofIdempotencyKey(tenant, "webhook\0" + key)
                                .value()
                                .replace("-", ""));
    }
}

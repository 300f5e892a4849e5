package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subscription: who is told of which events, on {@code webhooks} under its id.
 *
 * @param id {@code wh_} and letters and digits
 * @param events their types, or {@code *} for all
 * @param onlyNamed whether it is told only of the jobs whose options name it, and not of all jobs of its tenant
 * @param secret signs what is sent, in the form of Standard Webhooks: {@code whsec_} and base64; in the clear, as an HMAC
 *     needs it
 * @param previousSecret signs too, until {@code previousUntil}
 * @param disabled why nothing is sent any more; null if it is
 */
@JsonTypeName("webhook.subscription")
public record Webhook(
        String id,
        String tenant,
        String url,
        List<String> events,
        boolean onlyNamed,
        @Nullable String description,
        String secret,
        @Nullable String previousSecret,
        @Nullable Instant previousUntil,
        Instant createdAt,
        @Nullable String disabled)
        implements WebhookRecord {

    @SuppressWarnings("NullAway") // Jackson passes null for an absent list
    public Webhook {
        events = events == null ? List.of() : List.copyOf(events);
    }

    /** The same with a new secret; the one until now is good up to that time too. */
    public Webhook rotated(String fresh, @Nullable Instant until) {
        return new Webhook(
                id,
                tenant,
                url,
                events,
                onlyNamed,
                description,
                fresh,
                until == null ? null : secret,
                until,
                createdAt,
                disabled);
    }

    /** The same, to which nothing is sent for this reason; with null, it is again. */
    public Webhook disabled(@Nullable String why) {
        return new Webhook(
                id, tenant, url, events, onlyNamed, description, secret, previousSecret, previousUntil, createdAt, why);
    }

    /** The secrets that sign at this time, the newest first. */
    public List<String> secrets(Instant now) {
        return previousSecret == null || previousUntil == null || !now.isBefore(previousUntil)
                ? List.of(secret)
                : List.of(secret, previousSecret);
    }

    /** Never with a secret, nor with the URL, which may hold one. */
    @Override
    public String toString() {
        return id;
    }
}

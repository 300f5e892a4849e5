package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an API key, on {@code api-keys}; the record key is its id, and the newest record of an id counts.
 *
 * @param id the middle of {@code nxs_<id>_<secret>}; no secret
 * @param scopes what it may do, such as {@code jobs:read}
 * @param sha256 of the secret, in lower-case hex; the secret itself is kept nowhere
 * @param expiresAt the first moment at which it is not valid any more; null for never
 * @param revokedAt when it was taken back; null if it was not
 * @param replaces the id of the key whose rights it took over; null if of none
 * @param name for people; null for none
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonTypeName("api.key")
public record ApiKey(
        String id,
        String tenant,
        List<String> scopes,
        String sha256,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable String replaces,
        @Nullable String name) {

    @SuppressWarnings("NullAway") // Jackson passes null for an absent list
    public ApiKey {
        scopes = scopes == null ? List.of() : List.copyOf(scopes);
    }

    /** The same, no more valid from {@code time} on. */
    public ApiKey revoked(Instant time) {
        return new ApiKey(id, tenant, scopes, sha256, createdAt, expiresAt, time, replaces, name);
    }

    /** The same, valid until {@code time}, or as long as it was if that is shorter. */
    public ApiKey expiring(Instant time) {
        Instant sooner = expiresAt != null && expiresAt.isBefore(time) ? expiresAt : time;
        return new ApiKey(id, tenant, scopes, sha256, createdAt, sooner, revokedAt, replaces, name);
    }
}

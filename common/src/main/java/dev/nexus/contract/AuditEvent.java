package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was done with keys, for who has to know it later, on {@code audit-events}; the record key is the tenant. Never a secret. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface AuditEvent {

    /** Whose it is; null where nobody knows who asked. */
    @Nullable
    String tenant();

    /** Its name on the wire. */
    @JsonIgnore
    default String type() {
        return getClass().getAnnotation(JsonTypeName.class).value();
    }

    /** A key was used; each gateway says so once a minute. */
    @JsonTypeName("key.used")
    record KeyUsed(String tenant, String key) implements AuditEvent {}

    /**
     * A request was not let in.
     *
     * @param reason in words, as its answer gave it
     * @param key the id that it named; null if it named none that there is
     * @param unsaid how many more were refused since the last of these events
     */
    @JsonTypeName("key.refused")
    record KeyRefused(
            @Nullable String tenant, @Nullable String key, String reason, String method, String path, long unsaid)
            implements AuditEvent {}

    @JsonTypeName("key.created")
    record KeyCreated(
            String tenant,
            String key,
            List<String> scopes,
            @Nullable Instant expiresAt,
            @Nullable String replaces) implements AuditEvent {
        @SuppressWarnings("NullAway") // Jackson passes null for an absent list
        public KeyCreated {
            scopes = scopes == null ? List.of() : List.copyOf(scopes);
        }
    }

    /** @param from the moment from which on it is not valid */
    @JsonTypeName("key.revoked")
    record KeyRevoked(String tenant, String key, Instant from) implements AuditEvent {}
}

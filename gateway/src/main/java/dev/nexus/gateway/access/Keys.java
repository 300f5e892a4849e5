package dev.nexus.gateway.access;

import dev.nexus.contract.ApiKey;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys that there are, and what each may do. Any thread. */
final class Keys {

    private static final int NAME_CHARS = 60;

    private final Map<String, ApiKey> byId = new ConcurrentHashMap<>();

    void put(ApiKey key) {
        byId.put(key.id(), key);
    }

    void remove(String id) {
        byId.remove(id);
    }

    void clear() {
        byId.clear();
    }

    /** The key of that id, be it valid or not; null if there is none. */
    @Nullable
    ApiKey find(String id) {
        return byId.get(id);
    }

    /**
     * Who holds this key.
     *
     * @throws NotAdmitted if nobody does, or not any more
     */
    Caller caller(Credential shown, Instant now) {
        ApiKey key = byId.get(shown.id());
        // an unknown id takes as long as a wrong secret
        boolean fits = shown.fits(key == null ? "0".repeat(64) : key.sha256());
        if (key == null || !fits) {
            throw NotAdmitted.invalid("there is no such key; './nexus keys list' shows those that there are");
        }
        return valid(key, now);
    }

    /** Who that key is; the same whoever has proved to hold it, and in whatever way. */
    static Caller valid(ApiKey key, Instant now) {
        if (key.revokedAt() != null) {
            throw NotAdmitted.invalid("the key is revoked; use another one");
        }
        if (key.expiresAt() != null && !now.isBefore(key.expiresAt())) {
            throw NotAdmitted.invalid("the key has expired; use another one");
        }
        Set<Scope> scopes =
                key.scopes().stream().flatMap(scope -> Scope.of(scope).stream()).collect(Collectors.toSet());
        String name = key.name() == null ? key.id() : key.name() + " (" + key.id() + ")";
        return new Caller(key.tenant(), scopes, name.length() <= NAME_CHARS ? name : name.substring(0, NAME_CHARS));
    }
}

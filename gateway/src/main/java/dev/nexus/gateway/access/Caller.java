package dev.nexus.gateway.access;

import dev.nexus.contract.Envelope;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * Who sent a request: everything that it is answered with is of the tenant, and nothing of any other.
 *
 * @param name for people and for the audit: never a secret
 */
public record Caller(String tenant, Set<Scope> scopes, String name) {

    /** The attribute of an exchange that holds its caller. */
    public static final String ATTRIBUTE = Caller.class.getName();

    /** Whoever asks where nobody is asked for a key. */
    public static final Caller ANYONE = new Caller(Envelope.DEFAULT_TENANT, Set.of(Scope.values()), "anyone");

    public Caller {
        scopes = Set.copyOf(scopes);
    }

    /** Who sent this request. */
    public static Caller of(ServerRequest http) {
        return (Caller) http.attribute(ATTRIBUTE).orElse(ANYONE);
    }

    /** Whether it is known who sent this request, or nobody is asked: not where anyone may read an answer. */
    public static boolean isKnown(ServerRequest http) {
        return http.attribute(ATTRIBUTE).isPresent();
    }

    /** The tenant whose jobs alone are shown; null where nobody is asked for a key, and all are shown to all. */
    @SuppressWarnings("ReferenceEquality") // whoever has a key or token is somebody, whatever it calls them
    public @Nullable String limitedTo() {
        return this == ANYONE ? null : tenant;
    }

    /** Whether jobs of that tenant are shown. */
    public boolean sees(String of) {
        String only = limitedTo();
        return only == null || only.equals(of);
    }

    public boolean may(Scope scope) {
        return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
    }
}

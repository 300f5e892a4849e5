package dev.nexus.gateway.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a caller may do. */
public enum Scope {
    JOBS_READ,
    JOBS_WRITE,
    /** All of it, and what concerns the installation or more than one tenant. */
    ADMIN;

    /** As it is told and asked for: {@code jobs:read}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', ':');
    }

    /** The one of that name; empty if there is none, as of a newer version. */
    public static Optional<Scope> of(String wire) {
        return Arrays.stream(values())
                .filter(scope -> scope.wire().equals(wire))
                .findFirst();
    }
}

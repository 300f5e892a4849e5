package dev.nexus.gateway.access;

import java.util.Locale;

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
}

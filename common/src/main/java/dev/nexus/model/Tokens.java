package dev.nexus.model;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a provider told of a call's tokens, each as that provider means it; null for what it did not tell. */
record Tokens(
        @Nullable Long input,
        @Nullable Long output,
        @Nullable Long cached,
        @Nullable Long written,
        @Nullable Long reasoning) {

    static final Tokens NONE = new Tokens(null, null, null, null, null);

    Tokens replacedBy(Tokens newer) {
        return new Tokens(
                either(newer.input, input),
                either(newer.output, output),
                either(newer.cached, cached),
                either(newer.written, written),
                either(newer.reasoning, reasoning));
    }

    /** Whether it is enough to say what the call cost. */
    boolean isWhole() {
        return input != null && output != null;
    }

    static @Nullable Long in(JsonNode count) {
        return count.isIntegralNumber() ? Long.valueOf(count.longValue()) : null;
    }

    static long orNone(@Nullable Long count) {
        return count == null ? 0 : count;
    }

    /** Of something that is rare: nothing rather than zero. */
    static @Nullable Long ifAny(@Nullable Long count) {
        return count == null || count == 0 ? null : count;
    }

    private static @Nullable Long either(@Nullable Long first, @Nullable Long second) {
        return first == null ? second : first;
    }
}

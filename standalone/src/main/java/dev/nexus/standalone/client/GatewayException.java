package dev.nexus.standalone.client;

import org.jspecify.annotations.Nullable;

/** The gateway did not do what it was asked for; the message is one line for a person. */
public final class GatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Who has to do something about it. */
    public enum Reason {
        /** No gateway answers, or the connection broke for good. */
        UNREACHABLE,
        /** It answers that it cannot do it now, or has failed itself. */
        UNAVAILABLE,
        /** It answers that the request is wrong. */
        REFUSED,
        /** Something else than a Nexus gateway answers. */
        NO_GATEWAY
    }

    private final Reason reason;
    private final @Nullable String code;
    private final int status;

    GatewayException(Reason reason, String line, @Nullable Throwable cause) {
        this(reason, null, 0, line, cause);
    }

    GatewayException(Reason reason, @Nullable String code, int status, String line, @Nullable Throwable cause) {
        super(line, cause);
        this.reason = reason;
        this.code = code;
        this.status = status;
    }

    public Reason reason() {
        return reason;
    }

    /** What the gateway calls it; null if it gave no such name. */
    public @Nullable String code() {
        return code;
    }

    /** Of its answer, as in HTTP; 0 if it gave none. */
    public int status() {
        return status;
    }
}

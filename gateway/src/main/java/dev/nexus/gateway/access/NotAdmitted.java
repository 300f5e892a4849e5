package dev.nexus.gateway.access;

import dev.nexus.contract.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that is not let in; whoever writes the answers tells it, without a stack trace. */
public final class NotAdmitted extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final String BEARER = "Bearer realm=\"nexus\"";

    private final ErrorCode code;
    private final @Nullable String challenge;
    private final @Nullable Duration retryAfter;

    private NotAdmitted(ErrorCode code, String detail, @Nullable String challenge, @Nullable Duration retryAfter) {
        super(detail, null, false, false); // it is an answer and no failure
        this.code = code;
        this.challenge = challenge;
        this.retryAfter = retryAfter;
    }

    /** Nobody says who asks (RFC 6750, section 3: then the challenge names no error). */
    static NotAdmitted anonymous(String detail) {
        return new NotAdmitted(ErrorCode.UNAUTHORIZED, detail, BEARER, null);
    }

    /** What says who asks is not valid. */
    static NotAdmitted invalid(String detail) {
        return new NotAdmitted(
                ErrorCode.UNAUTHORIZED,
                detail,
                BEARER + ", error=\"invalid_token\", error_description=\"" + detail.replace('"', '\'') + "\"",
                null);
    }

    static NotAdmitted forbidden(String detail) {
        return new NotAdmitted(ErrorCode.FORBIDDEN, detail, null, null);
    }

    /** Who asks may do other things. */
    public static NotAdmitted without(Scope scope) {
        return new NotAdmitted(
                ErrorCode.FORBIDDEN,
                "this needs the scope " + scope.wire() + "; use a key or token that has it",
                BEARER + ", error=\"insufficient_scope\", scope=\"" + scope.wire() + "\"",
                null);
    }

    static NotAdmitted later(ErrorCode code, String detail, Duration retryAfter) {
        return new NotAdmitted(code, detail, null, retryAfter);
    }

    static NotAdmitted of(ErrorCode code, String detail) {
        return new NotAdmitted(code, detail, null, null);
    }

    public ErrorCode code() {
        return code;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    /** For the header {@code WWW-Authenticate}; null for none. */
    public @Nullable String challenge() {
        return challenge;
    }

    /** When it may be tried again; null if that would be in vain, or nobody knows. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}

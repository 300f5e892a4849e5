package dev.nexus.gateway.intake;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Limits;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that is not taken, and why; the same on every door. */
public final class InvalidRequest extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MOST_ERRORS = 100;

    private final ErrorCode code;
    private final transient List<FieldError> errors;
    private final @Nullable Duration retryAfter;

    public InvalidRequest(ErrorCode code, String message, List<FieldError> errors) {
        this(code, message, errors, null);
    }

    private InvalidRequest(ErrorCode code, String message, List<FieldError> errors, @Nullable Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
        this.code = code;
        this.errors = List.copyOf(errors);
    }

    /** A request beyond what its tenant may have at the moment. */
    static InvalidRequest quota(String message, Duration retryAfter) {
        return new InvalidRequest(ErrorCode.QUOTA_EXCEEDED, message, List.of(), retryAfter);
    }

    /** One too many in a short time. */
    static InvalidRequest tooOften(String message, Duration retryAfter) {
        return new InvalidRequest(ErrorCode.RATE_LIMITED, message, List.of(), retryAfter);
    }

    /** When it may be taken; null if that is not known, or never. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** A request that breaks rules; the message repeats the first, for those who show one line. */
    public static InvalidRequest of(List<FieldError> errors) {
        FieldError first = errors.getFirst();
        String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
        String where = first.pointer().isEmpty() ? "the request" : first.pointer();
        List<FieldError> told = errors.subList(0, Math.min(errors.size(), MOST_ERRORS));
        return new InvalidRequest(ErrorCode.INVALID_REQUEST, where + " " + first.detail() + more, told);
    }

    static InvalidRequest of(String pointer, String detail) {
        return of(List.of(new FieldError(pointer, detail)));
    }

    /** A record that breaks a rule which is about none of the places in its value. */
    public static InvalidRequest ofRecord(String message) {
        return new InvalidRequest(ErrorCode.INVALID_REQUEST, message, List.of());
    }

    /** What it names is there already, and something else. */
    public static InvalidRequest inUse(String message) {
        return new InvalidRequest(ErrorCode.ID_IN_USE, message, List.of());
    }

    /** A request beyond {@link Limits#REQUEST_BYTES}. */
    public static InvalidRequest tooLarge() {
        return new InvalidRequest(ErrorCode.TOO_LARGE, Limits.REQUEST_TOO_LARGE, List.of());
    }

    /** A request that says that it is something else than JSON. */
    public static InvalidRequest notJson() {
        return new InvalidRequest(
                ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                "the body must be JSON; send it with Content-Type: application/json",
                List.of());
    }

    /** Nothing is known to be wrong with the request, but it can't be handled. */
    static InvalidRequest defect() {
        return new InvalidRequest(
                ErrorCode.INTERNAL_ERROR, "the gateway failed on this request; its log has the reason", List.of());
    }

    public ErrorCode code() {
        return code;
    }

    /** The places that are wrong, as far as there are any: the first hundred. */
    public List<FieldError> errors() {
        return errors;
    }
}

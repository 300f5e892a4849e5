package dev.nexus.gateway.intake;

import dev.nexus.contract.ErrorCode;
import java.util.List;

/** A request that is not taken, and why; the same on every door. */
public final class InvalidRequest extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient List<FieldError> errors;

    public InvalidRequest(ErrorCode code, String message, List<FieldError> errors) {
        super(message);
        this.code = code;
        this.errors = List.copyOf(errors);
    }

    /** A request that breaks rules; the message repeats the first, for those who show one line. */
    static InvalidRequest of(List<FieldError> errors) {
        FieldError first = errors.getFirst();
        String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
        String where = first.pointer().isEmpty() ? "the request" : first.pointer();
        return new InvalidRequest(ErrorCode.INVALID_REQUEST, where + " " + first.detail() + more, errors);
    }

    static InvalidRequest of(String pointer, String detail) {
        return of(List.of(new FieldError(pointer, detail)));
    }

    public ErrorCode code() {
        return code;
    }

    /** At least one for {@link ErrorCode#INVALID_REQUEST}. */
    public List<FieldError> errors() {
        return errors;
    }
}

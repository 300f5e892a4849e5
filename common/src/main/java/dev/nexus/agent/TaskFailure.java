package dev.nexus.agent;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import org.jspecify.annotations.Nullable;

/** An attempt cannot be done; its job is told so by {@code task.failed}. */
public final class TaskFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient ErrorInfo error;
    private final @Nullable String detail;

    /** @param detail what helps to find out why, such as a model's raw answer; cut to its last 8 kB */
    public TaskFailure(ErrorInfo error, @Nullable String detail) {
        super(error.message());
        this.error = error;
        this.detail = detail;
    }

    /** A failure that would only repeat itself. */
    public static TaskFailure of(ErrorCode code, String message) {
        return new TaskFailure(new ErrorInfo(code, message, false), null);
    }

    public ErrorInfo error() {
        return error;
    }

    public @Nullable String detail() {
        return detail;
    }
}

package dev.nexus.contract;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.ExitCodeGenerator;

/**
 * A service cannot start; the message is all that a person is told: what is wrong, which setting it is, and what to do. It
 * ends the process with exit code 1.
 */
public class CannotStart extends IllegalStateException implements ExitCodeGenerator {

    private static final long serialVersionUID = 1L;

    public CannotStart(String message) {
        super(message);
    }

    /** @param cause for the log of who looks closer */
    public CannotStart(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public final int getExitCode() {
        return 1;
    }
}

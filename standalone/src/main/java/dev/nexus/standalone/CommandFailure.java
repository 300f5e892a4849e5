package dev.nexus.standalone;

import org.jspecify.annotations.Nullable;

/** Ends a command with one line for the person who gave it, and an {@link ExitCode} for the program that did. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(int exitCode, String line, @Nullable Throwable cause) {
        super(line, cause);
        this.exitCode = exitCode;
    }

    /** What was asked for cannot be, as it was asked. */
    public static CommandFailure usage(String line) {
        return new CommandFailure(ExitCode.USAGE, line, null);
    }

    /** It was tried, and did not work out. */
    public static CommandFailure failed(String line) {
        return new CommandFailure(ExitCode.FAILED, line, null);
    }

    public static CommandFailure failed(String line, Throwable cause) {
        return new CommandFailure(ExitCode.FAILED, line, cause);
    }

    /** There is no gateway to ask, or not any more. */
    public static CommandFailure unreachable(String line, @Nullable Throwable cause) {
        return new CommandFailure(ExitCode.UNREACHABLE, line, cause);
    }

    public int exitCode() {
        return exitCode;
    }

    /** The one line. */
    public String line() {
        return String.valueOf(getMessage());
    }
}

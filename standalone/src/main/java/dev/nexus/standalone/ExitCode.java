package dev.nexus.standalone;

/** What the exit codes of every command mean. */
public final class ExitCode {

    /** Done; where tests ran, all of them passed. */
    public static final int PASSED = 0;

    /** The job ended, and its tests did not pass. */
    public static final int TESTS_FAILED = 1;

    /** The command or the request is wrong. */
    public static final int USAGE = 2;

    /** The job failed, was cancelled, or gave a scaffold only. */
    public static final int FAILED = 3;

    /** No gateway answers, or it cannot take the request now. */
    public static final int UNREACHABLE = 4;

    /** Ctrl-C. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}

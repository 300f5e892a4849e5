package dev.nexus.bench.chaos;

/** What is done to a process. */
enum Blow {
    /** {@code kill -9}, and a new process a moment later. */
    KILL("killed"),
    /** SIGSTOP, and SIGCONT some time later: the process does not know that it was away. */
    STOP("stopped"),
    /** SIGTERM, or a broker's orderly shutdown, and a new process when the old one is gone. */
    RESTART("restarted");

    private final String done;

    Blow(String done) {
        this.done = done;
    }

    @Override
    public String toString() {
        return done;
    }
}

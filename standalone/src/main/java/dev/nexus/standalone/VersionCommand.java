package dev.nexus.standalone;

import java.util.Map;
import picocli.CommandLine.Command;

/** {@code nexus version}. */
@Command(
        name = "version",
        description = "Prints the version.",
        footer = {"", "Example:", "  nexus version"})
final class VersionCommand implements Runnable {

    private final Shell shell;

    VersionCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        if (shell.json()) {
            shell.tell(Map.of("name", "nexus", "version", Version.current()));
        } else {
            shell.out().println("nexus " + Version.current());
        }
    }
}

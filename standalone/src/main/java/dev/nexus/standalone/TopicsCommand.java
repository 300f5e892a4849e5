package dev.nexus.standalone;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus topics}: how to make what the services else make by themselves. */
@Command(
        name = "topics",
        sortOptions = false,
        description = {
            "Prints the commands that create the topics and set up the share groups,",
            "for clusters where services may not do so by themselves."
        },
        footer = {"", "Examples:", "  nexus topics", "  nexus topics --prefix team-a. | sh"})
final class TopicsCommand implements Runnable {

    private final Shell shell;

    @Mixin
    private PrefixOption prefix = new PrefixOption();

    TopicsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        shell.out().print(ClusterScript.topics(prefix.topics(shell)));
        shell.out().flush();
    }
}

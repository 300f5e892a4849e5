package dev.nexus.standalone;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus topics}: how to make what the services else make by themselves. */
@Command(
        name = "topics",
        sortOptions = false,
        description = {
            "Prints the commands that create the topics and set up the share groups,",
            "for clusters where services may not do so by themselves."
        },
        footer = {"", "Examples:", "  nexus topics", "  nexus topics --prefix team-a. --copies 1 | sh"})
final class TopicsCommand implements Runnable {

    private static final int MOST_COPIES = 9;

    private final Shell shell;

    @Mixin
    private PrefixOption prefix = new PrefixOption();

    @Option(
            names = "--copies",
            defaultValue = "3",
            paramLabel = "N",
            description = "On how many brokers each record is kept; ${DEFAULT-VALUE} if not given.")
    private int copies;

    TopicsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        if (copies < 1 || copies > MOST_COPIES) {
            throw CommandFailure.usage("--copies is " + copies + "; it is from 1 to " + MOST_COPIES);
        }
        ClusterScript.tell(shell, ClusterScript.topics(prefix.topics(shell), copies));
    }
}

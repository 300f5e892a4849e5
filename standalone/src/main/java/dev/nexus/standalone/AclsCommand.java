package dev.nexus.standalone;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus acls}: what each service's Kafka user must be allowed. */
@Command(
        name = "acls",
        sortOptions = false,
        description = {
            "Prints the kafka-acls.sh commands that allow each service what it needs, and no more.",
            "The users are gateway, planner, builder, tester and client; change the names as you like."
        },
        footer = {"", "Examples:", "  nexus acls", "  nexus acls --prefix team-a. --may-prepare | sh"})
final class AclsCommand implements Runnable {

    private final Shell shell;

    @Mixin
    private PrefixOption prefix = new PrefixOption();

    @Option(
            names = "--may-prepare",
            description = "Allow the services to make their topics and to set up their share groups by themselves.")
    private boolean mayPrepare;

    AclsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        shell.out().print(ClusterScript.acls(prefix.topics(shell), mayPrepare));
        shell.out().flush();
    }
}

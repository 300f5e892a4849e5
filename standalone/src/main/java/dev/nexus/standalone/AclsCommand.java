package dev.nexus.standalone;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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

    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9._-]+");

    private final Shell shell;

    @Mixin
    private PrefixOption prefix = new PrefixOption();

    @Option(
            names = "--may-prepare",
            description = "Allow the services to make their topics and to set up their share groups by themselves.")
    private boolean mayPrepare;

    @Option(
            names = "--client-group",
            paramLabel = "GROUP",
            description = "The consumer group in which clients follow their jobs; without it they assign partitions.")
    private @Nullable String clientGroup;

    AclsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        if (clientGroup != null && !GROUP.matcher(clientGroup).matches()) {
            throw CommandFailure.usage("--client-group has letters, digits, '.', '_' and '-' here, and is not empty");
        }
        ClusterScript.tell(shell, ClusterScript.acls(prefix.topics(shell), mayPrepare, clientGroup));
    }
}

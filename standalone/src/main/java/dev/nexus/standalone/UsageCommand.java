package dev.nexus.standalone;

import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.standalone.client.UsageView;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus usage}: what was spent on models. */
@Command(
        name = "usage",
        sortOptions = false,
        description = "Sums up calls, tokens and cost of all jobs; of the last 24 hours if no times are given.",
        footer = {"", "Examples:", "  nexus usage --by model", "  nexus usage --from 2026-03-01T00:00:00Z --by tenant"})
final class UsageCommand implements Runnable {

    private final Shell shell;

    @Option(names = "--from", paramLabel = "TIME", description = "The first moment that counts, as in RFC 3339.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "The first moment that does not any more.")
    private @Nullable String to;

    @Option(names = "--by", paramLabel = "WHAT", description = "Told apart by model, agent or tenant.")
    private @Nullable String by;

    @Mixin
    private GatewayOption server = new GatewayOption();

    UsageCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        Map<String, String> parameters = new TreeMap<>();
        put(parameters, "from", from);
        put(parameters, "to", to);
        put(parameters, "by", by);
        try (GatewayClient gateway = server.open(shell)) {
            if (shell.json()) {
                shell.tell(gateway.usageDocument(parameters));
                return;
            }
            UsageView usage = gateway.usage(parameters);
            shell.out().println("from " + usage.from() + " to " + usage.to());
            usage.groups()
                    .forEach(group -> shell.out()
                            .println(EventText.printable(group.name()) + "  " + EventText.spent(group.usage())));
            shell.out().println("total  " + EventText.spent(usage.usage()));
        }
    }

    private static void put(Map<String, String> parameters, String name, @Nullable String value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }
}

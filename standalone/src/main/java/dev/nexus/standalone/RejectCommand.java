package dev.nexus.standalone;

import dev.nexus.standalone.client.GatewayClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus reject}: ends a job whose plan is not the right one. */
@Command(
        name = "reject",
        sortOptions = false,
        description = "Rejects the plan that a job waits with: the job ends. Another answer, if it was first, stands.",
        footer = {
            "",
            "Example:",
            "  nexus reject 0198c5a2-7c00-7000-8000-000000000001 --reason \"needs a command line too\""
        })
final class RejectCommand implements Runnable {

    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it is in the job's error.")
    private @Nullable String reason;

    @Mixin
    private GatewayOption server = new GatewayOption();

    RejectCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        try (GatewayClient gateway = server.open(shell)) {
            gateway.reject(id, PlanNotice.hash(gateway.job(id)), reason);
            if (shell.json()) {
                shell.tell(gateway.jobDocument(id));
            } else {
                shell.out().println("rejected the plan of " + id);
            }
        }
    }
}

package dev.nexus.standalone;

import dev.nexus.standalone.client.GatewayClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nexus cancel}: asks for the end of a job. */
@Command(
        name = "cancel",
        sortOptions = false,
        description = "Cancels a job; what it made so far is kept.",
        footer = {"", "Example:", "  nexus cancel 0198c5a2-7c00-7000-8000-000000000001"})
final class CancelCommand implements Runnable {

    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id = "";

    @Mixin
    private GatewayOption server = new GatewayOption();

    CancelCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        try (GatewayClient gateway = server.open(shell)) {
            gateway.cancel(id);
            if (shell.json()) {
                shell.tell(gateway.jobDocument(id));
            } else {
                shell.out().println("cancel requested for " + id);
            }
        }
    }
}

package dev.nexus.standalone;

import dev.nexus.contract.Approval;
import dev.nexus.contract.JobKind;
import dev.nexus.standalone.client.GatewayClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus submit}: hands in a job and prints its id. */
@Command(
        name = "submit",
        sortOptions = false,
        description = "Submits a job to a running server and prints its id.",
        footer = {
            "",
            "Examples:",
            "  nexus submit \"A stack and a queue\"",
            "  nexus submit -f spec.md --kind plan",
            "  nexus submit --based-on ID \"Numerals may be in lower case, too\"",
            "  id=$(nexus submit -f spec.md) && nexus watch $id && nexus fetch $id"
        })
final class SubmitCommand implements Runnable {

    private final Shell shell;

    @ArgGroup(multiplicity = "1")
    private SpecArgument spec = new SpecArgument();

    @Option(
            names = "--kind",
            defaultValue = "pipeline",
            paramLabel = "KIND",
            description = "pipeline (plan, build, test, repair) or plan; ${DEFAULT-VALUE} if not given.")
    private JobKind kind = JobKind.PIPELINE;

    @Option(
            names = "--approval",
            paramLabel = "WHAT",
            description = "plan: the job waits with its plan until 'nexus approve ID' or 'nexus reject ID'.")
    private @Nullable Approval approval;

    @Option(
            names = "--based-on",
            paramLabel = "ID",
            description = "A job that has ended: the specification asks for a change to its files.")
    private @Nullable String basedOn;

    @Mixin
    private GatewayOption server = new GatewayOption();

    SubmitCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        try (GatewayClient gateway = server.open(shell)) {
            String id = gateway.submit(kind, spec.read(shell, System.in), approval, basedOn)
                    .id();
            if (shell.json()) {
                shell.tell(gateway.jobDocument(id));
            } else {
                shell.out().println(id);
            }
        }
    }
}

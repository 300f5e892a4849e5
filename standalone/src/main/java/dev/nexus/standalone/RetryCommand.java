package dev.nexus.standalone;

import dev.nexus.contract.Stage;
import dev.nexus.standalone.client.GatewayClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus retry}: does a finished job again, from one of its stages on. */
@Command(
        name = "retry",
        sortOptions = false,
        description = "Starts a new job from a stage of a finished one, and follows it as 'nexus run' does.",
        footer = {
            "",
            "Examples:",
            "  nexus retry 0198c5a2-7c00-7000-8000-000000000001 --from build",
            "  nexus retry 0198c5a2-7c00-7000-8000-000000000001 --from test --out build/again"
        })
final class RetryCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id = "";

    @Option(
            names = "--from",
            required = true,
            paramLabel = "STAGE",
            description = "plan (everything anew), build (with the plan it had), or test (with its files, too).")
    private Stage from = Stage.PLAN;

    @Mixin
    private Results results = new Results();

    @Mixin
    private GatewayOption server = new GatewayOption();

    RetryCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (GatewayClient gateway = server.open(shell)) {
            return RunCommand.submitAndFollow(shell, gateway, results, () -> gateway.retry(id, from), () -> {});
        }
    }
}

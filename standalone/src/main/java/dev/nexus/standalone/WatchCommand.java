package dev.nexus.standalone;

import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.standalone.client.JobFollower;
import dev.nexus.standalone.client.JobView;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nexus watch}: shows a job's progress until it ends. */
@Command(
        name = "watch",
        sortOptions = false,
        description = "Follows a job to its end, and ends with the exit code that the job gives.",
        footer = {"", "Example:", "  nexus watch 0198c5a2-7c00-7000-8000-000000000001"})
final class WatchCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id = "";

    @Mixin
    private GatewayOption server = new GatewayOption();

    WatchCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (GatewayClient gateway = server.open(shell)) {
            return new JobSummary(follow(gateway)).tell(shell, gateway, null);
        }
    }

    private JobView follow(GatewayClient gateway) {
        try (PlanNotice display = new PlanNotice(shell, gateway, id)) {
            return new JobFollower(gateway).follow(id, display);
        }
    }
}

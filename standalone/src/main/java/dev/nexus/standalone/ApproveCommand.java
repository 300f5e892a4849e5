package dev.nexus.standalone;

import dev.nexus.contract.Json;
import dev.nexus.contract.Plan;
import dev.nexus.standalone.client.GatewayClient;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;

/** {@code nexus approve}: lets a job that waits with its plan go on. */
@Command(
        name = "approve",
        sortOptions = false,
        description = {
            "Approves the plan that a job waits with, as it is or as a file says instead; 'nexus watch ID' shows it.",
            "Somebody else's answer, if it was first, stands."
        },
        footer = {
            "",
            "Examples:",
            "  nexus approve 0198c5a2-7c00-7000-8000-000000000001",
            "  nexus approve 0198c5a2-7c00-7000-8000-000000000001 --plan edited.json"
        })
final class ApproveCommand implements Runnable {

    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id = "";

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description = "Builds this plan instead: JSON, as the field 'plan' of GET /jobs/ID; - for standard input.")
    private @Nullable String plan;

    @Mixin
    private GatewayOption server = new GatewayOption();

    ApproveCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        Plan edited = plan == null ? null : read(plan);
        try (GatewayClient gateway = server.open(shell)) {
            gateway.approve(id, PlanNotice.hash(gateway.job(id)), edited);
            if (shell.json()) {
                shell.tell(gateway.jobDocument(id));
            } else {
                shell.out().println("approved the plan of " + id + (edited == null ? "" : ", as edited"));
            }
        }
    }

    private Plan read(String file) {
        byte[] json = TextFile.read(shell, file, System.in).getBytes(StandardCharsets.UTF_8);
        try {
            return Json.read(json, Plan.class);
        } catch (JacksonException | NullPointerException e) {
            throw CommandFailure.usage(file
                    + " holds no plan; it must have summary, language, interface and steps, as 'plan' of GET /jobs/"
                    + id);
        }
    }
}

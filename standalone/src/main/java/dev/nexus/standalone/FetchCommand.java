package dev.nexus.standalone;

import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.standalone.client.JobView;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nexus fetch}: writes the files of a job. */
@Command(
        name = "fetch",
        sortOptions = false,
        description = "Writes the files that a job has made so far.",
        footer = {"", "Example:", "  nexus fetch 0198c5a2-7c00-7000-8000-000000000001 --out roman"})
final class FetchCommand implements Runnable {

    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id = "";

    @Mixin
    private Results results = new Results();

    @Mixin
    private GatewayOption server = new GatewayOption();

    FetchCommand(Shell shell) {
        this.shell = shell;
    }

    /** What was written, for programs. */
    private record Fetched(String job, String folder, List<JobView.Artefact> files, boolean scaffold) {}

    @Override
    public void run() {
        try (GatewayClient gateway = server.open(shell)) {
            JobView job = gateway.job(id);
            String place = results.fetch(shell, gateway, job);
            if (shell.json()) {
                shell.tell(new Fetched(id, place, job.artefacts(), job.isScaffold()));
                return;
            }
            shell.out().println(EventText.count(job.artefacts().size(), "file") + " in " + place);
            if (job.isScaffold()) {
                shell.out().println("SCAFFOLD ONLY: these files are stubs, nothing in them is implemented.");
            }
        }
    }
}

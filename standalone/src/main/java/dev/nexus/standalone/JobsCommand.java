package dev.nexus.standalone;

import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.standalone.client.JobView;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus jobs}: one line per job. */
@Command(
        name = "jobs",
        sortOptions = false,
        description = "Lists the jobs that the server knows: id, time, kind, status, and how the specification begins.",
        footer = {"", "Examples:", "  nexus jobs", "  nexus jobs --server http://build-host:8080"})
final class JobsCommand implements Runnable {

    private static final int TITLE_COLUMNS = 50;

    private final Shell shell;

    @Mixin
    private GatewayOption server = new GatewayOption();

    JobsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        try (GatewayClient gateway = server.open(shell)) {
            if (shell.json()) {
                shell.tell(gateway.document("/jobs"));
            } else {
                gateway.jobs().forEach(job -> shell.out().println(line(job)));
            }
        }
    }

    private static String line(JobView job) {
        String title = job.title() == null ? "" : EventText.printable(job.title());
        String status = job.status() + (job.isScaffold() ? " (scaffold)" : "");
        return String.format(
                        "%s  %s  %-8s  %-18s  %s",
                        job.id(),
                        job.createdAt().truncatedTo(ChronoUnit.SECONDS),
                        job.kind(),
                        status,
                        Columns.fit(title, TITLE_COLUMNS))
                .stripTrailing();
    }
}

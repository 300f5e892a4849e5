package dev.nexus.standalone;

import dev.nexus.standalone.client.ArtefactFolder;
import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.standalone.client.JobView;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where the files of a job go. */
final class Results {

    @Option(names = "--out", paramLabel = "DIR", description = "Where the files go; nexus-out/<job> if not given.")
    private @Nullable Path out;

    /** Writes all files of {@code job}, and returns where they are. */
    String fetch(Shell shell, GatewayClient gateway, JobView job) {
        Path place = out != null ? out : Path.of("nexus-out", job.id());
        try {
            new ArtefactFolder(shell.folder().resolve(place)).fetch(gateway, job);
            return place + "/";
        } catch (IOException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()), e);
        }
    }
}

package dev.nexus.standalone.client;

import dev.nexus.contract.ProjectPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A folder of this machine that the files of one job are written to, and nothing outside of it. */
public final class ArtefactFolder {

    private final Path root;

    public ArtefactFolder(Path root) {
        this.root = root;
    }

    /**
     * Fetches all files of {@code job}; what is there already under the same names is replaced.
     *
     * @throws IOException if a path would leave the folder, bytes are not those that the job refers to, or the disk
     *     refuses; the message is a line for a person
     */
    public void fetch(GatewayClient gateway, JobView job) throws IOException {
        List<JobView.Artefact> files = job.artefacts();
        for (JobView.Artefact file : files) { // all or nothing
            String problem = ProjectPath.problemWith(file.path());
            if (problem != null) {
                throw new IOException("the gateway names a file whose path " + problem + ": nothing is written");
            }
        }
        for (JobView.Artefact file : files) {
            byte[] bytes = gateway.artefact(job.id(), file.path());
            if (!sha256(bytes).equals(file.sha256())) {
                throw new IOException("the bytes of " + file.path() + " are not those that the job refers to");
            }
            write(file.path(), bytes);
        }
    }

    private void write(String path, byte[] bytes) throws IOException {
        Files.createDirectories(root);
        Path place = root;
        for (Path part : Path.of(path)) {
            place = place.resolve(part);
            if (Files.isSymbolicLink(place)) {
                throw new IOException(
                        place + " is a link, which may lead out of " + root + ": nothing is written there");
            }
        }
        try {
            Files.createDirectories(place.getParent());
            Files.write(place, bytes);
        } catch (IOException e) {
            throw new IOException("cannot write " + place + ": " + e.getClass().getSimpleName(), e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

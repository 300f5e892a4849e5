package dev.nexus.tester;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What there is to be reached outside of a sandbox: services on every kind of socket, a file, a process. */
final class AttackedHost implements AutoCloseable {

    private final Process services;
    private final String[] ports;
    private final Path secret;

    AttackedHost() throws IOException {
        secret = Files.createTempFile(Path.of("/tmp"), "nexus-secret-", ".txt");
        Files.writeString(secret, "do not tell");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        services = new ProcessBuilder(
                        "/usr/bin/python3", Attack.FOLDER.resolve("services.py").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = services.inputReader();
        ports = said.readLine().split(" ", -1);
    }

    /** The code, with the places of this host in it. */
    String in(String code) {
        return code.replace("@TCP@", ports[0])
                .replace("@TCP6@", ports[1])
                .replace("@UDP@", ports[2])
                .replace("@ABSTRACT@", ports[3])
                .replace("@PID@", String.valueOf(services.pid()))
                .replace("@SECRET@", secret.toString());
    }

    @Override
    public void close() throws IOException {
        services.destroyForcibly();
        Files.deleteIfExists(secret);
    }
}

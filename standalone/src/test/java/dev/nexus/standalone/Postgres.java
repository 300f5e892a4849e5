package dev.nexus.standalone;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A PostgreSQL of its own on this machine, which can be stopped and started; it refuses to run as root. */
final class Postgres implements AutoCloseable {

    static final String USER = "nexus";
    static final String PASSWORD = "a password: \"€\"";

    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Path programs;
    private final Path data;
    private final int port;
    private Process server;

    /** Where Debian's is, the newest one; empty if there is none. */
    static Optional<Path> programs() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        }
    }

    /** Makes a database, and does not start it. */
    Postgres(Path programs) throws IOException, InterruptedException {
        this.programs = programs;
        this.port = BrokerPort.free();
        this.data = Path.of(run(command("mktemp", "-d")).strip());
        Path password = Files.writeString(Files.createTempFile("postgres", ".pw"), PASSWORD + "\n");
        try {
            run("chmod", "644", password.toString());
            run(command(
                    programs.resolve("initdb").toString(),
                    "--pgdata=" + data,
                    "--username=" + USER,
                    "--pwfile=" + password,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--no-sync"));
        } finally {
            Files.delete(password);
        }
    }

    /** As another user where this is root. */
    private static String[] command(String... command) {
        if (!System.getProperty("user.name").equals("root")) {
            return command;
        }
        List<String> all = new ArrayList<>(
                List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--reset-env"));
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(new java.io.File("/"))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }

    /** Returns when it lets its user in. */
    void start() throws IOException {
        server = new ProcessBuilder(command(
                        programs.resolve("postgres").toString(),
                        "-D",
                        data.toString(),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port),
                        "-k",
                        data.toString(),
                        "-c",
                        "fsync=off"))
                .directory(new java.io.File("/"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(org.springframework.dao.DataAccessException.class) // not listening yet
                .until(() -> sql().sql("select 1").query(Integer.class).single() == 1);
    }

    /** With its clients cut off, as an operator stops it; returns when it is gone. */
    void stop() throws IOException, InterruptedException {
        run(command(programs.resolve("pg_ctl").toString(), "-D", data.toString(), "-m", "fast", "-w", "stop"));
        server.waitFor();
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    JdbcClient sql() {
        DataSource source = new DriverManagerDataSource(url(), USER, PASSWORD);
        return JdbcClient.create(source);
    }

    @Override
    public void close() throws IOException {
        try {
            if (server != null && server.isAlive()) {
                stop();
                if (!server.waitFor(10, TimeUnit.SECONDS)) {
                    server.destroyForcibly().waitFor();
                }
            }
            run(command("rm", "-rf", data.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("PostgreSQL may still run");
        }
    }
}

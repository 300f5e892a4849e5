package dev.nexus.planner;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Redis on this machine; tests that want one are skipped where the package is missing. */
final class RedisServer {

    private static final Path PROGRAM = Path.of("/usr/bin/redis-server");

    private final Path folder;
    private final int port;
    private Process process;

    /** @param folder where it logs */
    RedisServer(Path folder) throws IOException {
        assumeTrue(Files.isExecutable(PROGRAM), "redis-server is not installed (package redis-server)");
        this.folder = folder;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /** Starts it, empty; returns when it answers. */
    void start(String... more) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                PROGRAM.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                folder.toString());
        builder.command().addAll(List.of(more));
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("redis.log").toFile()))
                .start();
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> command("PING").startsWith("+PONG"));
    }

    /** The first of what it answers to a command in Redis' own short form. */
    String command(String words) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write((words + "\r\n").getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[4096];
            return new String(answer, 0, Math.max(0, in.read(answer)), StandardCharsets.UTF_8);
        }
    }

    /** It keeps its connections and answers nothing, or goes on again. */
    void signal(String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("kill -" + name + " ended with " + exit);
        }
    }

    /** Returns when it is gone. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }
}

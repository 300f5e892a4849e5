package dev.nexus.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in a child process, with its data in a directory of ours. It is started again if it dies, and
 * never outlives this process, however that ends.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);
    private static final int STARTS_IN_A_ROW = 3;
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);
    private static final int LINES_KEPT = 5;

    /** How long a broker is to live. */
    public enum Life {
        /** For one job: light compilation saves half of the CPU time of its start, at the price of peak throughput. */
        SHORT("-XX:TieredStopAtLevel=1"),
        /** Until it is stopped. */
        LONG("-XX:TieredStopAtLevel=4");

        private final String compilation;

        Life(String compilation) {
            this.compilation = compilation;
        }
    }

    private final Path data;
    private final int port;
    private final Life life;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Process process;

    private EmbeddedBroker(Path data, int port, Life life) {
        this.data = data;
        this.port = port;
        this.life = life;
        this.process = launch();
    }

    /**
     * Starts a broker and returns when clients can connect to it. A broker that an earlier process left behind in
     * {@code data} is on its way out, and is awaited.
     *
     * @throws CommandFailure if there can be none, with the reason
     */
    public static EmbeddedBroker start(Path data, BrokerPort port, Life life) {
        try {
            Files.createDirectories(data.resolve("logs"));
            awaitEndOfPredecessor(data);
            EmbeddedBroker broker = new EmbeddedBroker(data, port.choose(data), life);
            Thread.ofPlatform().daemon().name("broker-watch").start(broker::keepRunning);
            return broker;
        } catch (IOException e) {
            throw CommandFailure.failed("the embedded broker cannot use " + data + ": " + e, e);
        }
    }

    /** What clients connect to: {@code host:port}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Completes, always with an exception, when the broker keeps dying and is not started again. */
    public CompletableFuture<Void> gone() {
        return gone;
    }

    /** The child process, a new one after each restart. */
    ProcessHandle process() {
        return process.toHandle();
    }

    private static void awaitEndOfPredecessor(Path data) {
        Path lock = data.resolve(BrokerProcess.LOCK);
        ProcessLock.Owner last = ProcessLock.lastOwner(lock).orElse(null);
        if (last == null || hasEnded(last, lock)) {
            return;
        }
        log.warn("An earlier broker, process {}, does not end and is killed", last.pid());
        last.process().ifPresent(ProcessHandle::destroyForcibly);
        if (!hasEnded(last, lock)) {
            throw CommandFailure.failed("an earlier broker still has " + data + "; end process " + last.pid());
        }
    }

    /**
     * Whether the owner's process is gone within {@link #LONGEST_STOP}. The system may free the lock a moment before the
     * port, so the lock alone does not count; but where nobody reaps dead processes, it is all that goes away.
     */
    private static boolean hasEnded(ProcessLock.Owner owner, Path lock) {
        for (int second = 0; second < LONGEST_STOP.toSeconds(); second++) {
            if (owner.awaitEnd(Duration.ofSeconds(1))) {
                return true;
            }
            ProcessLock free = ProcessLock.tryTake(lock, owner).orElse(null);
            if (free != null) {
                free.close();
                return true;
            }
        }
        return false;
    }

    private Process launch() {
        return launch(data, ClusterNode.alone(port, BrokerPort.free()), life);
    }

    /**
     * Starts the child process of a node, and returns when clients can connect to it.
     *
     * @throws CommandFailure if they never can, with the reason
     */
    static Process launch(Path data, ClusterNode node, Life life) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                life.compilation,
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=dev/nexus/standalone/broker-logback.xml",
                "-Dnexus.logs=" + data.resolve("logs"),
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName(),
                data.toString()));
        command.addAll(node.arguments());
        try {
            Process child =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            awaitReady(child, logFile(data));
            return child;
        } catch (IOException e) {
            throw CommandFailure.failed("the embedded broker's process cannot be started: " + e.getMessage(), e);
        }
    }

    private static void awaitReady(Process child, Path logFile) {
        CompletableFuture<Optional<String>> trouble = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("broker-output").start(() -> follow(child, trouble));
        String line;
        try {
            Optional<String> reason = trouble.get(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
            if (reason.isEmpty()) {
                return;
            }
            line = "the embedded broker did not start: " + reason.get() + "; see " + logFile;
        } catch (TimeoutException e) {
            line = "the embedded broker is not ready after " + LONGEST_START.toSeconds() + " s; see " + logFile;
        } catch (ExecutionException e) {
            line = "the embedded broker did not start: " + e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            line = "interrupted while the embedded broker started";
        }
        child.destroyForcibly();
        throw CommandFailure.failed(line);
    }

    /** Reads what the child prints, and completes {@code trouble}: with nothing when it is ready, else with the reason. */
    private static void follow(Process child, CompletableFuture<Optional<String>> trouble) {
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(BrokerProcess.READY)) {
                    trouble.complete(Optional.empty());
                } else if (line.startsWith(BrokerProcess.FAILED)) {
                    trouble.complete(Optional.of(line.substring(BrokerProcess.FAILED.length())));
                } else {
                    log.debug("broker: {}", line);
                    last.addLast(line);
                    if (last.size() > LINES_KEPT) {
                        last.removeFirst();
                    }
                }
            }
        } catch (IOException e) {
            log.debug("The broker's output ended", e);
        }
        trouble.complete(Optional.of(last.isEmpty() ? "its process ended" : String.join(" | ", last)));
    }

    private void keepRunning() {
        int starts = 0;
        while (true) {
            long since = System.nanoTime();
            int code = waitFor(process);
            if (closed.getCount() == 0) {
                return;
            }
            starts = System.nanoTime() - since > LONG_ENOUGH.toNanos() ? 0 : starts + 1;
            if (starts > STARTS_IN_A_ROW) {
                giveUp("the embedded broker keeps ending (exit code " + code + "); see " + logFile(data));
                return;
            }
            log.warn("The embedded broker ended with exit code {}; it is started again", code);
            try {
                process = launch();
                if (closed.getCount() == 0) { // meanwhile
                    process.destroyForcibly();
                    return;
                }
                log.info("The embedded broker is back on {}", bootstrapServers());
            } catch (CommandFailure e) {
                giveUp(e.line());
                return;
            }
        }
    }

    private void giveUp(String reason) {
        log.error("{}", reason);
        gone.completeExceptionally(CommandFailure.failed(reason));
    }

    private static int waitFor(Process child) {
        return child.onExit().join().exitValue();
    }

    private static Path logFile(Path data) {
        return data.resolve("logs").resolve("kafka.log");
    }

    /** Lets the broker shut down in order, and returns when its process is gone. */
    @Override
    public void close() {
        closed.countDown();
        stop(process);
    }

    /** Lets a node shut down in order, and returns when its process is gone. */
    static void stop(Process last) {
        try {
            last.getOutputStream().close(); // what it waits for
            last.onExit().get(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (IOException | ExecutionException | TimeoutException e) {
            log.warn("The embedded broker does not stop and is ended", e);
            last.destroyForcibly().onExit().join();
        } catch (InterruptedException e) {
            last.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

package dev.nexus.bench;

import dev.nexus.bench.chaos.Chaos;
import dev.nexus.standalone.BrokerPort;
import dev.nexus.standalone.EmbeddedBroker;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The commands: this one, and {@code chaos}. It starts broker, gateway and one process a stage, loads them, prints
 * the figures. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = {SandboxRuns.class, StartUp.class},
        description = "Measures the chain with functions that only take time.")
final class Bench implements Callable<Integer> {

    @Option(names = "--turns", defaultValue = "300", description = "Jobs one after the other (${DEFAULT-VALUE}).")
    private int turns;

    @Option(names = "--warm-up", defaultValue = "2000", description = "Jobs before, not counted (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--at-once", defaultValue = "500", description = "Jobs at the same time (${DEFAULT-VALUE}).")
    private int atOnce;

    @Option(
            names = "--work",
            defaultValue = "PT2S",
            description = "What each task of those takes, as an ISO 8601 duration (${DEFAULT-VALUE}).")
    private Duration work = Duration.ofSeconds(2);

    public static void main(String[] args) {
        System.setProperty("logback.configurationFile", "dev/nexus/bench/chaos/logback.xml");
        boolean chaos = args.length > 0 && args[0].equals("chaos");
        System.exit(
                chaos
                        ? new CommandLine(new Chaos()).execute(Arrays.copyOfRange(args, 1, args.length))
                        : new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path data = Files.createTempDirectory("nexus-bench");
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, new BrokerPort.Any(), EmbeddedBroker.Life.LONG)) {
            int port = freePort();
            try (Child _ = Child.start("gateway", "" + port, broker.bootstrapServers());
                    Client client = new Client(URI.create("http://127.0.0.1:" + port))) {
                client.awaitReady();
                inTurn(client, broker.bootstrapServers());
                atOnce(client, broker.bootstrapServers());
            }
        } finally {
            delete(data);
        }
        return 0;
    }

    private void inTurn(Client client, String bootstrapServers) throws IOException, InterruptedException {
        try (Child _ = stage("planner", Duration.ZERO, bootstrapServers);
                Child _ = stage("builder", Duration.ZERO, bootstrapServers);
                Child _ = stage("tester", Duration.ZERO, bootstrapServers)) {
            client.inTurn(warmUp);
            System.out.println("one job at a time, 4 tasks that do nothing, submit to final event: "
                    + Figures.of(client.inTurn(turns)));
        }
    }

    private void atOnce(Client client, String bootstrapServers)
            throws IOException, InterruptedException, ExecutionException {
        try (Child _ = stage("planner", work, bootstrapServers);
                Child _ = stage("builder", work, bootstrapServers);
                Child _ = stage("tester", work, bootstrapServers)) {
            client.atOnce(atOnce); // twice before, not counted: code paths are warm, and each stage is in its group
            client.atOnce(atOnce);
            System.out.printf(
                    Locale.ROOT,
                    "%d jobs at once, 3 stages of %.1f s each, first submit to last final event: %.1f s (ideal %.1f s)%n",
                    atOnce,
                    Figures.millis(work) / 1000,
                    Figures.millis(client.atOnce(atOnce)) / 1000,
                    Figures.millis(work) * 3 / 1000);
        }
    }

    private Child stage(String name, Duration each, String bootstrapServers) throws IOException {
        return Child.start(name, "" + each.toMillis(), "" + 2 * atOnce, bootstrapServers);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

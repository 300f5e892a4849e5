package dev.nexus.bench;

import dev.nexus.contract.Json;
import dev.nexus.contract.Verdict;
import dev.nexus.standalone.BrokerPort;
import dev.nexus.standalone.EmbeddedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** The command: what a test run in the tester's sandbox takes beyond pytest alone, in sandboxes that wait and in new ones. */
@Command(
        name = "sandbox",
        mixinStandardHelpOptions = true,
        description = "Measures test tasks through Kafka against plain pytest of the same files.")
final class SandboxRuns implements Callable<Integer> {

    private static final Path PYTHON = Path.of("/usr/bin/python3");

    @Option(names = "--tasks", defaultValue = "50", description = "Test tasks one after the other (${DEFAULT-VALUE}).")
    private int tasks;

    @Option(names = "--warm-up", defaultValue = "20", description = "Tasks before, not counted (${DEFAULT-VALUE}).")
    private int warmUp;

    @Override
    public Integer call() throws Exception {
        Map<String, String> files = files();
        Path data = Files.createTempDirectory("nexus-bench");
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, new BrokerPort.Any(), EmbeddedBroker.Life.LONG)) {
            int port = Bench.freePort();
            try (Child _ = Child.start("gateway", "" + port, broker.bootstrapServers());
                    Client client = new Client(URI.create("http://127.0.0.1:" + port))) {
                client.awaitReady();
                // Half of it before and half after, as the machine may be busier at one time than at another.
                List<Duration> plain = plain(tasks / 2, files);
                Runs warm = runs(client, files, broker.bootstrapServers());
                Runs cold = runs(client, files, broker.bootstrapServers(), "--nexus.tester.warm=0");
                plain.addAll(plain(tasks - tasks / 2, files));
                Figures alone = Figures.of(plain);
                System.out.printf(Locale.ROOT, "%s -m pytest, 30 tests: %s%n", PYTHON, alone);
                print("in a sandbox that waited for a job", warm, alone);
                print("in a sandbox started for it (nexus.tester.warm=0)", cold, alone);
            }
        } finally {
            Bench.delete(data);
        }
        return 0;
    }

    /**
     * Test tasks in a row.
     *
     * @param sandbox each run, as its report says
     * @param whole each job, from submit to final event
     */
    private record Runs(List<Duration> sandbox, List<Duration> whole) {}

    private Runs runs(Client client, Map<String, String> files, String bootstrapServers, String... settings)
            throws IOException, InterruptedException {
        // What a pass is worth is found out in further runs, which plain pytest has no counterpart of.
        List<String> arguments =
                new ArrayList<>(List.of("sandbox", bootstrapServers, "--nexus.tester.scrutiny.enabled=false"));
        arguments.addAll(List.of(settings));
        try (Child _ = Child.start(arguments.toArray(String[]::new))) {
            run(warmUp, client, files);
            return run(tasks, client, files);
        }
    }

    private static Runs run(int number, Client client, Map<String, String> files)
            throws IOException, InterruptedException {
        byte[] request = Json.write(Map.of(
                "files",
                files.entrySet().stream()
                        .map(file -> Map.of("path", file.getKey(), "content", file.getValue()))
                        .toList()));
        Runs runs = new Runs(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < number; i++) {
            Client.Ended job = client.run("/tasks/test", new String(request, StandardCharsets.UTF_8));
            JsonNode report = Json.MAPPER.readTree(client.get(job.location())).path("report");
            if (!report.path("verdict").asString("").equals(Verdict.PASSED.wire())) {
                throw new IOException("the tests did not pass: " + report);
            }
            runs.sandbox().add(Duration.ofMillis(report.path("durationMillis").asLong()));
            runs.whole().add(job.took());
        }
        return runs;
    }

    private static void print(String where, Runs runs, Figures alone) {
        Figures figures = Figures.of(runs.sandbox());
        double over = Figures.millis(figures.percentile(0.5)) - Figures.millis(alone.percentile(0.5));
        System.out.printf(Locale.ROOT, "%s: %s, the median %+.1f ms over plain pytest%n", where, figures, over);
        System.out.printf("  the whole job through Kafka, submit to final event: %s%n", Figures.of(runs.whole()));
    }

    /** What it takes without Nexus, each time in a new folder, as each task has one. */
    private static List<Duration> plain(int number, Map<String, String> files)
            throws IOException, InterruptedException {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Path folder = Files.createTempDirectory("nexus-bench");
            try {
                for (var file : files.entrySet()) {
                    Path path = folder.resolve(file.getKey());
                    Files.createDirectories(path.getParent());
                    Files.writeString(path, file.getValue());
                }
                long start = System.nanoTime();
                Process pytest = new ProcessBuilder(PYTHON.toString(), "-m", "pytest", "-q")
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                int status = pytest.waitFor();
                times.add(Duration.ofNanos(System.nanoTime() - start));
                if (status != 0) {
                    throw new IOException("plain pytest ended with status " + status);
                }
            } finally {
                Bench.delete(folder);
            }
        }
        return times;
    }

    /** A project of the offline model, with its tests: path and content. */
    private static Map<String, String> files() throws IOException {
        return Map.of("roman.py", resource("files/roman.py"), "tests/test_roman.py", resource("tests/test_roman.py"));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Json.class.getResourceAsStream("/offline/roman-numerals/" + name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

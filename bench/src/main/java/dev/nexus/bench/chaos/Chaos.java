package dev.nexus.bench.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command: runs, prints what came of it, and fails on any breach. */
@Command(
        name = "nexus chaos",
        mixinStandardHelpOptions = true,
        description = {
            "Runs jobs through brokers, gateways and agents while these are killed, stopped and restarted, and then checks"
                    + " from the raw topics that nothing was lost, replaced, paid for twice or told differently.",
            "Exit code: 0 without, 1 with any breach."
        })
public final class Chaos implements Callable<Integer> {

    private static final int SHOWN = 40;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts in the real one

    @Option(names = "--jobs", defaultValue = "200", description = "Jobs in all (${DEFAULT-VALUE}).")
    private int jobs;

    @Option(
            names = "--minutes",
            defaultValue = "3",
            description =
                    "How long blows fall (${DEFAULT-VALUE}). From 2 minutes on, each kind of process has to be hit in"
                            + " every way while it has work.")
    private double minutes;

    @Option(names = "--brokers", defaultValue = "1", description = "Nodes of the Kafka cluster (${DEFAULT-VALUE}).")
    private int brokers;

    @Option(names = "--seed", defaultValue = "1", description = "Of jobs and blows (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--data", description = "Where data and logs go; a temporary folder if not given.")
    private @Nullable Path data;

    @Option(names = "--keep", description = "Keep data and logs though there is no breach.")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Run.Options options = options();
        Path folder = data == null ? Files.createTempDirectory("nexus-chaos") : Files.createDirectories(data);
        Run.Outcome outcome = new Run(options, folder).go();
        System.out.print(outcome.figures());
        List<Breach> breaches = outcome.breaches();
        if (breaches.isEmpty()) {
            System.out.println("no breach" + (options.isFull() ? "" : "; coverage is not required below 2 minutes"));
            if (!keep) {
                delete(folder);
            }
            return 0;
        }
        System.out.println(breaches.size() + " breaches:");
        breaches.stream().limit(SHOWN).forEach(breach -> System.out.println("  " + breach));
        if (breaches.size() > SHOWN) {
            System.out.println("  and " + (breaches.size() - SHOWN) + " more");
        }
        System.out.println("data, logs, all breaches and the jobs concerned are kept in " + folder);
        return 1;
    }

    private Run.Options options() {
        try {
            return new Run.Options(jobs, Duration.ofMillis((long) (minutes * 60_000)), brokers, seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

package dev.nexus.bench;

import dev.nexus.contract.EventLog;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.TopicSetup;
import dev.nexus.contract.Topics;
import dev.nexus.standalone.BrokerPort;
import dev.nexus.standalone.EmbeddedBroker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.util.unit.DataSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: how long a gateway takes to start over a long log, and what a finished job costs in memory. */
@Command(
        name = "start-up",
        mixinStandardHelpOptions = true,
        description = "Measures how long a gateway takes to start over a long log, and the memory per finished job.")
final class StartUp implements Callable<Integer> {

    @Option(names = "--events", defaultValue = "1000000", description = "Events in the log (${DEFAULT-VALUE}).")
    private int events;

    @Option(
            names = "--more",
            defaultValue = "10000",
            description = "Finished jobs that are added later, to see what each costs in memory (${DEFAULT-VALUE}).")
    private int more;

    @Option(names = "--heap", defaultValue = "256m", description = "The gateway's largest heap (${DEFAULT-VALUE}).")
    private String heap = "256m";

    @Option(
            names = "--in-memory",
            defaultValue = "1000",
            description = "Its nexus.history.max-jobs-in-memory (${DEFAULT-VALUE}).")
    private int inMemory;

    @Override
    public Integer call() throws Exception {
        Path data = Files.createTempDirectory("nexus-bench");
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, new BrokerPort.Any(), EmbeddedBroker.Life.LONG)) {
            KafkaProperties kafka = new KafkaProperties();
            kafka.setBootstrapServers(List.of(broker.bootstrapServers()));
            kafka.getProducer().setBatchSize(DataSize.ofKilobytes(256));
            var clients = new KafkaClients(kafka, "bench");
            var topics = new Topics("");
            try (Admin admin = clients.admin()) {
                new TopicSetup(topics).prepare(admin);
            }
            try (Producer<String, byte[]> producer = clients.producer("history")) {
                var jobs = new PipelineJobs(new EventLog(producer, topics, "bench"));
                jobs.write(Math.ceilDiv(events, PipelineJobs.EVENTS));
                producer.flush();
                measure(broker.bootstrapServers(), jobs);
            }
        } finally {
            Bench.delete(data);
        }
        return 0;
    }

    private void measure(String bootstrapServers, PipelineJobs jobs) throws Exception {
        int port = Bench.freePort();
        long start = System.nanoTime();
        try (Child gateway = Child.start(
                        List.of("-Xmx" + heap),
                        "gateway",
                        "" + port,
                        bootstrapServers,
                        "--nexus.history.max-jobs-in-memory=" + inMemory);
                Client client = new Client(URI.create("http://127.0.0.1:" + port))) {
            client.awaitReady();
            double seconds = Figures.millis(Duration.ofNanos(System.nanoTime() - start)) / 1000;
            System.out.printf(
                    Locale.ROOT,
                    "gateway over %,d events, heap of %s, from start of the process to ready: %.1f s, %,.0f events/s (goal"
                            + " 15 s)%n",
                    events,
                    heap,
                    seconds,
                    events / seconds);

            finish(more, jobs, client); // whatever is kept of the jobs used last is the same before and after
            long before = bytesInUse(gateway);
            finish(more, jobs, client);
            System.out.printf(
                    Locale.ROOT,
                    "memory per finished job, beyond the %,d that are kept in full: %,d bytes (goal 1,500; n=%,d)%n",
                    inMemory,
                    (bytesInUse(gateway) - before) / more,
                    more);
        }
    }

    private static void finish(int number, PipelineJobs jobs, Client client) throws IOException, InterruptedException {
        client.awaitCompleted(jobs.write(number).value());
    }

    /** Bytes of all objects in the heap of the process that are still in use, by its own count. */
    private static long bytesInUse(Child process) throws IOException {
        Process count = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        List<String> lines = count.inputReader().lines().toList();
        String[] total = lines.getLast().strip().split("\\s+", -1);
        if (!total[0].equals("Total")) {
            throw new IOException("jcmd did not count the objects: " + String.join(" ", lines));
        }
        return Long.parseLong(total[2]);
    }
}

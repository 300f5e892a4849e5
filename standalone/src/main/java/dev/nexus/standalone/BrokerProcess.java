package dev.nexus.standalone;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The child process of {@link EmbeddedBroker} and {@link BrokerNode}: a Kafka broker and controller in one, which ends when its parent closes
 * the pipe to it or is gone. The only class that knows Kafka's internal APIs.
 */
final class BrokerProcess {

    /** The line on standard output that says that clients may connect. */
    static final String READY = "nexus-broker-ready";

    /** The beginning of the line that says why there will be no broker. */
    static final String FAILED = "nexus-broker-failed ";

    static final String LOCK = "broker.lock";

    /**
     * The system property that names a file of more broker settings, which win over those here. Its entries
     * {@code scram.<user>=<password>} are the users that a new broker begins with (SCRAM-SHA-512).
     */
    static final String MORE_SETTINGS = "nexus.broker.settings";

    private static final String SCRAM_USER = "scram.";

    private static final Logger log = LoggerFactory.getLogger(BrokerProcess.class);
    private static final Duration LONGEST_SHUTDOWN = Duration.ofSeconds(8);

    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private BrokerProcess() {}

    /** Arguments: the data directory, then those of the {@link ClusterNode}. */
    static void main(String[] args) {
        try {
            new BrokerProcess()
                    .run(Path.of(args[0]), ClusterNode.of(List.of(args).subList(1, args.length)));
        } catch (Throwable e) {
            log.error("The broker cannot run", e);
            System.out.println(FAILED + e);
            Runtime.getRuntime().halt(1);
        }
    }

    private void run(Path data, ClusterNode node) throws Exception {
        watchParent();
        if (ProcessLock.tryTake(data.resolve(LOCK), ProcessLock.Owner.self("broker"))
                .isEmpty()) {
            throw new IllegalStateException("another broker still has " + data);
        }
        Path logs = data.resolve("kafka");
        Map<String, String> more = moreSettings();
        format(logs, node, more);
        Map<String, String> settings = new HashMap<>(settings(logs, node));
        settings.putAll(more);
        settings.keySet().removeIf(key -> key.startsWith(SCRAM_USER));
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
        // A Ctrl-C reaches parent and child alike. The parent still needs the broker then: it decides when to stop.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> await(stopped, Duration.ofDays(365))));
        server.startup();
        System.out.println(READY);
        released.await();
        server.shutdown();
        end();
    }

    private void end() {
        log.info("The broker has stopped");
        stopped.countDown();
        Runtime.getRuntime().halt(0);
    }

    /** Two ways to notice, as either may fail: a pipe can be inherited, and not every system tells of a parent's end. */
    private void watchParent() {
        Thread.ofPlatform().daemon().name("pipe-watch").start(() -> {
            try {
                while (System.in.read() >= 0) {}
            } catch (IOException e) {
                log.warn("Lost the pipe to the parent", e);
            }
            release();
        });
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().join());
            release();
        });
    }

    private void release() {
        released.countDown();
        Thread.ofPlatform().daemon().name("last-resort").start(() -> {
            await(stopped, LONGEST_SHUTDOWN);
            Runtime.getRuntime().halt(1);
        });
    }

    private static void await(CountDownLatch latch, Duration longest) {
        try {
            boolean _ = latch.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, String> moreSettings() throws IOException {
        String file = System.getProperty(MORE_SETTINGS);
        if (file == null) {
            return Map.of();
        }
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(file))) {
            read.load(reader);
        }
        return read.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, read::getProperty));
    }

    private static void format(Path logs, ClusterNode node, Map<String, String> more) throws Exception {
        if (Files.exists(logs.resolve("meta.properties"))) { // written last
            return;
        }
        new Formatter()
                .setNodeId(node.id())
                .setClusterId(node.cluster())
                .setControllerListenerName("CONTROLLER")
                .addDirectory(logs.toString())
                .setMetadataLogDirectory(logs.toString())
                .setScramArguments(scramUsers(more))
                .run();
    }

    private static List<String> scramUsers(Map<String, String> more) {
        return more.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(SCRAM_USER))
                .map(entry -> "SCRAM-SHA-512=[name=" + entry.getKey().substring(SCRAM_USER.length()) + ",password="
                        + entry.getValue() + "]")
                .toList();
    }

    private static Map<String, String> settings(Path logs, ClusterNode node) {
        String copies = String.valueOf(node.copies());
        String inSync = String.valueOf(node.copiesInSync());
        Map<String, String> settings = new HashMap<>(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", String.valueOf(node.id())),
                Map.entry("log.dirs", logs.toString()),
                Map.entry(
                        "listeners",
                        "PLAINTEXT://127.0.0.1:" + node.port() + ",CONTROLLER://127.0.0.1:" + node.controllerPort()),
                Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + node.port()),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("controller.quorum.voters", node.voters()),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("message.max.bytes", String.valueOf(4 * 1024 * 1024)),
                Map.entry("offsets.topic.replication.factor", copies),
                Map.entry("transaction.state.log.replication.factor", copies),
                Map.entry("transaction.state.log.min.isr", inSync),
                Map.entry("share.coordinator.state.topic.replication.factor", copies),
                Map.entry("share.coordinator.state.topic.min.isr", inSync),
                Map.entry("min.insync.replicas", inSync),
                // The default of 50 each is made for larger clusters: here it only costs files and start-up time.
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "4"),
                // A new member of a group gets its first record after one or two heartbeats.
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("group.share.min.heartbeat.interval.ms", "1000"),
                Map.entry("group.share.heartbeat.interval.ms", "1000"),
                // For topics that set no limit: files and model calls take at most 24 times 320 MiB of the disk.
                Map.entry("log.retention.bytes", String.valueOf(256 * 1024 * 1024)),
                Map.entry("log.segment.bytes", String.valueOf(64 * 1024 * 1024)),
                // The default of 128 MB would be half of the heap.
                Map.entry("log.cleaner.dedupe.buffer.size", String.valueOf(8 * 1024 * 1024))));
        settings.putAll(node.isAlone() ? alone() : amongOthers());
        return settings;
    }

    private static Map<String, String> alone() {
        return Map.of(
                // The only voter still waits this long for another leader, after every restart.
                "controller.quorum.election.timeout.ms", "100",
                // After a crash the controller believes in the old broker until its session ends.
                "broker.session.timeout.ms", "1500",
                "broker.heartbeat.interval.ms", "300");
    }

    private static Map<String, String> amongOthers() {
        return Map.of(
                // A lost leader is replaced after this: shorter, and a busy machine would lose leaders that are well.
                "broker.session.timeout.ms", "4000",
                "broker.heartbeat.interval.ms", "800");
    }
}

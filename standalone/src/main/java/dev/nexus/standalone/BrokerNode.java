package dev.nexus.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node of a Kafka cluster on this machine: broker and controller in a child process, which whoever holds this may end
 * in any way and start again. It never outlives this process.
 */
public final class BrokerNode implements AutoCloseable {

    private final Path data;
    private final ClusterNode place;
    private final EmbeddedBroker.Life life;
    private volatile @Nullable Process process;

    private BrokerNode(Path data, ClusterNode place, EmbeddedBroker.Life life) {
        this.data = data;
        this.place = place;
        this.life = life;
    }

    /**
     * The nodes of a new cluster, not started yet. With three or more, each record is kept three times and counts as
     * written when two have it; below that, once as many times as there are nodes.
     *
     * @param folder where each node gets a folder of its own
     */
    public static List<BrokerNode> cluster(Path folder, int nodes, EmbeddedBroker.Life life) {
        List<Integer> ports =
                Stream.generate(BrokerPort::free).distinct().limit(2L * nodes).toList();
        List<ClusterNode> places = ClusterNode.together(ports.subList(0, nodes), ports.subList(nodes, 2 * nodes));
        return IntStream.range(0, nodes)
                .mapToObj(i -> new BrokerNode(folder.resolve("broker-" + (i + 1)), places.get(i), life))
                .toList();
    }

    /** What clients of the whole cluster connect to. */
    public static String bootstrapServers(List<BrokerNode> nodes) {
        return nodes.stream().map(node -> "127.0.0.1:" + node.place.port()).collect(Collectors.joining(","));
    }

    /**
     * Starts the process, and returns when clients can connect to it; while most nodes are down, none can.
     *
     * @throws CommandFailure if they never can, with the reason
     */
    public void start() {
        try {
            Files.createDirectories(data.resolve("logs"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = EmbeddedBroker.launch(data, place, life);
    }

    /** Starts the nodes at once, and returns when clients can connect to each. */
    public static void startAll(List<BrokerNode> nodes) {
        List<CompletableFuture<Void>> started = nodes.stream()
                .map(node -> CompletableFuture.runAsync(node::start, Thread::startVirtualThread))
                .toList();
        started.forEach(CompletableFuture::join);
    }

    /** The child process, a new one after each start. */
    public Optional<Process> process() {
        return Optional.ofNullable(process);
    }

    /** Lets the node shut down in order, and returns when its process is gone. */
    @Override
    public void close() {
        process().ifPresent(EmbeddedBroker::stop);
    }
}

package dev.nexus.gateway.log;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeMetadataQuorumOptions;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The brokers that are there, asked for when somebody wants to know, at most every few seconds. */
public final class Brokers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Brokers.class);
    private static final Duration FRESH = Duration.ofSeconds(3);
    private static final int PATIENCE_MILLIS = 2000;
    /** No node has it. */
    private static final int UNKNOWN = -1;

    private final Supplier<Admin> opening;
    private @Nullable Admin admin;
    private @Nullable CompletableFuture<List<Broker>> latest;
    private long askedAt;
    private boolean closed;

    /**
     * A broker.
     *
     * @param controller whether it leads the quorum that keeps the cluster's metadata
     */
    public record Broker(int id, String host, int port, boolean controller) {}

    public Brokers(Supplier<Admin> opening) {
        this.opening = opening;
    }

    /** Those that the cluster names; none if it does not answer within two seconds. Never fails. */
    public synchronized CompletableFuture<List<Broker>> list() {
        long now = System.nanoTime();
        if (latest == null || now - askedAt > FRESH.toNanos()) {
            askedAt = now;
            latest = ask().exceptionally(failure -> {
                log.debug("the brokers did not answer", failure);
                return List.of();
            });
        }
        return latest;
    }

    private CompletableFuture<List<Broker>> ask() {
        if (closed) {
            return CompletableFuture.completedFuture(List.of());
        }
        if (admin == null) {
            try {
                admin = opening.get();
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        var nodes = admin.describeCluster(new DescribeClusterOptions().timeoutMs(PATIENCE_MILLIS))
                .nodes()
                .toCompletionStage();
        // What a cluster names as its controller is any broker, to send requests to; the leader is known to the quorum.
        var leader = admin.describeMetadataQuorum(new DescribeMetadataQuorumOptions().timeoutMs(PATIENCE_MILLIS))
                .quorumInfo()
                .toCompletionStage()
                .thenApply(quorum -> quorum.leaderId())
                .exceptionally(failure -> {
                    log.debug("the brokers do not say which of them is the controller", failure);
                    return UNKNOWN;
                });
        return nodes.thenCombine(
                        leader,
                        (all, id) -> all.stream()
                                .sorted(Comparator.comparingInt(Node::id))
                                .map(node -> new Broker(node.id(), node.host(), node.port(), node.id() == id))
                                .toList())
                .toCompletableFuture();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}

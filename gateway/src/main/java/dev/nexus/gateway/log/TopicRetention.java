package dev.nexus.gateway.log;

import static java.util.Objects.requireNonNull;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** How long the topics that hold what a job has written keep it, as they are set in this cluster. */
public final class TopicRetention {

    private static final List<Topic> OF_JOBS = List.of(Topic.JOB_EVENTS, Topic.JOB_ARTEFACTS, Topic.MODEL_CALLS);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Settings change seldom, and who reads them each time can be used to keep brokers busy. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final KafkaClients clients;
    private final Topics topics;
    private List<Kept> known = List.of();
    private long knownAt;

    /**
     * @param least how long a record stays for certain; null if it is kept for good
     * @param longest until a record has left, from when it was written; likewise
     */
    private record Kept(
            String topic,
            @Nullable Duration least,
            @Nullable Duration longest) {}

    /**
     * When the last of what stands on a topic now is gone.
     *
     * @param by null if the topic keeps its records for good
     */
    public record Leaving(String topic, @Nullable Instant by) {}

    public TopicRetention(KafkaClients clients, Topics topics) {
        this.clients = clients;
        this.topics = topics;
    }

    /**
     * What is written before {@code now} on each of these topics is gone by then. Blocks.
     *
     * @throws TimeoutException if the brokers do not say so in time
     */
    public synchronized List<Leaving> after(Instant now)
            throws InterruptedException, ExecutionException, TimeoutException {
        return known().stream()
                .map(kept -> new Leaving(kept.topic(), kept.longest() == null ? null : now.plus(kept.longest())))
                .toList();
    }

    /**
     * How long a record stays on all of these topics for certain; empty if for good. Blocks.
     *
     * @throws TimeoutException if the brokers do not say so in time
     */
    public synchronized Optional<Duration> least() throws InterruptedException, ExecutionException, TimeoutException {
        return known().stream().map(Kept::least).filter(Objects::nonNull).min(Comparator.naturalOrder());
    }

    private List<Kept> known() throws InterruptedException, ExecutionException, TimeoutException {
        if (known.isEmpty() || System.nanoTime() - knownAt > FRESH.toNanos()) {
            known = ask();
            knownAt = System.nanoTime();
        }
        return known;
    }

    private List<Kept> ask() throws InterruptedException, ExecutionException, TimeoutException {
        List<ConfigResource> resources = OF_JOBS.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topics.name(topic)))
                .toList();
        try (Admin admin = clients.admin()) {
            Map<ConfigResource, Config> settings =
                    admin.describeConfigs(resources).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            List<Kept> all = new ArrayList<>();
            for (ConfigResource resource : resources) {
                Config config = requireNonNull(settings.get(resource));
                long retention = millis(config, TopicConfig.RETENTION_MS_CONFIG);
                // a segment leaves as a whole, when the newest of its records may
                long segment = millis(config, TopicConfig.SEGMENT_MS_CONFIG);
                Duration least = retention < 0 ? null : Duration.ofMillis(retention);
                all.add(new Kept(resource.name(), least, least == null ? null : least.plusMillis(segment)));
            }
            return List.copyOf(all);
        }
    }

    private static long millis(Config config, String setting) {
        return Long.parseLong(requireNonNull(config.get(setting)).value());
    }
}

package dev.nexus.contract;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the cluster ready at start: the topics with their settings, and share groups that begin at the beginning. */
public final class TopicSetup {

    private static final Logger log = LoggerFactory.getLogger(TopicSetup.class);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OFFSET_RESET = "share.auto.offset.reset";
    private static final String EARLIEST = "earliest";

    private final Topics topics;

    public TopicSetup(Topics topics) {
        this.topics = topics;
    }

    /**
     * Creates what is missing, and warns of every existing topic whose settings differ; it changes none. Blocks until a
     * broker shows it all, at most 30 seconds.
     *
     * @throws ClusterUnfit if the brokers have no share groups, or can't be prepared
     */
    public void prepare(Admin admin) throws InterruptedException {
        try {
            requireShareGroups(admin);
            create(admin);
            awaitBroker(() -> knowsTopics(admin));
            compare(admin);
            startGroupsAtTheBeginning(admin);
            awaitBroker(() -> knowsGroups(admin));
        } catch (ExecutionException e) {
            throw new ClusterUnfit("the Kafka cluster can't be prepared: " + e.getMessage(), e);
        }
    }

    private static void requireShareGroups(Admin admin) throws InterruptedException, ExecutionException {
        FinalizedVersionRange share = admin.describeFeatures()
                .featureMetadata()
                .get()
                .finalizedFeatures()
                .get("share.version");
        if (share == null || share.maxVersionLevel() < 1) {
            throw new ClusterUnfit(
                    "the Kafka cluster has no share groups; use Kafka 4.2 or newer, and after an upgrade run:"
                            + " kafka-features.sh --bootstrap-server … upgrade --feature share.version=1",
                    null);
        }
    }

    private void create(Admin admin) throws InterruptedException, ExecutionException {
        Set<String> existing = admin.listTopics().names().get();
        List<NewTopic> missing = wanted().values().stream()
                .filter(topic -> !existing.contains(topic.name()))
                .toList();
        for (var result : admin.createTopics(missing).values().entrySet()) {
            try {
                result.getValue().get();
                log.debug("created topic {}", result.getKey());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // another service was quicker
                    throw e;
                }
            }
        }
    }

    /** A broker learns a moment later of what the controller has done, and whatever starts next asks a broker. */
    private static void awaitBroker(Question question) throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!question.isAnsweredYes()) {
            if (System.nanoTime() > deadline) {
                throw new ClusterUnfit(
                        "the Kafka cluster does not show its new topics and settings after " + PATIENCE.toSeconds()
                                + " s; see whether its brokers and controllers are all well",
                        null);
            }
            Thread.sleep(20);
        }
    }

    private boolean knowsTopics(Admin admin) throws InterruptedException, ExecutionException {
        try {
            return admin.describeTopics(wanted().keySet()).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition ->
                            partition.leader() != null && !partition.leader().isEmpty());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    private boolean knowsGroups(Admin admin) throws InterruptedException, ExecutionException {
        return admin.describeConfigs(groups()).all().get().values().stream()
                .map(config -> config.get(OFFSET_RESET))
                .allMatch(entry -> entry != null && EARLIEST.equals(entry.value()));
    }

    private Map<String, NewTopic> wanted() {
        List<NewTopic> all = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            Optional<Integer> partitions = Optional.of(topic.partitions());
            all.add(new NewTopic(topics.name(topic), partitions, Optional.empty()).configs(topic.config()));
            if (topic.hasDeadLetters()) {
                all.add(new NewTopic(topics.deadLetters(topic), partitions, Optional.empty())
                        .configs(Topic.deadLetterConfig()));
            }
        }
        return all.stream().collect(Collectors.toMap(NewTopic::name, topic -> topic));
    }

    private void compare(Admin admin) throws InterruptedException, ExecutionException {
        Map<String, NewTopic> wanted = wanted();
        Map<String, TopicDescription> descriptions =
                admin.describeTopics(wanted.keySet()).allTopicNames().get();
        List<ConfigResource> resources = wanted.keySet().stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        var configs = admin.describeConfigs(resources).all().get();
        for (NewTopic topic : wanted.values()) {
            int partitions =
                    requireNonNull(descriptions.get(topic.name())).partitions().size();
            if (partitions != topic.numPartitions()) {
                log.warn(
                        "topic {} has {} partitions, Nexus works with {}",
                        topic.name(),
                        partitions,
                        topic.numPartitions());
            }
            Config actual = requireNonNull(configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name())));
            topic.configs().forEach((key, value) -> {
                ConfigEntry entry = actual.get(key);
                if (entry != null && !value.equals(entry.value())) {
                    log.warn("topic {} has {}={}, Nexus creates it with {}", topic.name(), key, entry.value(), value);
                }
            });
        }
    }

    private void startGroupsAtTheBeginning(Admin admin) throws InterruptedException, ExecutionException {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (ConfigResource group : groups()) {
            changes.put(
                    group,
                    List.of(new AlterConfigOp(new ConfigEntry(OFFSET_RESET, EARLIEST), AlterConfigOp.OpType.SET)));
        }
        admin.incrementalAlterConfigs(changes).all().get();
    }

    private List<ConfigResource> groups() {
        return Stream.of(Service.PLANNER, Service.BUILDER, Service.TESTER)
                .map(service -> new ConfigResource(ConfigResource.Type.GROUP, topics.group(service)))
                .toList();
    }

    @FunctionalInterface
    private interface Question {
        boolean isAnsweredYes() throws InterruptedException, ExecutionException;
    }

    /** This Kafka cluster cannot carry Nexus; the message says what to change. */
    public static final class ClusterUnfit extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ClusterUnfit(String message, @org.jspecify.annotations.Nullable Throwable cause) {
            super(message, cause);
        }
    }
}

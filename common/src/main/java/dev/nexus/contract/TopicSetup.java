package dev.nexus.contract;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the cluster ready at start: the topics with their settings, and share groups that begin at the beginning. */
public final class TopicSetup {

    private static final Logger log = LoggerFactory.getLogger(TopicSetup.class);

    private final Topics topics;

    public TopicSetup(Topics topics) {
        this.topics = topics;
    }

    /**
     * Creates what is missing, and warns of every existing topic whose settings differ; it changes none.
     *
     * @throws ClusterUnfit if the brokers have no share groups
     */
    public void prepare(Admin admin) throws InterruptedException {
        try {
            requireShareGroups(admin);
            compare(admin, create(admin));
            startGroupsAtTheBeginning(admin);
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

    /** Returns the topics that were there before; what was just created, a broker may not know of yet. */
    private Map<String, NewTopic> create(Admin admin) throws InterruptedException, ExecutionException {
        Set<String> existing = admin.listTopics().names().get();
        Map<String, NewTopic> found = new HashMap<>(wanted());
        List<NewTopic> missing = found.values().stream()
                .filter(topic -> !existing.contains(topic.name()))
                .toList();
        found.keySet().retainAll(existing);
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
        return found;
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

    private static void compare(Admin admin, Map<String, NewTopic> wanted)
            throws InterruptedException, ExecutionException {
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
        Map<ConfigResource, java.util.Collection<AlterConfigOp>> changes = new HashMap<>();
        for (Service service : List.of(Service.PLANNER, Service.BUILDER, Service.TESTER)) {
            changes.put(
                    new ConfigResource(ConfigResource.Type.GROUP, topics.group(service)),
                    List.of(new AlterConfigOp(
                            new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET)));
        }
        admin.incrementalAlterConfigs(changes).all().get();
    }

    /** This Kafka cluster cannot carry Nexus; the message says what to change. */
    public static final class ClusterUnfit extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ClusterUnfit(String message, @org.jspecify.annotations.Nullable Throwable cause) {
            super(message, cause);
        }
    }
}

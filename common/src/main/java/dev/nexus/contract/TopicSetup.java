package dev.nexus.contract;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Makes the cluster ready at start: the topics with their settings, and share groups that begin at the beginning. */
public final class TopicSetup {

    private static final Logger log = LoggerFactory.getLogger(TopicSetup.class);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** The setting of share groups that matters, and the only value that loses no order. */
    public static final String OFFSET_RESET = "share.auto.offset.reset";

    public static final String EARLIEST = "earliest";

    private static final int COPIES = 3;
    private static final AtomicBoolean FEW_COPIES_TOLD = new AtomicBoolean();

    private final Topics topics;
    private final Set<Service> services;

    /** For all services. */
    public TopicSetup(Topics topics) {
        this(topics, Service.values());
    }

    /** For what these services use. */
    public TopicSetup(Topics topics, Service... services) {
        this.topics = topics;
        this.services = Set.of(services);
    }

    /**
     * Creates what is missing, each record to be kept on up to three brokers, and warns of every existing topic whose
     * settings differ; it changes none. Blocks until a broker shows it all, at most 30 seconds.
     *
     * @throws ClusterUnfit if the brokers have no share groups, can't be prepared, or do not allow what is needed
     */
    public void prepare(Admin admin) throws InterruptedException {
        try {
            requireShareGroups(admin);
            create(admin);
            awaitBroker(() -> knowsTopics(admin));
            requireRights(admin);
            compare(admin);
            startGroupsAtTheBeginning(admin);
            awaitBroker(() -> knowsGroups(admin));
        } catch (ExecutionException e) {
            throw new ClusterUnfit("the Kafka cluster can't be prepared: " + e.getMessage(), e);
        }
    }

    /**
     * What a look at a cluster shows, in one line each.
     *
     * @param missing names of topics
     * @param different topics and share groups that are not as Nexus makes them
     */
    public record Inspection(List<String> missing, List<String> different) {}

    /**
     * Looks at what {@link #prepare} would make, and changes nothing.
     *
     * @throws ClusterUnfit if the brokers have no share groups, or do not let one look
     */
    public Inspection inspect(Admin admin) throws InterruptedException {
        try {
            requireShareGroups(admin);
            Set<String> existing = admin.listTopics().names().get();
            Map<String, NewTopic> there = wanted();
            List<String> missing = there.keySet().stream()
                    .filter(name -> !existing.contains(name))
                    .toList();
            missing.forEach(there::remove);
            List<String> different = new ArrayList<>(differences(
                    there,
                    copies(admin),
                    admin.describeTopics(there.keySet()).allTopicNames().get(),
                    visibleConfigs(admin, there.keySet())));
            if (missing.isEmpty()) {
                groupsToSet(admin)
                        .forEach(group -> different.add(
                                "share group " + group.name() + " lacks " + OFFSET_RESET + "=" + EARLIEST));
            }
            return new Inspection(missing, List.copyOf(different));
        } catch (ExecutionException e) {
            throw new ClusterUnfit("the Kafka cluster does not show its topics: " + e.getMessage(), e);
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
        short copies = copies(admin);
        List<NewTopic> missing = wanted().values().stream()
                .filter(topic -> !existing.contains(topic.name()))
                .map(topic -> keptOn(topic, copies))
                .toList();
        Set<String> forbidden = new TreeSet<>();
        for (var result : admin.createTopics(missing).values().entrySet()) {
            try {
                result.getValue().get();
                log.debug("created topic {}", result.getKey());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AuthorizationException) {
                    forbidden.add(result.getKey());
                } else if (!(e.getCause() instanceof TopicExistsException)) { // another service was quicker
                    throw e;
                }
            }
        }
        if (!forbidden.isEmpty()) {
            throw new ClusterUnfit(
                    "the Kafka user of " + who() + " sees no topic " + String.join(", ", forbidden)
                            + ", and may not create it; './nexus topics' prints the commands that create topics, './nexus"
                            + " acls' those that allow their use",
                    null);
        }
    }

    /** Says at start, and all at once, what else would fail one by one while jobs wait. */
    private void requireRights(Admin admin) throws InterruptedException, ExecutionException {
        Map<String, Set<AclOperation>> allowed = new HashMap<>();
        admin.describeTopics(wanted().keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .allTopicNames()
                .get()
                .forEach((name, topic) -> allowed.put(name, topic.authorizedOperations()));
        if (allowed.values().stream().allMatch(operations -> operations.contains(AclOperation.DELETE))) {
            return; // no authorizer, or a user who may do anything
        }
        Set<String> missing = new TreeSet<>();
        for (Service service : services) {
            for (Right right : Right.of(service, topics)) {
                boolean granted = switch (right.on()) {
                    case TOPIC ->
                        right.operation() == AclOperation.DESCRIBE_CONFIGS // compare() does without
                                || allowed.getOrDefault(right.name(), Set.of()).contains(right.operation());
                    case GROUP -> right.operation() != AclOperation.READ || isMember(admin, right.name());
                    default -> true;
                };
                if (!granted) {
                    missing.add(right.toString());
                }
            }
        }
        if (!missing.isEmpty()) {
            throw forbidden(missing);
        }
    }

    private static boolean isMember(Admin admin, String group) throws InterruptedException {
        try {
            admin.describeConsumerGroups(List.of(group)).all().get();
            return true;
        } catch (ExecutionException e) {
            return !(e.getCause() instanceof GroupAuthorizationException); // else there is none yet, or of another type
        }
    }

    private ClusterUnfit forbidden(Collection<String> what) {
        return new ClusterUnfit(
                "the Kafka user of " + who() + " may not: " + String.join(", ", what)
                        + "; './nexus acls' prints the commands that allow it",
                null);
    }

    private String who() {
        return services.stream().map(Service::wire).sorted().collect(Collectors.joining(", "));
    }

    /** As many as the cluster has brokers, those that are away for a moment too; three at most. */
    private static short copies(Admin admin) throws InterruptedException, ExecutionException {
        Collection<Node> brokers = admin.describeCluster(new DescribeClusterOptions().includeFencedBrokers(true))
                .nodes()
                .get();
        return (short) Math.max(1, Math.min(COPIES, brokers.size()));
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
        return groupsToSet(admin).isEmpty();
    }

    /** The share groups that would begin at the end. */
    private List<ConfigResource> groupsToSet(Admin admin) throws InterruptedException, ExecutionException {
        try {
            return admin.describeConfigs(groups()).all().get().entrySet().stream()
                    .filter(group -> {
                        ConfigEntry entry = group.getValue().get(OFFSET_RESET);
                        return entry == null || !EARLIEST.equals(entry.value());
                    })
                    .map(Map.Entry::getKey)
                    .toList();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                throw forbidden(groups().stream()
                        .map(group ->
                                new Right(AclOperation.DESCRIBE_CONFIGS, ResourceType.GROUP, group.name()).toString())
                        .toList());
            }
            throw e;
        }
    }

    /** The topics, by name, and the settings that they are created with in any cluster. */
    public Map<String, NewTopic> wanted() {
        List<NewTopic> all = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            if (services.stream().noneMatch(topic::isUsedBy)) {
                continue;
            }
            Optional<Integer> partitions = Optional.of(topic.partitions());
            all.add(new NewTopic(topics.name(topic), partitions, Optional.empty()).configs(topic.config()));
            if (services.stream().anyMatch(topic::putsDeadLettersAside)) {
                all.add(new NewTopic(topics.deadLetters(topic), partitions, Optional.empty())
                        .configs(Topic.deadLetterConfig()));
            }
        }
        Map<String, NewTopic> byName = new LinkedHashMap<>();
        all.forEach(topic -> byName.put(topic.name(), topic));
        return byName;
    }

    /** The same, for a cluster that keeps this many copies of each record. */
    public List<NewTopic> wanted(int copies) {
        return wanted().values().stream()
                .map(topic -> keptOn(topic, (short) copies))
                .toList();
    }

    /** With all copies, one broker may be away while records are written. */
    private static NewTopic keptOn(NewTopic topic, short copies) {
        Map<String, String> all = new TreeMap<>(topic.configs());
        all.put("min.insync.replicas", copies < COPIES ? "1" : Integer.toString(COPIES - 1));
        return new NewTopic(topic.name(), topic.numPartitions(), copies).configs(all);
    }

    private void compare(Admin admin) throws InterruptedException, ExecutionException {
        Map<String, NewTopic> wanted = wanted();
        short copies = copies(admin);
        Map<String, TopicDescription> descriptions =
                admin.describeTopics(wanted.keySet()).allTopicNames().get();
        Map<ConfigResource, Config> configs = visibleConfigs(admin, wanted.keySet());
        warnOfFewCopies(descriptions.values());
        differences(wanted, copies, descriptions, configs).forEach(log::warn);
    }

    private static List<String> differences(
            Map<String, NewTopic> wanted,
            short copies,
            Map<String, TopicDescription> descriptions,
            Map<ConfigResource, Config> configs) {
        List<String> differences = new ArrayList<>();
        for (NewTopic topic : wanted.values()) {
            int partitions =
                    requireNonNull(descriptions.get(topic.name())).partitions().size();
            if (partitions != topic.numPartitions()) {
                differences.add("topic " + topic.name() + " has " + partitions + " partitions, Nexus works with "
                        + topic.numPartitions());
            }
            Config actual = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
            keptOn(topic, copies).configs().forEach((key, value) -> {
                ConfigEntry entry = actual == null ? null : actual.get(key);
                if (entry != null && !value.equals(entry.value())) {
                    differences.add("topic " + topic.name() + " has " + key + "=" + entry.value()
                            + ", Nexus creates it with " + value);
                }
            });
        }
        return differences;
    }

    /** None for an agent, which need not be allowed to look, as the gateway does. */
    private Map<ConfigResource, Config> visibleConfigs(Admin admin, Set<String> names)
            throws InterruptedException, ExecutionException {
        Map<ConfigResource, Config> configs = new HashMap<>();
        if (!services.contains(Service.GATEWAY)) {
            return configs;
        }
        List<ConfigResource> resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        for (var result : admin.describeConfigs(resources).values().entrySet()) {
            try {
                configs.put(result.getKey(), result.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof AuthorizationException)) {
                    throw e;
                }
                log.warn(
                        "the settings of topic {} can't be seen: allow DescribeConfigs",
                        result.getKey().name());
            }
        }
        return configs;
    }

    /** Once in a process. */
    private static void warnOfFewCopies(Collection<TopicDescription> described) {
        FewCopies few = fewCopies(described);
        if (few != null && FEW_COPIES_TOLD.compareAndSet(false, true)) {
            log.atLevel(few.level()).log(few.message());
        }
    }

    /** What is said of records that are kept too few times. */
    record FewCopies(Level level, String message) {}

    /** Null if all are kept often enough. The one broker of this machine is no oversight, so there it is only said. */
    static @Nullable FewCopies fewCopies(Collection<TopicDescription> described) {
        List<TopicPartitionInfo> partitions =
                described.stream().flatMap(topic -> topic.partitions().stream()).toList();
        int copies = partitions.stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(COPIES);
        if (copies >= COPIES) {
            return null;
        }
        boolean local = copies == 1
                && partitions.stream()
                        .flatMap(partition -> partition.replicas().stream())
                        .allMatch(node -> isLoopback(node.host()));
        return new FewCopies(
                local ? Level.INFO : Level.WARN,
                "records are kept on " + copies + " broker" + (copies == 1 ? "" : "s") + " only: what is lost with "
                        + (copies == 1 ? "its disk" : "their disks")
                        + " is lost for good; use three brokers or more, and give existing topics " + COPIES
                        + " replicas and min.insync.replicas=" + (COPIES - 1));
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }

    private void startGroupsAtTheBeginning(Admin admin) throws InterruptedException, ExecutionException {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (ConfigResource group : groupsToSet(admin)) {
            changes.put(
                    group,
                    List.of(new AlterConfigOp(new ConfigEntry(OFFSET_RESET, EARLIEST), AlterConfigOp.OpType.SET)));
        }
        try {
            admin.incrementalAlterConfigs(changes).all().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                throw new ClusterUnfit(
                        "the share group of " + who() + " lacks " + OFFSET_RESET + "=" + EARLIEST
                                + ", and its Kafka user may not set it; './nexus topics' prints the command that does",
                        e);
            }
            throw e;
        }
    }

    private List<ConfigResource> groups() {
        return Stream.of(Service.PLANNER, Service.BUILDER, Service.TESTER)
                .filter(services::contains)
                .map(service -> new ConfigResource(ConfigResource.Type.GROUP, topics.group(service)))
                .toList();
    }

    @FunctionalInterface
    private interface Question {
        boolean isAnsweredYes() throws InterruptedException, ExecutionException;
    }

    /** This Kafka cluster cannot carry Nexus; the message says what to change. */
    public static final class ClusterUnfit extends CannotStart {

        private static final long serialVersionUID = 1L;

        public ClusterUnfit(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}

package dev.nexus.contract;

import static java.util.stream.Stream.concat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/** Something that a service's Kafka user must be allowed to do, on a cluster that has an authorizer. */
public record Right(AclOperation operation, ResourceType on, String name) {

    /** What a service does on a cluster whose topics and groups are prepared: all of it, and no more. */
    public static List<Right> of(Service service, Topics topics) {
        Stream<Right> reads = used(service)
                .filter(topic -> topic.readers().contains(service))
                .map(topic -> new Right(AclOperation.READ, ResourceType.TOPIC, topics.name(topic)));
        Stream<Right> writes =
                names(service, topics, true).map(name -> new Right(AclOperation.WRITE, ResourceType.TOPIC, name));
        Stream<Right> groups =
                topics.groups(service).stream().map(group -> new Right(AclOperation.READ, ResourceType.GROUP, group));
        return Stream.of(reads, writes, groups, looks(service, topics))
                .flatMap(rights -> rights)
                .toList();
    }

    /** What it does besides if it is to make the topics, and to set up its share group, by itself. */
    public static List<Right> toPrepare(Service service, Topics topics) {
        Stream<Right> topicsMade =
                names(service, topics, false).map(name -> new Right(AclOperation.CREATE, ResourceType.TOPIC, name));
        Stream<Right> groupSet = service == Service.GATEWAY
                ? Stream.empty()
                : Stream.of(new Right(AclOperation.ALTER_CONFIGS, ResourceType.GROUP, topics.group(service)));
        return concat(topicsMade, groupSet).toList();
    }

    /**
     * What other systems do that use Nexus over Kafka: they ask, follow, and read the files. They never write an event, and
     * no order either: whoever may write to a work topic can write what the agents take for the gateway's.
     *
     * @param group the consumer group that they read in; null if they assign partitions themselves
     */
    public static List<Right> ofClients(Topics topics, @Nullable String group) {
        Stream<Right> rights = Stream.of(
                new Right(AclOperation.READ, ResourceType.TOPIC, topics.name(Topic.JOB_EVENTS)),
                new Right(AclOperation.READ, ResourceType.TOPIC, topics.name(Topic.JOB_ARTEFACTS)),
                new Right(AclOperation.WRITE, ResourceType.TOPIC, topics.name(Topic.JOB_REQUESTS)),
                new Right(AclOperation.WRITE, ResourceType.TOPIC, topics.name(Topic.JOB_CONTROL)));
        return concat(
                        rights,
                        Stream.ofNullable(group).map(name -> new Right(AclOperation.READ, ResourceType.GROUP, name)))
                .toList();
    }

    /** The gateway compares the topics' settings at start, and watches the disks; an agent looks at its share group. */
    private static Stream<Right> looks(Service service, Topics topics) {
        if (service != Service.GATEWAY) {
            return Stream.of(new Right(AclOperation.DESCRIBE_CONFIGS, ResourceType.GROUP, topics.group(service)));
        }
        return concat(
                names(service, topics, false)
                        .map(name -> new Right(AclOperation.DESCRIBE_CONFIGS, ResourceType.TOPIC, name)),
                Stream.of(new Right(AclOperation.DESCRIBE, ResourceType.CLUSTER, Resource.CLUSTER_NAME)));
    }

    private static Stream<Topic> used(Service service) {
        return Arrays.stream(Topic.values()).filter(topic -> topic.isUsedBy(service));
    }

    /** The names of the topics that a service uses, and of those that it puts dead letters on. */
    private static Stream<String> names(Service service, Topics topics, boolean onlyWritten) {
        Stream<String> own = used(service)
                .filter(topic -> !onlyWritten || topic.writers().contains(service))
                .map(topics::name);
        Stream<String> deadLetters = used(service)
                .filter(topic -> topic.putsDeadLettersAside(service))
                .map(topics::deadLetters);
        return concat(own, deadLetters);
    }

    /** As one says it: {@code Write on topic job-events}. */
    @Override
    public String toString() {
        return commandName() + " on " + on.name().toLowerCase(java.util.Locale.ROOT)
                + (on == ResourceType.CLUSTER ? "" : " " + name);
    }

    /** The operation as {@code kafka-acls.sh} wants it: {@code DescribeConfigs}. */
    public String commandName() {
        return org.apache.kafka.common.utils.SecurityUtils.operationName(operation);
    }
}

package dev.nexus.standalone;

import static java.util.stream.Collectors.joining;

import dev.nexus.contract.Right;
import dev.nexus.contract.Service;
import dev.nexus.contract.TopicSetup;
import dev.nexus.contract.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/** Shell commands with which an operator prepares a Kafka cluster that leaves nothing to the services themselves. */
final class ClusterScript {

    private static final String HEAD = """
            # Needs the scripts of Kafka 4.2, and in admin.properties how an administrator connects.
            : "${KAFKA_BOOTSTRAP_SERVERS:?host:port of a broker}"
            """;

    private ClusterScript() {}

    static void tell(Shell shell, String script) {
        if (shell.json()) {
            shell.tell(Map.of("script", script));
        } else {
            shell.out().print(script);
            shell.out().flush();
        }
    }

    /**
     * The ACLs of every service and of clients. The users are {@code gateway}, {@code planner}, {@code builder},
     * {@code tester} and {@code client}.
     *
     * @param mayPrepare whether the services may make topics and set up their groups by themselves
     * @param clientGroup the consumer group of clients; null for none
     */
    static String acls(Topics topics, boolean mayPrepare, @Nullable String clientGroup) {
        StringBuilder script = new StringBuilder(HEAD).append("""
                allow() {
                  kafka-acls.sh --bootstrap-server "$KAFKA_BOOTSTRAP_SERVERS" --command-config admin.properties \\
                    --add --allow-principal "$@"
                }
                """);
        for (Service service : Service.values()) {
            List<Right> rights = new ArrayList<>(Right.of(service, topics));
            if (mayPrepare) {
                rights.addAll(Right.toPrepare(service, topics));
            }
            script.append(allow(service.wire().replace("-service", ""), rights));
        }
        return script.append(allow("client", Right.ofClients(topics, clientGroup)))
                .toString();
    }

    /** One command per operation. */
    private static String allow(String user, List<Right> rights) {
        Map<String, List<Right>> byOperation = new LinkedHashMap<>();
        rights.forEach(right -> byOperation
                .computeIfAbsent(right.commandName(), _ -> new ArrayList<>())
                .add(right));
        StringBuilder commands = new StringBuilder("\n");
        byOperation.forEach((operation, all) -> commands.append("allow User:")
                .append(user)
                .append(" --operation ")
                .append(operation)
                .append(all.stream().map(ClusterScript::resource).collect(joining()))
                .append('\n'));
        return commands.toString();
    }

    private static String resource(Right right) {
        return switch (right.on()) {
            case TOPIC -> " \\\n  --topic " + right.name();
            case GROUP -> " \\\n  --group " + right.name();
            case CLUSTER -> " --cluster";
            default -> throw new IllegalArgumentException("no right on a " + right.on());
        };
    }

    /**
     * The topics with their settings, and the share groups with theirs.
     *
     * @param copies of each record
     */
    static String topics(Topics topics, int copies) {
        String made = new TopicSetup(topics)
                .wanted(copies).stream().map(ClusterScript::create).collect(joining());
        String groups = Stream.of(Service.PLANNER, Service.BUILDER, Service.TESTER)
                .map(service -> "set_up_group --entity-name " + topics.group(service) + " --add-config "
                        + TopicSetup.OFFSET_RESET + "=" + TopicSetup.EARLIEST + "\n")
                .collect(joining());
        return HEAD + """
                topic() {
                  kafka-topics.sh --bootstrap-server "$KAFKA_BOOTSTRAP_SERVERS" --command-config admin.properties \\
                    --create --if-not-exists "$@"
                }
                set_up_group() {
                  kafka-configs.sh --bootstrap-server "$KAFKA_BOOTSTRAP_SERVERS" --command-config admin.properties \\
                    --alter --entity-type groups "$@"
                }

                """ + made + "\n" + groups;
    }

    private static String create(NewTopic topic) {
        String configs = new TreeMap<>(topic.configs())
                .entrySet().stream()
                        .map(entry -> " \\\n  --config " + entry.getKey() + "=" + entry.getValue())
                        .collect(joining());
        return "topic --topic " + topic.name() + " --partitions " + topic.numPartitions() + " --replication-factor "
                + topic.replicationFactor() + configs + "\n";
    }
}

package dev.nexus.standalone;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * One node's place in a Kafka cluster on this machine.
 *
 * @param cluster the cluster's id, the same for all nodes
 * @param id from 1 to the number of nodes
 * @param port where this node's clients connect to
 * @param controllerPorts of all nodes, by id; each one votes
 */
record ClusterNode(String cluster, int id, int port, List<Integer> controllerPorts) {

    private static final int MOST_COPIES = 3;

    ClusterNode {
        controllerPorts = List.copyOf(controllerPorts);
    }

    /** The only node of its cluster. */
    static ClusterNode alone(int port, int controllerPort) {
        return new ClusterNode(Uuid.randomUuid().toString(), 1, port, List.of(controllerPort));
    }

    /** All nodes of a new cluster; they have {@code ports} for clients, one each. */
    static List<ClusterNode> together(List<Integer> ports, List<Integer> controllerPorts) {
        String cluster = Uuid.randomUuid().toString();
        return IntStream.range(0, ports.size())
                .mapToObj(i -> new ClusterNode(cluster, i + 1, ports.get(i), controllerPorts))
                .toList();
    }

    /** What {@link #arguments} gave. */
    static ClusterNode of(List<String> arguments) {
        return new ClusterNode(
                arguments.get(0),
                Integer.parseInt(arguments.get(1)),
                Integer.parseInt(arguments.get(2)),
                arguments.stream().skip(3).map(Integer::valueOf).toList());
    }

    /** For the command line of a child process. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(cluster, String.valueOf(id), String.valueOf(port)));
        controllerPorts.forEach(each -> arguments.add(String.valueOf(each)));
        return arguments;
    }

    boolean isAlone() {
        return controllerPorts.size() == 1;
    }

    int controllerPort() {
        return controllerPorts.get(id - 1);
    }

    /** {@code controller.quorum.voters} of all nodes. */
    String voters() {
        return IntStream.range(0, controllerPorts.size())
                .mapToObj(i -> (i + 1) + "@127.0.0.1:" + controllerPorts.get(i))
                .collect(Collectors.joining(","));
    }

    /** How often a record is kept. */
    int copies() {
        return Math.min(MOST_COPIES, controllerPorts.size());
    }

    /** How many copies a record needs before it counts as written: one node may then be away. */
    int copiesInSync() {
        return copies() < MOST_COPIES ? 1 : MOST_COPIES - 1;
    }
}

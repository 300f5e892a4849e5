package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class FewCopiesTest {

    @Test
    void threeCopiesAreEnough() {
        assertThat(TopicSetup.fewCopies(List.of(topic("kafka.example.org", 3, 3))))
                .isNull();
    }

    @Test
    void onePartitionWithTwoCopiesIsWarnedOfWithTheRemedy() {
        Collection<TopicDescription> topics =
                List.of(topic("kafka.example.org", 3, 3), topic("kafka.example.org", 3, 2));

        assertThat(TopicSetup.fewCopies(topics))
                .isEqualTo(new TopicSetup.FewCopies(
                        Level.WARN,
                        "records are kept on 2 brokers only: what is lost with their disks is lost for good; use three"
                                + " brokers or more, and give existing topics 3 replicas and min.insync.replicas=2"));
    }

    @Test
    void theOneBrokerOfAnotherMachineIsWarnedOf() {
        assertThat(TopicSetup.fewCopies(List.of(topic("kafka.example.org", 1))))
                .extracting(TopicSetup.FewCopies::level)
                .isEqualTo(Level.WARN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "::1"})
    void theOneBrokerOfThisMachineIsOnlyMentioned(String host) {
        TopicSetup.FewCopies few = TopicSetup.fewCopies(List.of(topic(host, 1)));

        assertThat(few).extracting(TopicSetup.FewCopies::level).isEqualTo(Level.INFO);
        assertThat(few)
                .extracting(TopicSetup.FewCopies::message)
                .asString()
                .startsWith("records are kept on 1 broker only");
    }

    @Test
    void twoCopiesOnThisMachineAreWarnedOf() {
        assertThat(TopicSetup.fewCopies(List.of(topic("127.0.0.1", 2))))
                .extracting(TopicSetup.FewCopies::level)
                .isEqualTo(Level.WARN);
    }

    /** @param copies of each partition */
    private static TopicDescription topic(String host, int... copies) {
        List<TopicPartitionInfo> partitions = IntStream.range(0, copies.length)
                .mapToObj(partition -> {
                    List<Node> nodes = IntStream.range(0, copies[partition])
                            .mapToObj(id -> new Node(id, host, 9092))
                            .toList();
                    return new TopicPartitionInfo(partition, nodes.getFirst(), nodes, nodes);
                })
                .toList();
        return new TopicDescription("any", false, partitions);
    }
}

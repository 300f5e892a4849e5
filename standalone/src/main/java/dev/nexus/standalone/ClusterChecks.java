package dev.nexus.standalone;

import dev.nexus.contract.CannotStart;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.TopicSetup;
import dev.nexus.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.core.NestedExceptionUtils;

/** What {@code nexus doctor} looks at in Kafka. */
final class ClusterChecks {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int NAMED = 4;

    private ClusterChecks() {}

    /** The brokers, and then what is on them. */
    static List<Finding> of(KafkaProperties settings, Topics topics) throws InterruptedException {
        KafkaClients clients;
        try {
            clients = KafkaClients.connected(settings, "nexus-doctor", new DefaultSslBundleRegistry(), PATIENCE);
        } catch (CannotStart e) {
            return List.of(
                    Finding.wrong("broker", String.valueOf(e.getMessage())),
                    Finding.skipped("topics", "without a broker there are none"));
        } catch (KafkaException | IllegalArgumentException e) {
            return List.of(
                    Finding.wrong("broker", "the settings spring.kafka.* are wrong: " + e.getMessage(), "mend them"),
                    Finding.skipped("topics", "without a broker there are none"));
        }
        try (Admin admin = clients.admin()) {
            int brokers = admin.describeCluster().nodes().get().size();
            TopicSetup.Inspection seen = new TopicSetup(topics).inspect(admin);
            return List.of(
                    Finding.ok(
                            "broker",
                            EventText.count(brokers, "broker") + " with share groups at "
                                    + String.join(",", settings.getBootstrapServers())),
                    topics(seen));
        } catch (CannotStart e) {
            return List.of(
                    Finding.wrong("broker", String.valueOf(e.getMessage())),
                    Finding.skipped("topics", "the brokers do not fit"));
        } catch (ExecutionException e) {
            return List.of(
                    Finding.wrong(
                            "broker",
                            "the brokers do not answer this user's requests: "
                                    + NestedExceptionUtils.getMostSpecificCause(e)
                                            .getMessage(),
                            "'./nexus acls' prints the commands that allow each service what it needs"),
                    Finding.skipped("topics", "the brokers do not show them"));
        }
    }

    private static Finding topics(TopicSetup.Inspection seen) {
        List<String> faults = new ArrayList<>();
        if (!seen.missing().isEmpty()) {
            faults.add((seen.missing().size() == 1 ? "topic " : "topics ") + listed(seen.missing(), ", ")
                    + (seen.missing().size() == 1 ? " is" : " are") + " missing");
        }
        if (!seen.different().isEmpty()) {
            faults.add(listed(seen.different(), "; "));
        }
        if (faults.isEmpty()) {
            return Finding.ok("topics", "all are there, as Nexus makes them");
        }
        String remedy = seen.different().isEmpty()
                ? "start a gateway, which makes them, or run what './nexus topics' prints"
                : "set them with kafka-configs.sh and kafka-topics.sh as './nexus topics' prints them; partitions that are"
                        + " too many need a new topic";
        return Finding.wrong("topics", String.join("; ", faults), remedy);
    }

    private static String listed(List<String> all, String between) {
        String named = String.join(between, all.subList(0, Math.min(NAMED, all.size())));
        return all.size() <= NAMED ? named : named + between + (all.size() - NAMED) + " more";
    }
}

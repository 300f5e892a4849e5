package dev.nexus.gateway;

import static java.util.Objects.requireNonNull;

import dev.nexus.contract.Topic;
import dev.nexus.contract.TopicSetup.ClusterUnfit;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.job.Deadlines;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** How long the log keeps jobs, which their deadlines must stay below: else an open job would leave the log. */
final class Retention {

    private Retention() {}

    /** @throws ClusterUnfit if {@code job-events} is kept no longer than a job may take */
    static void require(Admin admin, Topics topics, Deadlines deadlines) throws InterruptedException {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, topics.name(Topic.JOB_EVENTS));
        try {
            Config config = requireNonNull(
                    admin.describeConfigs(List.of(topic)).all().get().get(topic));
            long millis =
                    Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value());
            Duration longest = deadlines.job().plus(deadlines.approval());
            if (millis >= 0 && millis <= longest.toMillis()) {
                throw new ClusterUnfit(
                        "topic " + topic.name() + " is kept for " + Duration.ofMillis(millis)
                                + " only, and a job may take " + deadlines.job() + ", and its plan wait for "
                                + deadlines.approval()
                                + ": lower nexus.deadlines.job or nexus.deadlines.approval, or raise the topic's retention.ms",
                        null);
            }
            long bytes = Long.parseLong(
                    config.get(TopicConfig.RETENTION_BYTES_CONFIG).value());
            if (bytes >= 0) {
                throw new ClusterUnfit(
                        "topic " + topic.name() + " keeps " + bytes
                                + " bytes of each partition, so that an open job could leave it: set the topic's retention.bytes"
                                + " to -1, and limit it by retention.ms alone",
                        null);
            }
        } catch (ExecutionException e) {
            throw new ClusterUnfit(
                    "the settings of topic " + topic.name() + " can't be read (" + e.getMessage()
                            + "); the gateway's Kafka user needs DescribeConfigs there, './nexus acls' prints the commands",
                    e.getCause());
        }
    }
}

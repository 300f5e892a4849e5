package dev.nexus.contract;

import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The names of topics and share groups in this cluster.
 *
 * @param prefix stands before every name, so that several installations can share a cluster
 */
@Validated
@ConfigurationProperties("nexus.topics")
public record Topics(
        @DefaultValue("")
        @Pattern(regexp = "[a-zA-Z0-9._-]{0,100}", message = "at most 100 of a-z, A-Z, 0-9, '.', '_', '-'")
        String prefix) {

    public String name(Topic topic) {
        return prefix + topic.baseName();
    }

    /** Where records of {@code topic} go that no one can process. */
    public String deadLetters(Topic topic) {
        return name(topic) + "-dlt";
    }

    /** The share group of an agent service, or the consumer group of the gateways with a purpose behind it. */
    public String group(Service service, String... purpose) {
        return prefix + service.wire() + (purpose.length == 0 ? "" : "-" + String.join("-", purpose));
    }

    /** The groups that a service is a member of: those of the gateways for each of their purposes, an agent's share group. */
    List<String> groups(Service service) {
        return service == Service.GATEWAY
                ? List.of(
                        group(service),
                        group(service, "intake"),
                        group(service, "webhooks"),
                        group(service, "deliveries"))
                : List.of(group(service));
    }
}

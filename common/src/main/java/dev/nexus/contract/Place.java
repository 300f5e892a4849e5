package dev.nexus.contract;

import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Where a record that came from outside was put by its producer.
 *
 * @param name of the topic in this cluster
 */
public record Place(Topic topic, String name, int partition, long offset) {

    /** The place of {@code record}, or, if it was forwarded from a work topic, the place that it had there. */
    public static Place of(Topic topic, Topics topics, ConsumerRecord<String, byte[]> record) {
        Place origin = topic == Topic.JOB_REQUESTS ? origin(topics, Envelope.header(record, Envelope.ORIGIN)) : null;
        return origin != null ? origin : new Place(topic, record.topic(), record.partition(), record.offset());
    }

    /** Anyone may write the header, so it counts for what a forwarded record can say, and for nothing else. */
    private static @Nullable Place origin(Topics topics, @Nullable String text) {
        String[] parts = text == null ? new String[0] : text.split("/", -1);
        if (parts.length != 3 || !parts[1].matches("\\d{1,9}") || !parts[2].matches("\\d{1,18}")) {
            return null;
        }
        return Stream.of(Topic.PLAN_REQUESTS, Topic.BUILD_REQUESTS, Topic.TEST_REQUESTS)
                .filter(topic -> topics.name(topic).equals(parts[0]))
                .map(topic -> new Place(topic, parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2])))
                .findFirst()
                .orElse(null);
    }

    /** As it stands in {@code job.rejected}: {@code topic/partition/offset}. */
    @Override
    public String toString() {
        return name + "/" + partition + "/" + offset;
    }
}

package dev.nexus.bench.chaos;

import dev.nexus.contract.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * A record as it lies on a topic.
 *
 * @param time of its append, by the broker's clock, in milliseconds since 1970
 * @param key empty if it has none
 * @param value missing if it is no JSON
 */
record RawRecord(
        String topic, int partition, long offset, long time, String key, Map<String, String> headers, JsonNode value) {

    static RawRecord of(ConsumerRecord<String, byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            if (header.value() != null) {
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return new RawRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key() == null ? "" : record.key(),
                headers,
                json(record.value()));
    }

    private static JsonNode json(byte[] value) {
        try {
            return value == null ? MissingNode.getInstance() : Json.tree(value);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    /** The {@code ce_id}; empty if there is none. */
    String id() {
        return headers.getOrDefault("ce_id", "");
    }

    /** The worker that wrote it, by its {@code ce_source}: {@code /nexus/<service>/<worker>}; empty if none did. */
    String writer() {
        String[] source = headers.getOrDefault("ce_source", "").split("/", -1);
        return source.length == 4 ? source[3] : "";
    }

    /** Its id without the job in front: {@code accepted}, {@code plan/1/started/…}. */
    String fact() {
        return id().startsWith(key + "/") ? id().substring(key.length() + 1) : id();
    }

    String type() {
        return text("type");
    }

    /** A field of the value; empty if it is not there. */
    String text(String field) {
        return value.path(field).asString("");
    }

    int number(String field) {
        return value.path(field).asInt(0);
    }

    boolean isFinal() {
        return fact().equals("final");
    }

    boolean isCancel() {
        return fact().equals("cancel");
    }

    /** When a worker wrote it, by its own clock, which is also that of the broker's machine. */
    long written() {
        String time = headers.getOrDefault("ce_time", "");
        return time.isEmpty() ? time() : Instant.parse(time).toEpochMilli();
    }

    /** When the model was asked whose reply this is; later than that, if the reply had to be written again. */
    long asked() {
        return written() - number("durationMillis");
    }

    /** {@code job-events/3@17}: where to look. */
    String place() {
        return topic + "/" + partition + "@" + offset;
    }
}

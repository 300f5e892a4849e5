package dev.nexus.gateway.webhook;

import dev.nexus.contract.Json;
import dev.nexus.gateway.log.JobFeed;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** What is sent: the payload that Standard Webhooks recommends, around what a stream shows of the event. */
final class Payload {

    /** Bytes of a body; a larger one is cut to what tells where the rest is. */
    static final int MOST_BYTES = 256 * 1024;

    private static final int LONGEST_TEXT = 1000;

    private Payload() {}

    static byte[] of(String name, JobFeed.Entry entry) {
        ObjectNode data = entry.data();
        byte[] whole = payload(name, entry.time(), data);
        return whole.length <= MOST_BYTES ? whole : payload(name, entry.time(), essentials(data, entry));
    }

    /** Of what is too long: its short fields, and where to get the others. */
    private static ObjectNode essentials(ObjectNode data, JobFeed.Entry entry) {
        ObjectNode cut = Json.MAPPER.createObjectNode();
        data.forEachEntry((field, value) -> {
            if (value.isValueNode() && value.asString().length() <= LONGEST_TEXT) {
                cut.set(field, value);
            }
        });
        return cut.put("truncated", true).put("href", "/jobs/" + entry.job() + "/events");
    }

    /** A trial, of no job. */
    static byte[] test(String webhook, Instant now) {
        return payload(EventNames.TEST, now, Json.MAPPER.createObjectNode().put("webhook", webhook));
    }

    private static byte[] payload(String name, Instant time, ObjectNode data) {
        ObjectNode payload = Json.MAPPER.createObjectNode().put("type", name).put("timestamp", time.toString());
        payload.set("data", data);
        return Json.write(payload);
    }

    /** The header {@code webhook-id}: of the event, and so the same in every attempt; without a dot. */
    static String id(String job, long seq) {
        return "msg_" + job.replace("-", "") + "_" + seq;
    }
}

package dev.nexus.gateway.intake;

import dev.nexus.contract.ErrorCode;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The JSON object that a record from outside carries: as its value, or inside it, as the {@code data} of a CloudEvent in
 * structured mode (CloudEvents 1.0, Kafka binding, section 3.3).
 */
public final class OutsideValue {

    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCHED = "application/cloudevents-batch";

    private static final String EVENT =
            "{\"specversion\": \"1.0\", \"id\": \"…\", \"source\": \"…\", \"type\": \"…\", \"data\": {…}}";

    private OutsideValue() {}

    /**
     * @param example of a value, for those who sent another
     * @throws InvalidRequest if there is none, or in a form that is not taken
     */
    public static JsonNode of(ConsumerRecord<String, byte[]> record, String example) throws InvalidRequest {
        String type = mediaType(OutsideHeaders.text(record, "content-type"));
        if (record.value() == null) {
            throw InvalidRequest.of("", "has no value; send a JSON object with a type");
        }
        if (type == null || type.equals("application/json")) {
            return JsonBody.parse(record.value(), example);
        }
        if (type.equals(STRUCTURED)) {
            return data(JsonBody.parse(record.value(), EVENT), example);
        }
        if (type.startsWith(BATCHED)) {
            throw unsupported("batches of CloudEvents are not taken; send each event in a record of its own, with"
                    + " content-type: " + STRUCTURED);
        }
        throw InvalidRequest.notJson();
    }

    private static JsonNode data(JsonNode event, String example) throws InvalidRequest {
        JsonNode version = event.path("specversion");
        if (!version.isString() || !version.stringValue().equals("1.0")) {
            throw InvalidRequest.of("/specversion", "must be \"1.0\", the version of CloudEvents that is taken");
        }
        for (String attribute : List.of("id", "source", "type")) {
            JsonNode value = event.path(attribute);
            if (!value.isString() || value.stringValue().isEmpty()) {
                throw InvalidRequest.of("/" + attribute, "is missing; a CloudEvent has an id, a source and a type");
            }
        }
        JsonNode format = event.path("datacontenttype");
        if (!format.isMissingNode()
                && !"application/json".equals(mediaType(format.isString() ? format.stringValue() : "none"))) {
            throw InvalidRequest.notJson();
        }
        JsonNode data = event.get("data");
        JsonNode encoded = event.get("data_base64");
        if ((data == null) == (encoded == null)) {
            throw InvalidRequest.of("", "must have either /data or /data_base64, and not both; put the request there");
        }
        if (data != null) {
            return JsonBody.object(data, example);
        }
        try {
            return JsonBody.parse(
                    Base64.getDecoder().decode(encoded.isString() ? encoded.stringValue() : "?"), example);
        } catch (IllegalArgumentException e) {
            throw InvalidRequest.of("/data_base64", "must be a string in Base64 (RFC 4648, section 4)");
        }
    }

    /** Without parameters; null if there is none. */
    private static @Nullable String mediaType(@Nullable String text) {
        return text == null ? null : text.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static InvalidRequest unsupported(String message) {
        return new InvalidRequest(ErrorCode.UNSUPPORTED_MEDIA_TYPE, message, List.of());
    }
}

package dev.nexus.gateway.intake;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.JobId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record from outside that mean something here. As on HTTP, letter case does not count, and an empty one
 * counts as none; every other header is left alone.
 */
final class OutsideHeaders {

    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private OutsideHeaders() {}

    static String tenant(ConsumerRecord<String, byte[]> record) throws InvalidRequest {
        String tenant = text(record, Envelope.TENANT);
        if (tenant == null) {
            return Envelope.DEFAULT_TENANT;
        }
        if (!TENANT.matcher(tenant).matches()) {
            throw InvalidRequest.ofRecord("the header tenant must be 1 to 64 letters, digits, '_', '-' or '.'");
        }
        return tenant;
    }

    /** The job that the idempotency key names; null if there is none. */
    static @Nullable JobId idempotentJob(ConsumerRecord<String, byte[]> record) throws InvalidRequest {
        return IdempotencyKey.job(tenant(record), text(record, Envelope.IDEMPOTENCY_KEY));
    }

    /** @throws InvalidRequest if it is given in two ways, or not in UTF-8 */
    static @Nullable String text(ConsumerRecord<String, byte[]> record, String name) throws InvalidRequest {
        byte[] found = null;
        for (Header header : record.headers()) {
            if (!header.key().equalsIgnoreCase(name) || header.value() == null || header.value().length == 0) {
                continue;
            }
            if (found != null && !Arrays.equals(found, header.value())) {
                throw InvalidRequest.ofRecord(
                        "the header " + name + " is given twice with different values; send it once");
            }
            found = header.value();
        }
        if (found == null) {
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(found))
                    .toString();
            return text.isBlank() ? null : text;
        } catch (CharacterCodingException e) {
            throw InvalidRequest.ofRecord("the header " + name + " is not valid UTF-8; encode it in UTF-8");
        }
    }
}

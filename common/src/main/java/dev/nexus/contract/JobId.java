package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Names a job for ever, on every topic and in every URL. */
public record JobId(@JsonValue String value) implements Comparable<JobId> {

    /** @throws IllegalArgumentException unless {@code value} is a UUID in its canonical lower-case text form (RFC 9562). */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public JobId {
        if (!isUuid(value)) {
            throw new IllegalArgumentException(
                    "'" + abridged(value) + "' is not a job id: give a UUID in lower case, such as"
                            + " 0198c5a2-7c00-7000-8000-000000000001");
        }
    }

    /** By hand, because every record that is read passes here. */
    private static boolean isUuid(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : (c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** A new id that sorts by time: UUIDv7, RFC 9562 section 5.7. */
    public static JobId next(long epochMillis, RandomGenerator random) {
        long high = (epochMillis << 16) | 0x7000 | (random.nextLong() & 0x0FFF);
        long low = 0x8000_0000_0000_0000L | (random.nextLong() >>> 2);
        return new JobId(new UUID(high, low).toString());
    }

    /** The id that this idempotency key always gives within its tenant. */
    public static JobId ofIdempotencyKey(String tenant, String key) {
        return derived("key\0" + tenant + "\0" + key);
    }

    /** The id of a request that came over Kafka with no id of its own, so that reading it twice makes one job. */
    public static JobId ofRecord(String topic, int partition, long offset) {
        return derived("record\0" + topic + "\0" + partition + "\0" + offset);
    }

    /**
     * The id of a request that was forwarded from that place on a work topic. Anyone may name a place, so the content counts
     * too: whoever names another's gets another id, and forwarding twice makes one job.
     */
    public static JobId ofForwarded(String topic, int partition, long offset, String tenant, byte[] value) {
        String content = HexFormat.of().formatHex(sha256(value));
        return derived("forwarded\0" + topic + "\0" + partition + "\0" + offset + "\0" + tenant + "\0" + content);
    }

    /** UUIDv8 over SHA-256, RFC 9562 section 5.8 and appendix B.2. */
    private static JobId derived(String name) {
        ByteBuffer hash = ByteBuffer.wrap(sha256(name.getBytes(StandardCharsets.UTF_8)));
        long high = (hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
        long low = (hash.getLong() >>> 2) | 0x8000_0000_0000_0000L;
        return new JobId(new UUID(high, low).toString());
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String abridged(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }

    @Override
    public int compareTo(JobId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

package dev.nexus.contract;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Record keys as text, and back to the very bytes that they were: UTF-8, where each byte that is not part of valid UTF-8
 * becomes a lone low surrogate (U+DC00 and the byte). So a key of someone else's making is kept as it came.
 */
public final class KeyText {

    private static final char ESCAPE = 0xDC00;

    private KeyText() {}

    static String read(byte[] key) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports what is malformed
        ByteBuffer in = ByteBuffer.wrap(key);
        CharBuffer out = CharBuffer.allocate(key.length); // no byte gives more than one char
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (result.isUnderflow()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE | (in.get() & 0xFF)));
            }
            decoder.reset();
        }
    }

    static byte[] write(String key) {
        var out = new ByteArrayOutputStream(key.length());
        int from = 0;
        for (int i = 0; i < key.length(); i++) {
            if ((key.charAt(i) & 0xFF00) == ESCAPE && (i == 0 || !Character.isHighSurrogate(key.charAt(i - 1)))) {
                out.writeBytes(key.substring(from, i).getBytes(StandardCharsets.UTF_8));
                out.write(key.charAt(i));
                from = i + 1;
            }
        }
        out.writeBytes(key.substring(from).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /** For producers. */
    public static final class ToBytes implements Serializer<String> {
        @Override
        @SuppressWarnings("NullAway") // a record may have no key
        public byte @Nullable [] serialize(String topic, @Nullable String key) {
            return key == null ? null : write(key);
        }
    }

    /** For consumers. */
    public static final class FromBytes implements Deserializer<String> {
        @Override
        @SuppressWarnings("NullAway") // a record may have no key
        public @Nullable String deserialize(String topic, byte @Nullable [] key) {
            return key == null ? null : read(key);
        }
    }
}

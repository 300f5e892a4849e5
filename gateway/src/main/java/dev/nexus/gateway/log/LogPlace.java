package dev.nexus.gateway.log;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in {@code job-events}: the offset of each partition that is read next. As text it is base64url of a version and
 * of the offsets as varints: for twelve partitions at most 146 characters, and some 50 in a log of millions of events.
 */
record LogPlace(List<Long> next) {

    private static final int VERSION = 1;
    private static final int MOST_CHARS = 4096;

    LogPlace {
        next = List.copyOf(next);
    }

    /** One event further. */
    LogPlace behind(int partition, long offset) {
        List<Long> moved = new ArrayList<>(next);
        moved.set(partition, offset + 1);
        return new LogPlace(moved);
    }

    String text() {
        var bytes = new ByteArrayOutputStream();
        bytes.write(VERSION);
        for (long offset : next) {
            long rest = offset;
            while (rest > 0x7f) {
                bytes.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /** The place that was told in this text; null if none was. */
    static @Nullable LogPlace of(String text) {
        if (text.length() > MOST_CHARS) {
            return null;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null; // it is none of ours
        }
        if (bytes.length < 2 || bytes[0] != VERSION) {
            return null;
        }
        List<Long> next = new ArrayList<>();
        long offset = 0;
        int shift = 0;
        for (int i = 1; i < bytes.length; i++) {
            if (shift > 56) {
                return null;
            }
            offset |= (bytes[i] & 0x7fL) << shift;
            shift += 7;
            if (bytes[i] >= 0) {
                next.add(offset);
                offset = 0;
                shift = 0;
            }
        }
        return shift == 0 ? new LogPlace(next) : null;
    }
}

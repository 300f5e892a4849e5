package dev.nexus.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Chance that is the same for the same seed and prompt, in every process. */
record Dice(long seed, ModelRequest request) {

    /** A number from 0 (inclusive) to 1 (exclusive); another purpose, another number. */
    double roll(String purpose) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            add(sha, seed + " " + purpose);
            add(sha, request.system());
            request.messages().forEach(message -> add(sha, message.role() + " " + message.text()));
            return (ByteBuffer.wrap(sha.digest()).getLong() >>> 11) * 0x1.0p-53;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void add(MessageDigest sha, String text) {
        sha.update(text.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
    }
}

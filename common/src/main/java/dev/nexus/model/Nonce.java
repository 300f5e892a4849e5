package dev.nexus.model;

import dev.nexus.contract.JobId;
import dev.nexus.contract.TaskId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What tags the sections of a task's prompts: nothing random, so that equal questions are equal. */
public final class Nonce {

    private static final int DIGITS = 16;

    private Nonce() {}

    /** Sixteen hex digits, the same in every attempt of this task. */
    public static String of(JobId job, TaskId task) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, job.value());
            add(digest, task.toString());
            return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }
}

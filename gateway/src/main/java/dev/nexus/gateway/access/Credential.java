package dev.nexus.gateway.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API key as its owner holds it: {@code nxs_<id>_<secret>}, letters and digits, so that a double click selects it and a
 * search for leaked secrets finds it.
 *
 * @param secret of 256 bits
 */
public record Credential(String id, String secret) {

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_CHARS = 10;
    /** The fewest with which 62 characters make 256 bits. */
    private static final int SECRET_CHARS = 43;

    private static final Pattern FORM =
            Pattern.compile("nxs_([0-9A-Za-z]{" + ID_CHARS + "})_([0-9A-Za-z]{" + SECRET_CHARS + "})");

    /** A new one. */
    public static Credential next(SecureRandom random) {
        return new Credential(text(random, ID_CHARS), text(random, SECRET_CHARS));
    }

    private static String text(SecureRandom random, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return text.toString();
    }

    /** What the text says; empty if it is no key. */
    public static Optional<Credential> read(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches() ? Optional.of(new Credential(parts.group(1), parts.group(2))) : Optional.empty();
    }

    /** What is kept of the secret: its SHA-256, in lower-case hex. */
    public String sha256() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** Whether this is the secret whose hash that is; takes as long whether it is or not. */
    boolean fits(String sha256) {
        return MessageDigest.isEqual(
                sha256().getBytes(StandardCharsets.US_ASCII), sha256.getBytes(StandardCharsets.US_ASCII));
    }

    /** As its owner keeps it. */
    public String text() {
        return "nxs_" + id + "_" + secret;
    }

    /** Without the secret: this may get into a log. */
    @Override
    public String toString() {
        return "nxs_" + id + "_…";
    }
}

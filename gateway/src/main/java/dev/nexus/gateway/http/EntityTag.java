package dev.nexus.gateway.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What tells one version of an answer from another (RFC 9110, section 8.8.3). */
record EntityTag(String value) {

    private static final Pattern TAG = Pattern.compile("(?:W/)?(\"[\\x21\\x23-\\x7e\\x80-\\xff]*\")");

    /** Strong: of these very bytes. */
    static EntityTag of(long version, byte[] body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
            return new EntityTag("\"" + version + "-" + HexFormat.of().formatHex(hash, 0, 8) + "\"");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** Whether a client that sent these {@code If-None-Match} has it; compared weakly (section 13.1.2). */
    boolean isAmong(List<String> ifNoneMatch) {
        for (String header : ifNoneMatch) {
            if (header.strip().equals("*")) {
                return true;
            }
            Matcher tags = TAG.matcher(header);
            while (tags.find()) {
                if (tags.group(1).equals(value)) {
                    return true;
                }
            }
        }
        return false;
    }
}

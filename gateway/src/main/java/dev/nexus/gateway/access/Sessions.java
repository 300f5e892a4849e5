package dev.nexus.gateway.access;

import dev.nexus.contract.ApiKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.http.ResponseCookie;

/**
 * Sessions of browsers: a cookie that refers to a key, signed with what every gateway knows of that key, so that any of
 * them can check it, nothing has to be kept, and it ends with the key.
 */
final class Sessions {

    static final String COOKIE = "nexus_session";

    private static final String MAC = "HmacSHA256";

    private final Keys keys;
    private final Duration lifetime;

    Sessions(Keys keys, Duration lifetime) {
        this.keys = keys;
        this.lifetime = lifetime;
    }

    /** @param secure whether the browser came by https, and shall send it by no other way */
    ResponseCookie cookie(ApiKey key, Instant now, boolean secure) {
        long until = now.plus(lifetime).getEpochSecond();
        String content = key.id() + "." + until;
        return cookie(content + "." + signature(content, key), lifetime, secure);
    }

    static ResponseCookie none(boolean secure) {
        return cookie("", Duration.ZERO, secure);
    }

    private static ResponseCookie cookie(String value, Duration age, boolean secure) {
        return ResponseCookie.from(COOKIE, value)
                .httpOnly(true)
                .sameSite("Strict")
                .path("/")
                .maxAge(age)
                .secure(secure)
                .build();
    }

    /**
     * The key that the session is of; it may have ended meanwhile.
     *
     * @throws NotAdmitted if it is no session of ours, or too old
     */
    ApiKey key(String cookie, Instant now) {
        String[] parts = cookie.split("\\.", -1);
        ApiKey key = parts.length == 3 && parts[1].matches("\\d{1,12}") ? keys.find(parts[0]) : null;
        if (key == null
                || !MessageDigest.isEqual(
                        parts[2].getBytes(StandardCharsets.UTF_8),
                        signature(parts[0] + "." + parts[1], key).getBytes(StandardCharsets.UTF_8))) {
            throw NotAdmitted.invalid("the session is none of this installation; POST /session with a key");
        }
        if (now.getEpochSecond() >= Long.parseLong(parts[1])) {
            throw NotAdmitted.invalid("the session has ended; POST /session with a key");
        }
        return key;
    }

    private static String signature(String content, ApiKey key) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key.sha256().getBytes(StandardCharsets.US_ASCII), MAC));
            byte[] signed = mac.doFinal(("nexus-session." + content).getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}

package dev.nexus.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignatureTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

    /** The example by which the libraries of Standard Webhooks are tested. */
    @Test
    void theSignatureIsThatOfTheSpecification() {
        String signature = Signature.of("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY, List.of(SECRET));

        assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void everySecretSignsInItsTurn() {
        String other = Signature.secret(new Random(1));

        String both = Signature.of("msg_1", 1, BODY, List.of(SECRET, other));

        assertThat(both.split(" "))
                .containsExactly(
                        Signature.of("msg_1", 1, BODY, List.of(SECRET)),
                        Signature.of("msg_1", 1, BODY, List.of(other)));
    }

    @Test
    void aSecretHas256BitsBehindThePrefix() {
        String secret = Signature.secret(new Random(1));

        assertThat(secret).startsWith("whsec_");
        assertThat(Base64.getDecoder().decode(secret.substring(6))).hasSize(32);
    }
}

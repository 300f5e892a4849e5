package dev.nexus.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.ApiKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as text, as what is kept of them, and as sessions. */
class KeysTest {

    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");

    private final Credential held = Credential.next(new SecureRandom());
    private final Keys keys = new Keys();
    private final Sessions sessions = new Sessions(keys, Duration.ofHours(1));

    @Test
    void aKeyReadsBackAsItWasWrittenAndIsNeverTheSameTwice() {
        assertThat(held.text()).matches("nxs_[0-9A-Za-z]{10}_[0-9A-Za-z]{43}");
        assertThat(Credential.read(held.text())).contains(held);
        assertThat(Credential.next(new SecureRandom())).isNotEqualTo(held);
    }

    @Test
    void theSecretIsNotInItsDescription() {
        assertThat(held.toString()).contains(held.id()).doesNotContain(held.secret());
    }

    @Test
    void whatIsKeptIsTheHashOfTheSecret() {
        assertThat(new Credential("k", "abc").sha256())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); // FIPS 180-2
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nxs_", "nxs_0123456789_short", "nxs_0123456789", "abc_0123456789_x", "nxs_1_2_3"})
    void anythingElseIsNoKey(String text) {
        assertThat(Credential.read(text)).isEmpty();
    }

    @Test
    void whoHoldsAKeyIsItsTenantWithItsScopes() {
        keys.put(key(null, "jobs:read", "one:of:the:future"));

        Caller caller = keys.caller(held, NOW);

        assertThat(caller.tenant()).isEqualTo("acme");
        assertThat(caller.may(Scope.JOBS_READ)).isTrue();
        assertThat(caller.may(Scope.JOBS_WRITE)).isFalse();
    }

    @Test
    void anotherSecretIsRefusedLikeAnUnknownKey() {
        keys.put(key(null));
        Credential wrong =
                new Credential(held.id(), Credential.next(new SecureRandom()).secret());

        assertThatThrownBy(() -> keys.caller(wrong, NOW)).hasMessageContaining("there is no such key");
        assertThatThrownBy(() -> keys.caller(Credential.next(new SecureRandom()), NOW))
                .hasMessageContaining("there is no such key");
    }

    @Test
    void aKeyIsValidUntilItExpires() {
        keys.put(key(NOW));

        assertThat(keys.caller(held, NOW.minusMillis(1)).tenant()).isEqualTo("acme");
        assertThatThrownBy(() -> keys.caller(held, NOW)).hasMessageContaining("has expired");
    }

    @Test
    void aRotatedKeyEndsAfterTheOverlapAndNeverLaterThanItWould() {
        assertThat(key(null).expiring(NOW).expiresAt()).isEqualTo(NOW);
        assertThat(key(NOW).expiring(NOW.plusSeconds(60)).expiresAt()).isEqualTo(NOW);
    }

    @Test
    void aRevokedKeyIsRefusedAndSoIsItsSession() {
        keys.put(key(null));
        String cookie = sessions.cookie(key(null), NOW, true).getValue();
        assertThat(sessions.key(cookie, NOW).id()).isEqualTo(held.id());

        keys.put(key(null).revoked(NOW));

        assertThatThrownBy(() -> keys.caller(held, NOW)).hasMessageContaining("revoked");
        assertThatThrownBy(() -> Keys.valid(sessions.key(cookie, NOW), NOW)).hasMessageContaining("revoked");
    }

    @Test
    void aSessionEndsAndCannotBeMadeLonger() {
        keys.put(key(null));
        String cookie = sessions.cookie(key(null), NOW, true).getValue();
        String longer =
                cookie.replaceFirst("\\.\\d+\\.", "." + NOW.plusSeconds(999_999).getEpochSecond() + ".");

        assertThatThrownBy(() -> sessions.key(cookie, NOW.plusSeconds(3600))).hasMessageContaining("has ended");
        assertThatThrownBy(() -> sessions.key(longer, NOW)).hasMessageContaining("none of this installation");
        assertThatThrownBy(() -> sessions.key("nonsense", NOW)).hasMessageContaining("none of this installation");
    }

    @Test
    void aPathIsToldWithoutTheKeyThatSomeonePutThere() {
        assertThat(Audit.withoutSecrets("/jobs/" + held.text() + "/x")).isEqualTo("/jobs/nxs_…/x");
    }

    private ApiKey key(@Nullable Instant expires, String... scopes) {
        return new ApiKey(
                held.id(), "acme", List.of(scopes), held.sha256(), NOW.minusSeconds(60), expires, null, null, "ci");
    }
}

package dev.nexus.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.nexus.contract.CannotStart;
import dev.nexus.contract.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.mock.env.MockEnvironment;

/** Tokens of an identity provider that this test plays, with its key set on HTTP. */
class TokensTest {

    private static final String ISSUER = "https://issuer.example.com";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String SETTINGS = "spring.security.oauth2.resourceserver.jwt.";

    private static RSAKey key;
    private static HttpServer keySet;
    private static MockEnvironment settings;
    private static Tokens tokens;

    @BeforeAll
    static void start() throws JOSEException, IOException {
        key = new RSAKeyGenerator(2048).keyID("1").generate();
        byte[] published = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        keySet = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        keySet.createContext("/keys", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, published.length);
            exchange.getResponseBody().write(published);
            exchange.close();
        });
        keySet.start();
        settings = new MockEnvironment()
                .withProperty(
                        SETTINGS + "jwk-set-uri",
                        "http://127.0.0.1:" + keySet.getAddress().getPort() + "/keys")
                .withProperty(SETTINGS + "issuer-uri", ISSUER)
                .withProperty(SETTINGS + "audiences", "nexus, other");
        tokens = Tokens.configured(settings, new DefaultResourceLoader(), "tenant", Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        keySet.stop(0);
    }

    @Test
    void aGoodTokenNamesTenantAndScopes() throws JOSEException {
        Caller caller = caller(token(key, claims -> claims.claim("scope", "openid jobs:read")));

        assertThat(caller.tenant()).isEqualTo("acme");
        assertThat(caller.name()).isEqualTo("alice");
        assertThat(caller.may(Scope.JOBS_READ)).isTrue();
        assertThat(caller.may(Scope.JOBS_WRITE)).isFalse();
    }

    @Test
    void scopesMayBeAListToo() throws JOSEException {
        assertThat(caller(token(key, claims -> claims.claim("scp", List.of("admin"))))
                        .may(Scope.ADMIN))
                .isTrue();
    }

    @Test
    void othersAreRefused() throws JOSEException {
        RSAKey stranger = new RSAKeyGenerator(2048).keyID("1").generate();

        assertRefused(token(stranger, claims -> claims), "not valid");
        assertRefused(token(key, claims -> claims.issuer("https://evil.example.com")), "not valid");
        assertRefused(token(key, claims -> claims.audience("someone")), "not valid");
        assertRefused(
                token(
                        key,
                        claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(300)))),
                "not valid");
        assertRefused("no.token.atall", "not valid");
        assertRefused(token(key, claims -> claims.claim("tenant", null)), "claim tenant");
        assertRefused(token(key, claims -> claims.claim("tenant", "a/b")), "claim tenant");
    }

    @Test
    void withoutAnIssuerItDoesNotStart() {
        assertThatThrownBy(() -> Tokens.configured(
                        new MockEnvironment(), new DefaultResourceLoader(), "tenant", Clock.systemUTC()))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining(SETTINGS + "issuer-uri");
    }

    @Test
    void whoeverCameInByATokenMayStayUntilItExpires() throws JOSEException {
        Instant end = Instant.now().plusSeconds(30).truncatedTo(ChronoUnit.SECONDS);
        String token = token(key, claims -> claims.expirationTime(Date.from(end)));

        assertThat(admittedAt(end.plusSeconds(59), token).still().getAsBoolean())
                .isTrue();
        assertThat(admittedAt(end.plusSeconds(60), token).still().getAsBoolean())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jwk-set-uri", "issuer-uri"})
    void whileTheProviderIsAwayTheRequestCanBeSentAgainLater(String setting) throws IOException, JOSEException {
        int unused;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unused = free.getLocalPort();
        }
        var away = new MockEnvironment().withProperty(SETTINGS + setting, "http://127.0.0.1:" + unused + "/keys");
        Tokens cut = Tokens.configured(away, new DefaultResourceLoader(), "tenant", Clock.systemUTC());
        String good = token(key, claims -> claims);

        assertThatThrownBy(() -> cut.admitted(good).block(LIMIT)).isInstanceOfSatisfying(NotAdmitted.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(refusal.retryAfter()).isPositive();
        });
    }

    /** By a gateway whose clock stands still. */
    private static Admitted admittedAt(Instant now, String token) {
        Tokens asked =
                Tokens.configured(settings, new DefaultResourceLoader(), "tenant", Clock.fixed(now, ZoneOffset.UTC));
        return Objects.requireNonNull(asked.admitted(token).block(LIMIT));
    }

    private static void assertRefused(String token, String why) {
        assertThatThrownBy(() -> caller(token)).isInstanceOf(NotAdmitted.class).hasMessageContaining(why);
    }

    private static Caller caller(String token) {
        return Objects.requireNonNull(tokens.admitted(token).block(LIMIT)).caller();
    }

    private static String token(RSAKey signer, UnaryOperator<JWTClaimsSet.Builder> more) throws JOSEException {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject("alice")
                .audience("nexus")
                .claim("tenant", "acme")
                .expirationTime(Date.from(Instant.now().plusSeconds(300)));
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("1").build(),
                more.apply(claims).build());
        jwt.sign(new RSASSASigner(signer));
        return jwt.serialize();
    }
}

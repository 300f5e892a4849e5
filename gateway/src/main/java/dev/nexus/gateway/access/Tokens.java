package dev.nexus.gateway.access;

import dev.nexus.contract.CannotStart;
import dev.nexus.contract.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/** Who a JWT (RFC 7519, RFC 9068) says that asks; Spring Security checks it. */
final class Tokens {

    private static final Logger log = LoggerFactory.getLogger(Tokens.class);
    private static final String SETTINGS = "spring.security.oauth2.resourceserver.jwt.";
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /** By which the clocks of ours and of the provider may differ. */
    private static final Duration SKEW = Duration.ofSeconds(60);

    /** For the provider to give its keys. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);
    private static final int WARNINGS = 2;

    private final ReactiveJwtDecoder decoder;
    private final String tenantClaim;
    private final Clock clock;
    private final TokenBucket warnings = new TokenBucket(WARNINGS, Duration.ofMinutes(1), System.nanoTime());

    Tokens(ReactiveJwtDecoder decoder, String tenantClaim, Clock clock) {
        this.decoder = decoder;
        this.tenantClaim = tenantClaim;
        this.clock = clock;
    }

    /**
     * As {@code spring.security.oauth2.resourceserver.jwt.*} says.
     *
     * @throws CannotStart if it says too little
     */
    static Tokens configured(Environment settings, ResourceLoader files, String tenantClaim, Clock clock) {
        String issuer = setting(settings, "issuer-uri");
        String keySet = setting(settings, "jwk-set-uri");
        String publicKey = setting(settings, "public-key-location");
        ReactiveJwtDecoder decoder;
        if (keySet != null) {
            decoder = validating(NimbusReactiveJwtDecoder.withJwkSetUri(keySet).build(), issuer, settings);
        } else if (publicKey != null) {
            decoder = validating(
                    NimbusReactiveJwtDecoder.withPublicKey(rsaKey(publicKey, files))
                            .build(),
                    issuer,
                    settings);
        } else if (issuer != null) { // asked when the first token comes, as it may start later than we
            decoder = new SupplierReactiveJwtDecoder(() -> validating(
                    NimbusReactiveJwtDecoder.withIssuerLocation(issuer).build(), issuer, settings));
        } else {
            throw new CannotStart("nexus.security.mode is jwt, but nothing says whose tokens are good; set " + SETTINGS
                    + "issuer-uri, jwk-set-uri or public-key-location");
        }
        return new Tokens(decoder, tenantClaim, clock);
    }

    private static @Nullable String setting(Environment settings, String name) {
        String value = settings.getProperty(SETTINGS + name);
        return value == null || value.isBlank() ? null : value;
    }

    private static ReactiveJwtDecoder validating(
            NimbusReactiveJwtDecoder decoder, @Nullable String issuer, Environment settings) {
        List<OAuth2TokenValidator<Jwt>> rules = new ArrayList<>();
        rules.add(JwtValidators.createDefaultWithValidators(List.of(new JwtTimestampValidator(SKEW))));
        if (issuer != null) {
            rules.add(new JwtIssuerValidator(issuer));
        }
        String audiences = setting(settings, "audiences");
        if (audiences != null) {
            Set<String> ours = Set.of(audiences.strip().split("\\s*,\\s*"));
            rules.add(new JwtClaimValidator<Collection<String>>(
                    JwtClaimNames.AUD, aud -> aud != null && aud.stream().anyMatch(ours::contains)));
        }
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(rules));
        return decoder;
    }

    private static RSAPublicKey rsaKey(String location, ResourceLoader files) {
        try (InputStream in = files.getResource(location).getInputStream()) {
            RSAPublicKey key = RsaKeyConverters.x509().convert(in);
            if (key == null) {
                throw new IllegalArgumentException("no key");
            }
            return key;
        } catch (IOException | IllegalArgumentException e) {
            throw new CannotStart(
                    SETTINGS + "public-key-location is " + location + ", where no RSA public key in PEM can be read ("
                            + e.getMessage() + ")",
                    e);
        }
    }

    /** Who it is; fails with {@link NotAdmitted} if the token is not good, or nobody can say whether it is. */
    Mono<Admitted> admitted(String token) {
        return decoder.decode(token)
                .timeout(PATIENCE)
                .map(good -> new Admitted(caller(good), () -> isStillGood(good)))
                .onErrorMap(failure -> !(failure instanceof NotAdmitted), this::refusal);
    }

    private boolean isStillGood(Jwt token) {
        return token.getExpiresAt() == null
                || clock.instant().isBefore(token.getExpiresAt().plus(SKEW));
    }

    private NotAdmitted refusal(Throwable failure) {
        if (failure instanceof BadJwtException) {
            return NotAdmitted.invalid("the token is not valid: it is malformed, expired, not yet valid, or of"
                    + " another issuer or audience");
        }
        if (warnings.take(System.nanoTime())) {
            log.warn("the identity provider's keys can't be had, so no token can be checked: {}", failure.toString());
        }
        return NotAdmitted.later(
                ErrorCode.UNAVAILABLE,
                "the identity provider does not answer, so the token can't be checked; send the request again later",
                ASK_AGAIN);
    }

    private Caller caller(Jwt token) {
        Object tenant = token.getClaim(tenantClaim);
        if (!(tenant instanceof String name) || !TENANT.matcher(name).matches()) {
            throw NotAdmitted.invalid("the token's claim " + tenantClaim
                    + " must name a tenant: 1 to 64 letters, digits, '_', '-' or '.'");
        }
        Set<Scope> scopes = Stream.of("scope", "scp")
                .flatMap(claim -> words(token.getClaim(claim)))
                .flatMap(word -> Scope.of(word).stream())
                .collect(Collectors.toSet());
        return new Caller(name, scopes, String.valueOf(token.getSubject()));
    }

    /** RFC 8693 has one text with spaces, others a list. */
    private static Stream<String> words(@Nullable Object claim) {
        return switch (claim) {
            case null -> Stream.empty();
            case Collection<?> many -> many.stream().map(String::valueOf);
            default -> Stream.of(claim.toString().split(" "));
        };
    }
}

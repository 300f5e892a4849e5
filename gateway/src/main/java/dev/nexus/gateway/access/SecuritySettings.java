package dev.nexus.gateway.access;

import dev.nexus.contract.CannotStart;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who is let in.
 *
 * @param mode whom the gateway asks for what
 * @param allowOpen whether it may be open to other machines without asking for anything
 */
@Validated
@ConfigurationProperties("nexus.security")
record SecuritySettings(
        @DefaultValue("off") Mode mode,
        @DefaultValue("false") boolean allowOpen,
        @DefaultValue @Valid Jwt jwt,
        @DefaultValue @Valid Session session,
        @DefaultValue Cors cors) {

    enum Mode {
        /** Whoever reaches it may do everything, as the tenant {@code default}. */
        OFF,
        /** For a key of those on {@code api-keys}. */
        KEYS,
        /** For a token of the issuer that {@code spring.security.oauth2.resourceserver.jwt.*} names. */
        JWT
    }

    /** @param tenantClaim the claim of a token that names the tenant */
    record Jwt(@DefaultValue("tenant") @NotBlank String tenantClaim) {}

    /** @param lifetime after which a browser needs the key again */
    record Session(
            @DefaultValue("12h") @DurationMin(seconds = 1) Duration lifetime) {}

    /** @param origins whose pages may use the API from a browser, such as {@code https://app.example.com} */
    record Cors(@DefaultValue List<String> origins) {

        Cors {
            for (String origin : origins) {
                if (!origin.matches("https?://[^/*\\s]+")) {
                    throw new CannotStart("nexus.security.cors.origins has '" + origin
                            + "'; name each origin whole, such as https://app.example.com, without a path or *");
                }
            }
        }
    }

    /**
     * Nobody shall open a gateway to the world by setting an address alone.
     *
     * @param address that it binds to; null for all
     * @throws CannotStart if other machines could reach it, and nobody is asked for anything, and that was not said twice
     */
    void requireDoor(@Nullable String address) {
        if (mode == Mode.OFF && !allowOpen && !isLoopback(address)) {
            throw new CannotStart("server.address is " + (address == null ? "not set" : address)
                    + ", which other machines can reach, and nexus.security.mode is off; set it to keys or jwt, or say with"
                    + " nexus.security.allow-open=true that whoever reaches it may do everything");
        }
    }

    private static boolean isLoopback(@Nullable String address) {
        try {
            return address != null
                    && !address.isBlank()
                    && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // the server will say so
        }
    }
}

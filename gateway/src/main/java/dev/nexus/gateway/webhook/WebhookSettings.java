package dev.nexus.gateway.webhook;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What webhooks may do here.
 *
 * @param allowHttp whether a URL may begin with http, so that anyone on the way can read what is sent
 * @param allowedNetworks addresses that are sent to though they are not public, such as {@code 10.1.0.0/16}
 * @param perTenant subscriptions that a tenant may have
 * @param giveUpAfter how long an event is tried again that a receiver does not take
 */
@Validated
@ConfigurationProperties("nexus.webhooks")
public record WebhookSettings(
        @DefaultValue("false") boolean allowHttp,
        @DefaultValue List<String> allowedNetworks,
        @DefaultValue("20") @Min(0) @Max(1000) int perTenant,
        @DefaultValue("24h") @DurationMin(seconds = 1) Duration giveUpAfter) {}

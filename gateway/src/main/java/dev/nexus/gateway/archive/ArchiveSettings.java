package dev.nexus.gateway.archive;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long the archive keeps a job; where its database is, is in {@code spring.datasource.*}.
 *
 * @param keep from the job's end; 0 for ever
 */
@Validated
@ConfigurationProperties("nexus.archive")
public record ArchiveSettings(
        @DefaultValue("0s") @DurationMin Duration keep) {}

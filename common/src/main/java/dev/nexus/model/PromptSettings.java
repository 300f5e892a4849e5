package dev.nexus.model;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where an operator keeps prompts of their own.
 *
 * @param directory with files that are named as the built-in ones and stand in their place; null for those
 */
@ConfigurationProperties("nexus.prompts")
public record PromptSettings(@Nullable String directory) {}

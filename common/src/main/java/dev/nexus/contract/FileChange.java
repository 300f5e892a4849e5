package dev.nexus.contract;

import org.jspecify.annotations.Nullable;

/**
 * What a repair did to a file.
 *
 * @param diff from the content before to the one after, in the unified format that {@code git apply} takes; null if there
 *     is no room for it
 */
public record FileChange(String path, @Nullable String diff) {}

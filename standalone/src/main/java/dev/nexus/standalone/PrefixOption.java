package dev.nexus.standalone;

import dev.nexus.contract.Topics;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What stands before the names of topics and groups. */
final class PrefixOption {

    private static final String PREFIX = "[a-zA-Z0-9._-]{0,100}";

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description = "Before every topic and group; that of nexus.topics.prefix if not given.")
    private @Nullable String prefix;

    Topics topics(Shell shell) {
        String chosen = prefix == null ? shell.environment().getOrDefault("NEXUS_TOPICS_PREFIX", "") : prefix;
        if (!chosen.matches(PREFIX)) {
            throw CommandFailure.usage(
                    "--prefix is '" + chosen + "'; it has at most 100 of a-z, A-Z, 0-9, '.', '_', '-'");
        }
        return new Topics(chosen);
    }
}

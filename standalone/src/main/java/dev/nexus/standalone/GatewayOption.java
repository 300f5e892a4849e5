package dev.nexus.standalone;

import dev.nexus.standalone.client.GatewayClient;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says which gateway a command talks to. */
final class GatewayOption {

    private static final String DEFAULT = "http://127.0.0.1:8080";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The gateway; else the environment's NEXUS_SERVER, else " + DEFAULT + ".")
    private @Nullable String server;

    /** What the environment has for a gateway that wants a key or token; never an argument, which others can see. */
    static @Nullable String key(Shell shell) {
        String key = shell.environment().getOrDefault("NEXUS_API_KEY", "").strip();
        if (!key.matches("[!-~]*")) {
            throw CommandFailure.usage("NEXUS_API_KEY has characters that no key has; copy it again");
        }
        return key.isEmpty() ? null : key;
    }

    /** Whether somebody said where the gateway is. */
    boolean isNamed(Shell shell) {
        return server != null || shell.environment().containsKey("NEXUS_SERVER");
    }

    GatewayClient open(Shell shell) {
        String url = server != null ? server : shell.environment().getOrDefault("NEXUS_SERVER", DEFAULT);
        URI uri;
        try {
            uri = URI.create(url.strip());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("'" + url + "' is no URL; give one such as " + DEFAULT);
        }
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw CommandFailure.usage("'" + url + "' is no http URL; give one such as " + DEFAULT);
        }
        return new GatewayClient(uri, key(shell));
    }
}

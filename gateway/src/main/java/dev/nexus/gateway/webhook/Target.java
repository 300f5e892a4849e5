package dev.nexus.gateway.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks a URL that someone wants to be told at, as far as that can be done before it is called. */
final class Target {

    static final int URL_CHARS = 2000;

    private final AddressGuard guard;
    private final boolean allowHttp;

    Target(AddressGuard guard, boolean allowHttp) {
        this.guard = guard;
        this.allowHttp = allowHttp;
    }

    /** What is wrong with it, and what to do about it; null if nothing is. */
    @Nullable
    String problemWith(String url) {
        if (url.length() > URL_CHARS) {
            return "has more than " + URL_CHARS + " characters; use a shorter one";
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            return "must be a URL (RFC 3986), such as https://example.com/hooks";
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (scheme.equals("http") && !allowHttp) {
            return "must begin with https://, as nexus.webhooks.allow-http is not set here";
        }
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return "must begin with https://";
        }
        if (uri.getRawUserInfo() != null) {
            return "must hold no user or password; verify the signature instead";
        }
        if (uri.getRawFragment() != null) {
            return "must have no fragment; leave out what is behind #";
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 0xFFFF) {
            return "must name a host in ASCII, such as https://example.com:8443/hooks; an international name goes in"
                    + " its form with xn--";
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        InetAddress literal = AddressGuard.literal(host);
        InetAddress known = host.equals("localhost") || host.endsWith(".localhost")
                ? InetAddress.getLoopbackAddress() // RFC 6761
                : literal;
        return known == null || guard.admits(known)
                ? null
                : "names an address that is not public; use one that is, or have the operator allow it with"
                        + " nexus.webhooks.allowed-networks";
    }

    /** For logs: a path can hold what nobody else should know. */
    static String host(String url) {
        String host = URI.create(url).getHost();
        return host == null ? "unknown" : host;
    }
}

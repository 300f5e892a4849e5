package dev.nexus.gateway.webhook;

import dev.nexus.contract.CannotStart;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses a webhook may be sent to: public ones, and those that the operator allows. Whoever may subscribe must not
 * reach what only this machine can reach (server-side request forgery).
 */
final class AddressGuard {

    /** Of IPv4, what is not public, by the special-purpose registry of RFC 6890. */
    private static final List<Network> NOT_PUBLIC_4 = networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4");

    /** Of IPv6, all that can be public (RFC 4291, section 2.4), and what of it is not. */
    private static final Network UNICAST_6 = network("2000::/3");

    private static final List<Network> NOT_PUBLIC_6 = networks("2001::/23", "2001:db8::/32", "3fff::/20");

    /** IPv6 that leads to an IPv4 address: NAT64 (RFC 6052) and 6to4 (RFC 3056), with the place where that one begins. */
    private static final Network NAT64 = network("64:ff9b::/96");

    private static final Network SIX_TO_FOUR = network("2002::/16");
    private static final int NAT64_AT = 12;
    private static final int SIX_TO_FOUR_AT = 2;

    private final List<Network> allowed;

    private AddressGuard(List<Network> allowed) {
        this.allowed = allowed;
    }

    /**
     * @param allowed networks that are sent to though they are not public
     * @throws CannotStart if one of them is no network
     */
    static AddressGuard allowing(List<String> allowed) {
        return new AddressGuard(allowed.stream()
                .map(text -> {
                    Network network = Network.parse(text.strip());
                    if (network == null) {
                        throw new CannotStart("nexus.webhooks.allowed-networks holds \"" + text
                                + "\", which is no network; write such as 10.1.0.0/16 or fd00::/8");
                    }
                    return network;
                })
                .toList());
    }

    boolean admits(InetAddress address) {
        return isPublic(address) || allowed.stream().anyMatch(network -> network.contains(address));
    }

    private static boolean isPublic(InetAddress address) {
        if (address instanceof Inet4Address) {
            return NOT_PUBLIC_4.stream().noneMatch(network -> network.contains(address));
        }
        if (NAT64.contains(address)) {
            return isPublic(embedded(address, NAT64_AT));
        }
        if (SIX_TO_FOUR.contains(address)) {
            return isPublic(embedded(address, SIX_TO_FOUR_AT));
        }
        return UNICAST_6.contains(address) && NOT_PUBLIC_6.stream().noneMatch(network -> network.contains(address));
    }

    private static InetAddress embedded(InetAddress address, int at) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), at, at + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** The address that {@code host} is by itself, in any notation that some resolver takes; null if it is a name. */
    static @Nullable InetAddress literal(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String plain = bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
        try {
            return plain.contains(":")
                    ? InetAddress.ofLiteral(plain)
                    : Inet4Address.ofPosixLiteral(plain); // octal, hexadecimal and fewer than four parts, too
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static List<Network> networks(String... all) {
        return Stream.of(all).map(AddressGuard::network).toList();
    }

    private static Network network(String text) {
        return Objects.requireNonNull(Network.parse(text), text);
    }
}

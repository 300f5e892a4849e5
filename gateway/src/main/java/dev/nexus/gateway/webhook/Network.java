package dev.nexus.gateway.webhook;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A range of IP addresses (CIDR, RFC 4632). */
record Network(InetAddress address, int prefix) {

    /** @return null unless {@code text} is an address in its usual form with the number of its fixed bits behind a slash */
    static @Nullable Network parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
            return null;
        }
        String literal = text.substring(0, slash);
        if (!literal.contains(":") && !literal.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            return null;
        }
        try {
            InetAddress address = InetAddress.ofLiteral(literal);
            int prefix = Integer.parseInt(text.substring(slash + 1));
            return prefix <= 8 * address.getAddress().length ? new Network(address, prefix) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    boolean contains(InetAddress other) {
        byte[] own = address.getAddress();
        byte[] its = other.getAddress();
        if (own.length != its.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((own[bit / 8] & mask) != (its[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}

package dev.nexus.gateway.webhook;

import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the addresses of a host, and gives out those alone that a webhook may be sent to. The connection is made to what
 * was looked at here: a name that means another address a moment later gains nothing.
 */
final class GuardedResolver extends AddressResolverGroup<InetSocketAddress> {

    private final AddressGuard guard;

    GuardedResolver(AddressGuard guard) {
        this.guard = guard;
    }

    /** No address of the host may be sent to. */
    static final class Refused extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        Refused() {
            super("the host has no public address, and nexus.webhooks.allowed-networks does not allow its own");
        }
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new AbstractAddressResolver<>(executor, InetSocketAddress.class) {

            // Never, else an address that stands in the URL would not be looked at.
            @Override
            protected boolean doIsResolved(InetSocketAddress address) {
                return false;
            }

            @Override
            protected void doResolve(InetSocketAddress unresolved, Promise<InetSocketAddress> promise) {
                Thread.startVirtualThread(() -> {
                    try {
                        promise.trySuccess(admitted(unresolved).getFirst());
                    } catch (UnknownHostException | RuntimeException e) {
                        promise.tryFailure(e);
                    }
                });
            }

            @Override
            protected void doResolveAll(InetSocketAddress unresolved, Promise<List<InetSocketAddress>> promise) {
                Thread.startVirtualThread(() -> {
                    try {
                        promise.trySuccess(admitted(unresolved));
                    } catch (UnknownHostException | RuntimeException e) {
                        promise.tryFailure(e);
                    }
                });
            }
        };
    }

    private List<InetSocketAddress> admitted(InetSocketAddress of) throws UnknownHostException {
        return admitted(of.getHostString()).stream()
                .map(address -> new InetSocketAddress(address, of.getPort()))
                .toList();
    }

    /** The addresses of the host that may be sent to, at least one. */
    List<InetAddress> admitted(String host) throws UnknownHostException {
        InetAddress literal = AddressGuard.literal(host);
        InetAddress[] all = literal == null ? InetAddress.getAllByName(host) : new InetAddress[] {literal};
        List<InetAddress> admitted = Stream.of(all).filter(guard::admits).toList();
        if (admitted.isEmpty()) {
            throw new Refused();
        }
        return admitted;
    }
}

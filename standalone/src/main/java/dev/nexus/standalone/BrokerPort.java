package dev.nexus.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Which port of this machine's loopback address the embedded broker gets. */
public sealed interface BrokerPort {

    /** Kafka's own. */
    int DEFAULT = 9092;

    /** Any free one, another each time. */
    record Any() implements BrokerPort {}

    /** The one it had last time in this data directory, at first {@link #DEFAULT}; another if that is taken. */
    record Kept() implements BrokerPort {}

    /** This one or none. */
    record Exactly(int port) implements BrokerPort {}

    /**
     * A port that is free now, noted in {@code data} where it is to be kept.
     *
     * @throws CommandFailure if the port must be one that is taken
     */
    default int choose(Path data) throws IOException {
        return switch (this) {
            case Any any -> free();
            case Exactly exactly -> {
                if (!isFree(exactly.port)) {
                    throw CommandFailure.failed("port " + exactly.port + " of 127.0.0.1 is in use by another process;"
                            + " stop that, or give another one with --broker-port");
                }
                yield exactly.port;
            }
            case Kept kept -> {
                Path note = data.resolve("broker.port");
                int last = read(note).orElse(DEFAULT);
                int chosen = isFree(last) ? last : free();
                Files.writeString(note, chosen + "\n");
                yield chosen;
            }
        };
    }

    /**
     * Any free port below those that the system gives to outgoing connections: a client that keeps trying to reach a
     * broker on one of those may end up connected to itself, and so take the port away from it.
     */
    static int free() {
        int first = ThreadLocalRandom.current().nextInt(20_000, 30_000);
        return IntStream.range(first, 32_000)
                .filter(BrokerPort::isFree)
                .findFirst()
                .orElseThrow(() -> CommandFailure.failed("no free port between " + first + " and 32000"));
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static OptionalInt read(Path note) {
        try {
            return OptionalInt.of(Integer.parseInt(Files.readString(note).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}

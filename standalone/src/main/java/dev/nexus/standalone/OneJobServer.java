package dev.nexus.standalone;

import dev.nexus.standalone.client.GatewayClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What {@code nexus run} submits to where no server answers: one that is up on this machine, else one of its own. */
final class OneJobServer implements AutoCloseable {

    private final URI gateway;
    private final @Nullable Embedded own;
    private final @Nullable DataDirectory directory;
    private final @Nullable Path temporary;

    private OneJobServer(
            URI gateway, @Nullable Embedded own, @Nullable DataDirectory directory, @Nullable Path temporary) {
        this.gateway = gateway;
        this.own = own;
        this.directory = directory;
        this.temporary = temporary;
    }

    /** @throws CommandFailure if the data directory belongs to a server that does not answer, or nothing can start */
    static OneJobServer start(Shell shell, Path data) {
        Optional<ProcessLock.Owner> owner = DataDirectory.owner(data);
        if (owner.isEmpty()) {
            return startOwn(shell, data, null);
        }
        if (owner.get().purpose().equals("up")) {
            return new OneJobServer(gatewayOf(owner.get(), data), null, null, null);
        }
        Path temporary = temporary(); // another run has the folder, and will take its server away when it ends
        return startOwn(shell, temporary, temporary);
    }

    private static URI gatewayOf(ProcessLock.Owner owner, Path data) {
        URI gateway = owner.gateway();
        if (gateway != null) {
            try (GatewayClient client = new GatewayClient(gateway)) {
                if (client.answers()) {
                    return gateway;
                }
            }
        }
        throw CommandFailure.unreachable(
                "process " + owner.pid() + " (nexus up) has the data directory " + data
                        + ", but its gateway does not answer; wait for it, stop it, or give another --data",
                null);
    }

    private static OneJobServer startOwn(Shell shell, Path data, @Nullable Path temporary) {
        DataDirectory directory = DataDirectory.open(data, "run");
        try {
            shell.note("no server answers, so everything is started here");
            Embedded own = Embedded.start(new Embedded.Settings(
                    directory,
                    "127.0.0.1",
                    0,
                    new BrokerPort.Any(),
                    EmbeddedBroker.Life.SHORT,
                    "OFF",
                    shell.environment()));
            directory.announce(own.gateway());
            return new OneJobServer(own.gateway(), own, directory, temporary);
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("nexus-run-");
        } catch (IOException e) {
            throw CommandFailure.failed("cannot make a temporary data directory: " + e.getMessage(), e);
        }
    }

    URI gateway() {
        return gateway;
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
        if (directory != null) {
            directory.close();
        }
        if (temporary != null) {
            delete(temporary);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw CommandFailure.failed("cannot delete " + folder + ": " + e.getMessage(), e);
        }
    }
}

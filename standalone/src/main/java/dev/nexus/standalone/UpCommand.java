package dev.nexus.standalone;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nexus up}: everything on this machine, until it is stopped. */
@Command(
        name = "up",
        sortOptions = false,
        description = {
            "Starts broker, gateway and agents here and keeps them running.",
            "Started again after a crash, it goes on with the jobs that were open.",
            "KAFKA_BOOTSTRAP_SERVERS names a broker elsewhere, and then none is started."
        },
        footer = {"", "Examples:", "  nexus up", "  nexus up --port 9000 --data /var/lib/nexus"})
final class UpCommand implements Runnable {

    private final Shell shell;

    @Option(
            names = "--port",
            defaultValue = "8080",
            paramLabel = "PORT",
            description = "Of the gateway; ${DEFAULT-VALUE} if not given, 0 for any free one.")
    private int port;

    @Option(
            names = "--address",
            defaultValue = "127.0.0.1",
            paramLabel = "IP",
            description = "That the gateway listens on; ${DEFAULT-VALUE} if not given, 0.0.0.0 for all.")
    private String address = "";

    @Option(
            names = "--broker-port",
            paramLabel = "PORT",
            description = "Of the broker; if not given, the one it had last, at first 9092, another if that is taken.")
    private @Nullable Integer brokerPort;

    @Option(
            names = "--data",
            defaultValue = ".nexus",
            paramLabel = "DIR",
            description = "Where everything is kept; ${DEFAULT-VALUE} if not given.")
    private Path data = Path.of("");

    /** Where all is, for programs. */
    private record Ready(URI gateway, String bootstrapServers, String log) {}

    UpCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        try (DataDirectory directory = DataDirectory.open(shell.folder().resolve(data), "up");
                Embedded all = Embedded.start(new Embedded.Settings(
                        directory,
                        address,
                        port,
                        brokerPort == null ? new BrokerPort.Kept() : new BrokerPort.Exactly(brokerPort),
                        EmbeddedBroker.Life.LONG,
                        shell.json() ? "OFF" : "WARN",
                        shell.environment()));
                OnInterrupt _ = OnInterrupt.then(() -> stop(all))) {
            directory.announce(all.gateway());
            if (shell.json()) {
                shell.tell(new Ready(
                        all.gateway(),
                        all.bootstrapServers(),
                        directory.logFile().toString()));
            } else {
                shell.out()
                        .println("nexus is ready at " + all.gateway() + ", Kafka at " + all.bootstrapServers()
                                + "; logs in " + directory.logFile().getParent() + ", Ctrl-C stops it");
                shell.out().flush();
            }
            all.gone().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CommandFailure failure ? failure : CommandFailure.failed(e.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop(Embedded all) {
        shell.note("stopping");
        all.close();
    }
}

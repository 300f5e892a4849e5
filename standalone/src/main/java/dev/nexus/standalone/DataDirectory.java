package dev.nexus.standalone;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The folder with everything that one Nexus on this machine keeps; one process has it at a time. */
final class DataDirectory implements AutoCloseable {

    private static final Duration LONGEST_END = Duration.ofSeconds(1);

    private final Path root;
    private final ProcessLock lock;
    private final ProcessLock.Owner self;

    private DataDirectory(Path root, ProcessLock lock, ProcessLock.Owner self) {
        this.root = root;
        this.lock = lock;
        this.self = self;
    }

    /**
     * Takes the folder, making it if need be.
     *
     * @param purpose the command that wants it, for whoever finds it taken
     * @throws CommandFailure if another process has it, or it cannot be written
     */
    static DataDirectory open(Path root, String purpose) {
        try {
            Files.createDirectories(root.resolve("logs"));
        } catch (IOException e) {
            throw CommandFailure.usage("cannot write to the data directory " + root + ": " + reason(e));
        }
        ProcessLock.Owner self = ProcessLock.Owner.self(purpose);
        ProcessLock lock = ProcessLock.tryTake(lockFile(root), self)
                .or(
                        () -> { // one that was killed a moment ago may still be ending
                            owner(root).ifPresent(owner -> owner.awaitEnd(LONGEST_END));
                            return ProcessLock.tryTake(lockFile(root), self);
                        })
                .orElseThrow(() -> CommandFailure.failed("the data directory " + root + " is in use by "
                        + owner(root)
                                .map(o -> "process " + o.pid() + " (nexus " + o.purpose() + ")")
                                .orElse("another process")
                        + "; stop it, or give another one with --data"));
        return new DataDirectory(root, lock, self);
    }

    /** Who has the folder at {@code root} now; empty if nobody. */
    static Optional<ProcessLock.Owner> owner(Path root) {
        return ProcessLock.lastOwner(lockFile(root))
                .filter(owner -> owner.process().isPresent());
    }

    /** Writes down where the gateway answers, for commands that find the folder taken. */
    void announce(URI gateway) {
        lock.note(self.withGateway(gateway));
    }

    Path root() {
        return root;
    }

    Path logFile() {
        return root.resolve("logs").resolve("nexus.log");
    }

    @Override
    public void close() {
        lock.close();
    }

    private static Path lockFile(Path root) {
        return root.resolve("nexus.lock");
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + " at " + e.getMessage();
    }
}

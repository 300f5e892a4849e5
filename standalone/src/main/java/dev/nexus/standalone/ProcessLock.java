package dev.nexus.standalone;

import dev.nexus.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** A lock file that the operating system frees however its process ends, with a note beside it that names the owner. */
final class ProcessLock implements AutoCloseable {

    /**
     * Who holds a lock.
     *
     * @param started of the process: tells it from a later one with the same pid
     * @param purpose the command that it runs
     * @param gateway where its gateway answers, once it does
     */
    record Owner(
            long pid,
            Instant started,
            String purpose,
            @Nullable URI gateway) {

        static Owner self(String purpose) {
            ProcessHandle self = ProcessHandle.current();
            return new Owner(self.pid(), startOf(self), purpose, null);
        }

        Owner withGateway(URI gateway) {
            return new Owner(pid, started, purpose, gateway);
        }

        /** The process itself, if it still runs. */
        Optional<ProcessHandle> process() {
            return ProcessHandle.of(pid).filter(found -> startOf(found).equals(started));
        }

        /** Waits for the end of the process, if it is another one; returns whether it is gone. */
        boolean awaitEnd(Duration longest) {
            ProcessHandle other = process()
                    .filter(p -> p.pid() != ProcessHandle.current().pid())
                    .orElse(null);
            if (other == null) {
                return true;
            }
            try {
                other.onExit().get(longest.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException | ExecutionException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        private static Instant startOf(ProcessHandle process) {
            return process.info().startInstant().orElse(Instant.EPOCH);
        }
    }

    /** POSIX drops a process's lock when it closes any handle on the file, so this process never opens one twice. */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;

    private ProcessLock(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /** The lock on {@code file}, or nothing while another holds it; the folder must exist. */
    static Optional<ProcessLock> tryTake(Path file, Owner owner) {
        Path real = file.toAbsolutePath().normalize();
        if (!HELD_HERE.add(real)) {
            return Optional.empty();
        }
        ProcessLock taken = null;
        try {
            taken = open(real);
            if (taken != null) {
                taken.note(owner);
            }
            return Optional.ofNullable(taken);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + file + ": " + e.getMessage(), e);
        } finally {
            if (taken == null) {
                HELD_HERE.remove(real);
            }
        }
    }

    private static @Nullable ProcessLock open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return null;
        }
        return new ProcessLock(file, channel, lock);
    }

    /** Replaces what the note says about the owner. */
    void note(Owner owner) {
        try {
            Path draft = Files.write(file.resolveSibling(file.getFileName() + ".new"), Json.write(owner));
            Files.move(draft, noteOf(file), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + noteOf(file) + ": " + e.getMessage(), e);
        }
    }

    /** Who took the lock on {@code file} last, as far as it is written down. */
    static Optional<Owner> lastOwner(Path file) {
        try {
            return Optional.of(Json.read(Files.readAllBytes(noteOf(file)), Owner.class));
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    private static Path noteOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".json");
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_HERE.remove(file);
        }
    }
}

package dev.nexus.tester;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the Python that runs the tests: the first that can import pytest inside a sandbox. */
final class Interpreters {

    static final Path USUAL_VENV = Path.of("/opt/nexus/venv");
    static final Path OF_THE_SYSTEM = Path.of("/usr/bin/python3");

    private static final Logger LOG = LoggerFactory.getLogger(Interpreters.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Path> candidates;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile @Nullable Path found;

    Interpreters(SandboxSettings settings) {
        this.candidates = candidates(settings, Files::exists);
    }

    /** In the order in which they are tried; whoever names a venv wants its libraries, and no other Python. */
    static List<Path> candidates(SandboxSettings settings, Predicate<Path> exists) {
        List<Path> paths = new ArrayList<>();
        if (settings.interpreter() != null) {
            paths.add(settings.interpreter());
        }
        venv(settings, exists).ifPresent(venv -> paths.add(venv.resolve("bin/python")));
        if (settings.venv() == null) {
            paths.add(OF_THE_SYSTEM);
        }
        return paths.stream().distinct().toList();
    }

    /** The folder that a sandbox sees beside the system's programs. */
    static Optional<Path> venv(SandboxSettings settings) {
        return venv(settings, Files::exists);
    }

    private static Optional<Path> venv(SandboxSettings settings, Predicate<Path> exists) {
        return Optional.ofNullable(settings.venv())
                .or(() -> Optional.of(USUAL_VENV).filter(venv -> exists.test(venv.resolve("bin/python"))));
    }

    /**
     * The one to use; it is looked for once.
     *
     * @param sandbox the command that runs in a sandbox what is appended to it
     * @throws SandboxUnavailable if none can, with the package to install and the command for it
     */
    Path first(List<String> sandbox) throws SandboxUnavailable, InterruptedException {
        Path known = found;
        if (known != null) {
            return known;
        }
        looking.lockInterruptibly();
        try {
            StringJoiner failures = new StringJoiner("; ");
            for (Path candidate : candidates) {
                String said = said(candidate, sandbox);
                if (said == null) {
                    LOG.info("Tests run in {}", candidate);
                    found = candidate;
                    return candidate;
                }
                boolean noSandbox = said.contains("bwrap:") && !said.contains(candidate.toString());
                if (noSandbox || said.contains("setpriv:")) {
                    throw new SandboxUnavailable(SandboxRemedy.of(said, candidate)); // no matter which Python
                }
                failures.add(candidate + ": " + PlainText.line(said, 200));
            }
            throw new SandboxUnavailable(
                    "no Python can import pytest inside the sandbox (" + failures + "); run: " + install());
        } finally {
            looking.unlock();
        }
    }

    private String install() {
        Path last = candidates.getLast();
        return last.equals(OF_THE_SYSTEM)
                ? "apt-get install python3-pytest"
                : last + " -m pip install pytest, in a venv made by " + OF_THE_SYSTEM + " -m venv";
    }

    /** Why it cannot; null if it can. */
    private static @Nullable String said(Path candidate, List<String> sandbox)
            throws SandboxUnavailable, InterruptedException {
        // A sandbox dies with the thread that started it, and the caller's may be one that carries virtual ones.
        ThreadFactory threads =
                Thread.ofPlatform().daemon().name("sandbox-interpreter").factory();
        try (ExecutorService own = Executors.newSingleThreadExecutor(threads)) {
            Future<Optional<String>> said = own.submit(() -> Optional.ofNullable(saidHere(candidate, sandbox)));
            try {
                return said.get().orElse(null);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof SandboxUnavailable unavailable) {
                    throw unavailable;
                }
                throw new IllegalStateException(candidate + " could not be tried", e.getCause());
            } finally {
                said.cancel(true);
            }
        }
    }

    private static @Nullable String saidHere(Path candidate, List<String> sandbox)
            throws SandboxUnavailable, InterruptedException {
        List<String> command = new ArrayList<>(sandbox);
        command.addAll(List.of(candidate.toString(), "-s", "-B", "-c", "import pytest"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        try {
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(PATIENCE)) {
                    return "it took longer than " + PATIENCE.toSeconds() + " s";
                }
                // What it says fits into the pipe, or is too much to be told.
                String said = new String(process.getInputStream().readNBytes(10_000), StandardCharsets.UTF_8);
                return process.exitValue() == 0 ? null : lastLine(said);
            } finally {
                SandboxProcess.kill(process);
            }
        } catch (IOException e) {
            throw new SandboxUnavailable("the sandbox does not start: " + e.getMessage());
        }
    }

    private static String lastLine(String said) {
        String text = said.strip();
        return text.isEmpty() ? "it ended without a word" : text.substring(text.lastIndexOf('\n') + 1);
    }
}

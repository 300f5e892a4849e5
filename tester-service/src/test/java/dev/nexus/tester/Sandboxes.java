package dev.nexus.tester;

import dev.nexus.contract.TestReport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** Sandboxes for tests: real ones, or a failure that names the remedy. */
final class Sandboxes {

    static final SandboxSettings SETTINGS = settings(Duration.ofSeconds(30));

    private Sandboxes() {}

    static SandboxSettings settings(Duration timeLimit) {
        return settings(timeLimit, null);
    }

    /** @param warm how many wait; null for as many as run at once */
    static SandboxSettings settings(Duration timeLimit, @Nullable Integer warm) {
        return settings(0, warm, timeLimit);
    }

    /** @param concurrency how many run at once; 0 for one per processor */
    static SandboxSettings settings(int concurrency, @Nullable Integer warm, Duration timeLimit) {
        return new SandboxSettings(
                concurrency,
                warm,
                timeLimit,
                DataSize.ofMegabytes(256),
                32,
                DataSize.ofMegabytes(16),
                DataSize.ofMegabytes(8),
                128,
                DataSize.ofKilobytes(256),
                Path.of("/usr/bin/python3"),
                64321);
    }

    /** @throws SandboxUnavailable with the remedy, if this machine has none that holds */
    static Sandbox open(SandboxSettings settings) throws SandboxUnavailable, InterruptedException {
        try (Sandbox probe = new Sandbox(SETTINGS)) {
            new SandboxCheck(probe, SETTINGS).require();
        }
        Sandbox sandbox = new Sandbox(settings);
        sandbox.keepWarm();
        return sandbox;
    }

    /** A sandbox that leaves out of its referee and worker the lines that contain one of {@code parts}. */
    static Sandbox with(List<String> parts) {
        SandboxCommand whole = new SandboxCommand(SETTINGS);
        return new Sandbox(SETTINGS, () -> {
            List<String> line = new ArrayList<>(whole.ofReferee());
            line.set(line.size() - 1, ForgeryTest.without(parts, line.getLast()));
            return line;
        });
    }

    /** Runs files, given as path and content in turn. */
    static TestReport run(Sandbox sandbox, String... pathsAndContents) throws SandboxUnavailable, InterruptedException {
        return sandbox.run(files(pathsAndContents), () -> {});
    }

    static Map<String, byte[]> files(String... pathsAndContents) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < pathsAndContents.length; i += 2) {
            files.put(pathsAndContents[i], pathsAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return files;
    }

    /** Whether any process on this machine has {@code mark} in its command line. */
    static boolean runsAnywhere(String mark) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").contains(mark));
    }
}

package dev.nexus.tester;

import dev.nexus.contract.TestReport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** Sandboxes for tests: real ones, or a failure that names the remedy. */
final class Sandboxes {

    static final SandboxSettings SETTINGS = settings(Duration.ofSeconds(30));

    /** How many wait beside {@link #manyAtOnce}. */
    static final int MANY_WAITING = 2;

    private Sandboxes() {}

    static SandboxSettings settings(Duration timeLimit) {
        return settings(timeLimit, null, false, false, SandboxSettings.Cgroup.AUTO);
    }

    /** @param warm how many wait; null for as many as run at once */
    static SandboxSettings settings(Duration timeLimit, @Nullable Integer warm) {
        return settings(timeLimit, warm, false, false, SandboxSettings.Cgroup.AUTO);
    }

    /**
     * @param boundless whether all processes together may have as much memory as they like
     * @param wordy whether they may print as much as they like
     */
    static SandboxSettings settings(
            Duration timeLimit,
            @Nullable Integer warm,
            boolean boundless,
            boolean wordy,
            SandboxSettings.Cgroup cgroup) {
        return new SandboxSettings(
                0,
                warm,
                timeLimit,
                boundless ? DataSize.ofGigabytes(4) : DataSize.ofMegabytes(256),
                cgroup,
                32,
                DataSize.ofMegabytes(16),
                2000,
                DataSize.ofMegabytes(8),
                128,
                wordy ? DataSize.ofMegabytes(64) : DataSize.ofKilobytes(256),
                null,
                null,
                64321);
    }

    static SandboxSettings withPython(@Nullable Path interpreter, @Nullable Path venv) {
        SandboxSettings s = SETTINGS;
        return new SandboxSettings(
                s.concurrency(),
                s.warm(),
                s.timeLimit(),
                s.memory(),
                s.cgroup(),
                s.processes(),
                s.workArea(),
                s.files(),
                s.fileSize(),
                s.openFiles(),
                s.output(),
                interpreter,
                venv,
                s.uid());
    }

    /** @param files that each may make */
    static SandboxSettings manyAtOnce(int concurrency, int files) {
        SandboxSettings s = SETTINGS;
        return new SandboxSettings(
                concurrency,
                MANY_WAITING,
                s.timeLimit(),
                s.memory(),
                s.cgroup(),
                s.processes(),
                s.workArea(),
                files,
                s.fileSize(),
                s.openFiles(),
                s.output(),
                s.interpreter(),
                s.venv(),
                s.uid());
    }

    /** @throws SandboxUnavailable with the remedy, if this machine has none that holds */
    static Sandbox open(SandboxSettings settings) throws SandboxUnavailable, InterruptedException {
        try (Sandbox probe = new Sandbox(settings)) {
            new SandboxCheck(probe, settings).require();
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

    /** A sandbox without some of its walls. */
    static Sandbox without(Wall... walls) {
        SandboxSettings settings = settings(Duration.ofSeconds(30), 0, false, false, SandboxSettings.Cgroup.OFF);
        SandboxCommand whole = new SandboxCommand(settings);
        return new Sandbox(settings, () -> Wall.without(Set.of(walls), whole.ofReferee()));
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

    /** Those that this process has started, without what clears up after them. */
    static Stream<ProcessHandle> started() {
        return ProcessHandle.current()
                .children()
                .filter(child ->
                        !child.info().commandLine().orElse("").matches("(?s).*nexus-tester-(groups|orphans).*"));
    }

    /** Whether any process on this machine has {@code mark} in its command line. */
    static boolean runsAnywhere(String mark) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").contains(mark));
    }
}

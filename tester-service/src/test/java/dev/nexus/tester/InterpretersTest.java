package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InterpretersTest {

    private static final Path CONFIGURED = Path.of("/usr/local/bin/python3.13");
    private static final Path VENV = Path.of("/srv/venv");

    private static List<Path> candidates(@Nullable Path interpreter, @Nullable Path venv, boolean usualVenv) {
        return Interpreters.candidates(Sandboxes.withPython(interpreter, venv), path -> usualVenv);
    }

    @Test
    void theSystemsPythonIsTheLastThatIsTried() {
        assertThat(candidates(null, null, false)).containsExactly(Path.of("/usr/bin/python3"));
        assertThat(candidates(null, null, true))
                .containsExactly(Path.of("/opt/nexus/venv/bin/python"), Path.of("/usr/bin/python3"));
        assertThat(candidates(CONFIGURED, null, true))
                .containsExactly(CONFIGURED, Path.of("/opt/nexus/venv/bin/python"), Path.of("/usr/bin/python3"));
    }

    @Test
    void whoNamesAVenvGetsNoOther() {
        assertThat(candidates(null, VENV, true)).containsExactly(VENV.resolve("bin/python"));
        assertThat(candidates(CONFIGURED, VENV, false)).containsExactly(CONFIGURED, VENV.resolve("bin/python"));
    }

    @Test
    void librariesOfAVenvCanBeUsedAndNotBeChanged(@TempDir Path folder) throws Exception {
        Path venv = venv(folder, "--system-site-packages");
        Path packages;
        try (var found = Files.walk(venv)) {
            packages = found.filter(path -> path.endsWith("site-packages"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.writeString(packages.resolve("permitted.py"), "ANSWER = 42\n");
        var settings = Sandboxes.withPython(null, venv);

        try (Sandbox sandbox = Sandboxes.open(settings)) {
            var report = Sandboxes.run(sandbox, "test_a.py", """
                    import permitted, pytest, sys
                    def test_library():
                        assert permitted.ANSWER == 42 and sys.prefix == "%s"
                    def test_write():
                        with pytest.raises(OSError):
                            open(permitted.__file__, "a")
                    """.formatted(venv));
            assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASSED);
        }
    }

    @Test
    void withoutPytestThePackageAndTheCommandAreNamed(@TempDir Path folder) throws Exception {
        Path venv = venv(folder, "--clear");
        var settings = Sandboxes.withPython(null, venv);

        assertThatThrownBy(new SandboxCommand(settings)::ofReferee)
                .isInstanceOf(SandboxUnavailable.class)
                .hasMessageContaining("No module named 'pytest'")
                .hasMessageContaining("run: " + venv.resolve("bin/python") + " -m pip install pytest")
                .hasMessageNotContaining("\n");
    }

    private static Path venv(Path folder, String option) throws Exception {
        Path venv = folder.resolve("venv");
        assertThat(new ProcessBuilder(
                                "/usr/bin/python3",
                                "-m",
                                "venv",
                                "--without-pip",
                                "--symlinks",
                                option,
                                venv.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return venv;
    }

    @Test
    void anInterruptLeavesNothingOfTheOneThatIsTried() throws Exception {
        String mark = UUID.randomUUID().toString();
        // As bwrap does, the shell has what it runs below it.
        var outer =
                List.of("/bin/sh", "-c", "/usr/bin/python3 -c 'import time; time.sleep(1000) # " + mark + "'; true");
        var inner = "time.sleep(1000) # " + mark;
        var end = new CompletableFuture<Throwable>();
        Thread thread = Thread.startVirtualThread(() -> {
            try {
                end.complete(new AssertionError(new Interpreters(Sandboxes.SETTINGS).first(outer)));
            } catch (Throwable e) {
                end.complete(e);
            }
        });
        await().atMost(Duration.ofSeconds(15)).until(() -> python(inner));

        thread.interrupt();

        assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        await().atMost(Duration.ofSeconds(2)).until(() -> !Sandboxes.runsAnywhere(mark));
    }

    private static boolean python(String words) {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .anyMatch(line -> line.contains(words) && !line.contains("; true"));
    }
}

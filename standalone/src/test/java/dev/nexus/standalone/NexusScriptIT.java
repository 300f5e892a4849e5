package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, through the script, on the jars that this build has just made. */
class NexusScriptIT {

    private static final Path SCRIPT = Path.of("..", "nexus").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void theReadmesFirstCommandGivesTestedFiles() throws Exception {
        Ran run = nexus(
                "run",
                "Write a Python library that converts Roman numerals to integers and back, with validation",
                "--server",
                "http://127.0.0.1:1"); // where nothing ever answers

        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(run.output()).contains("verdict  passed");
        assertThat(pytest(only(folder.resolve("nexus-out"))).exit()).isZero();
    }

    @Test
    void wrongUsageIsOneLineAndExitCodeTwo() throws Exception {
        Ran run = nexus("run");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.output().lines()).hasSize(1);
    }

    @Test
    void aServerThatIsNotThereIsOneLineAndExitCodeFour() throws Exception {
        Ran run = nexus("jobs", "--server", "http://127.0.0.1:1");

        assertThat(run.exit()).isEqualTo(4);
        assertThat(run.output().lines()).hasSize(1);
    }

    /** What a command printed, on both streams, and how it ended. */
    private record Ran(int exit, String output) {}

    private Ran nexus(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", SCRIPT.toString()));
        command.addAll(List.of(arguments));
        return run(folder, command);
    }

    private static Ran pytest(Path project) throws IOException, InterruptedException {
        return run(project, List.of("/usr/bin/python3", "-m", "pytest", "-q"));
    }

    private static Ran run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("nexus-script", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("NEXUS_NO_BUILD", "1");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES))
                    .as("ends by itself")
                    .isTrue();
            return new Ran(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static Path only(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            List<Path> all = inside.toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }
}

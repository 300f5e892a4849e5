package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Everything at once: real Kafka, gateway, agents and sandbox, with the offline model, through the command line. */
@Timeout(300)
class WholeSystemIT {

    @TempDir
    private Path folder;

    @Test
    void aSpecificationBecomesTestedFiles() throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Shell shell = new Shell(folder, Map.of(), new PrintWriter(out, true), new PrintWriter(err, true), false);

        int code = Nexus.run(
                shell,
                "run",
                "Write a Python library that converts Roman numerals to integers and back, with validation",
                "--out",
                "result",
                "--server",
                "http://127.0.0.1:1"); // where nothing ever answers

        assertThat(code).describedAs("%s%n%s", out, err).isEqualTo(ExitCode.PASSED);
        assertThat(out.toString()).contains("verdict  passed").contains("  passed   ");
        assertThat(pythonFiles())
                .anyMatch(name -> name.startsWith("test_"))
                .anyMatch(name -> !name.startsWith("test_"));
    }

    private Stream<String> pythonFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("result"))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".py"))
                    .toList()
                    .stream();
        }
    }
}

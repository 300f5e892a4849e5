package dev.nexus.model;

import dev.nexus.model.AgentPrompts.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs pytest over files, with the Python of the system and a bound on its time. */
record PythonRun(int exitCode, String output) {

    private static final long SECONDS = 60;

    /** Runs all tests below {@code folder}, after writing the files there. */
    static PythonRun pytest(Path folder, Map<String, String> files, Map<String, String> tests) {
        write(folder, files);
        write(folder, tests);
        PythonRun run = python(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", ".");
        if (run.output().contains("No module named pytest")) {
            throw new AssertionError("pytest is not installed for /usr/bin/python3; install it (python3-pytest)");
        }
        return run;
    }

    /** The failed tests, as the tester tells the builder of them. */
    List<Failure> failures() {
        return output.lines()
                .filter(line -> line.startsWith("FAILED "))
                .map(line -> line.substring("FAILED ".length()).split(" - ", 2))
                .map(parts -> new Failure(parts[0], parts.length == 2 ? parts[1] : "", ""))
                .toList();
    }

    private static void write(Path folder, Map<String, String> files) {
        files.forEach((path, content) -> {
            try {
                Files.createDirectories(folder.resolve(path).getParent());
                Files.writeString(folder.resolve(path), content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static PythonRun python(Path folder, String... arguments) {
        try {
            List<String> command = new ArrayList<>();
            command.add("/usr/bin/python3");
            command.addAll(List.of(arguments));
            Path output = Files.createTempFile("pytest", ".out");
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("pytest took more than " + SECONDS + " s");
            }
            String text = Files.readString(output);
            Files.delete(output);
            return new PythonRun(process.exitValue(), text);
        } catch (IOException e) {
            throw new AssertionError("/usr/bin/python3 cannot be started; install it (python3)", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

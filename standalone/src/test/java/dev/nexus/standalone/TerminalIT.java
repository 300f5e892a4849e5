package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.JobEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line in a pseudo-terminal of the kernel, which {@code script} of util-linux makes. */
@Timeout(180)
class TerminalIT {

    private static final Path SCRIPT = Path.of("/usr/bin/script");
    private static final String ESCAPE = "\033";

    @TempDir
    private Path folder;

    private FakeGateway server;

    @BeforeEach
    void start() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(SCRIPT), "script is missing; install bsdutils");
        server = new FakeGateway();
        for (JobEvent event : SampleJob.events()) {
            server.event(event);
        }
        server.job("completed", "").answer("GET /system", 200, TopTableTest.SYSTEM);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void onATerminalThereAreColoursAndNoLineIsWiderThanIt() throws Exception {
        String shown = inTerminal(50, Map.of(), "top --once");

        assertThat(shown).contains(ESCAPE + "[31m", ESCAPE + "[1m");
        assertThat(shown.replaceAll(ESCAPE + "\\[[0-9;]*m", "").lines())
                .anyMatch(line -> line.startsWith("planner"))
                .allSatisfy(line -> assertThat(Columns.width(line.strip())).isLessThan(50));
    }

    @Test
    void whoWantsNoColoursGetsNone() throws Exception {
        assertThat(inTerminal(80, Map.of("NO_COLOR", "1"), "top --once"))
                .contains("planner-service")
                .doesNotContain(ESCAPE);
    }

    @Test
    void aTerminalThatCanOnlyTakeLinesGetsLines() throws Exception {
        assertThat(inTerminal(80, Map.of("TERM", "dumb"), "watch " + FakeGateway.JOB))
                .contains("0.2 s  plan             started")
                .doesNotContain(ESCAPE);
    }

    @Test
    void aJobIsDrawnInItsPlace() throws Exception {
        String shown = inTerminal(80, Map.of(), "watch " + FakeGateway.JOB);

        assertThat(shown)
                .contains(ESCAPE + "[K", "✓", "build:roman:r1")
                .doesNotContain("0.2 s  plan             started");
    }

    /** What {@code command} writes, and the terminal passes on. */
    private String inTerminal(int columns, Map<String, String> more, String command)
            throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String line = "stty cols " + columns + " rows 24; exec " + java
                + " -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp \"$CP\" "
                + Nexus.class.getName() + " " + command;
        ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString(), "-qec", line, "/dev/null")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().remove("NO_COLOR");
        builder.environment().put("CP", System.getProperty("java.class.path"));
        builder.environment().put("TERM", "xterm-256color");
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("NEXUS_SERVER", server.url().toString());
        builder.environment().putAll(more);
        Process process = builder.start();
        try {
            String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(shown).isTrue();
            assertThat(process.exitValue()).as(shown).isZero();
            return shown;
        } finally {
            process.destroyForcibly();
        }
    }
}

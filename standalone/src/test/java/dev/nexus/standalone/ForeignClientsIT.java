package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka clients that are not ours, with their own partitioners, compression and headers, work with the chain: each script
 * in src/test/clients submits jobs, follows them to the end, cancels, and is told of its mistakes.
 */
class ForeignClientsIT {

    private static final Path SCRIPTS = Path.of("src", "test", "clients").toAbsolutePath();
    private static final String KAFKAJS = "kafkajs@2.2.4";

    @TempDir
    static Path folder;

    private static Chain chain;

    @BeforeAll
    static void start() {
        chain = new Chain(folder.resolve("data"), Map.of());
    }

    @AfterAll
    static void stop() {
        chain.close();
    }

    @Test
    void kcatSubmitsFollowsAndCancels() throws Exception {
        assumeThere("kcat", "kcat", "-V");

        Ran script = run(Map.of(), "bash", SCRIPTS.resolve("kcat.sh").toString(), chain.bootstrapServers());

        assertThat(script.exit()).as(script.output()).isZero();
    }

    @Test
    void kafkajsSubmitsFollowsAndCancels() throws Exception {
        assumeThere("nodejs", "node", "--version");
        assumeThere("npm", "npm", "--version");
        Path modules = Path.of("target", "clients").toAbsolutePath();
        Ran installed = run(
                Map.of(),
                "npm",
                "install",
                "--no-save",
                "--no-package-lock",
                "--no-audit",
                "--no-fund",
                "--prefix",
                modules.toString(),
                KAFKAJS);
        assumeTrue(installed.exit() == 0, () -> "npm cannot install " + KAFKAJS + ": " + installed.output());

        Ran script = run(
                Map.of("NODE_PATH", modules.resolve("node_modules").toString()),
                "node",
                SCRIPTS.resolve("kafkajs.js").toString(),
                chain.bootstrapServers());

        assertThat(script.exit()).as(script.output()).isZero();
    }

    @Test
    void confluentKafkaSubmitsFollowsAndCancels() throws Exception {
        assumeThere("python3-confluent-kafka", "/usr/bin/python3", "-c", "import confluent_kafka");

        Ran script = run(
                Map.of(), "/usr/bin/python3", SCRIPTS.resolve("confluent.py").toString(), chain.bootstrapServers());

        assertThat(script.exit()).as(script.output()).isZero();
    }

    private static void assumeThere(String debianPackage, String... command) throws InterruptedException {
        boolean there;
        try {
            there = run(Map.of(), command).exit() == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, () -> debianPackage + " is not installed (apt-get install " + debianPackage + ")");
    }

    /** What a command printed, on both streams, and how it ended. */
    private record Ran(int exit, String output) {}

    private static Ran run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "client", ".txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES))
                    .as(() -> "ends by itself: " + List.of(command))
                    .isTrue();
            return new Ran(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}

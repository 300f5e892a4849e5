package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A builder that forges the verdict on what it built, over the real chain: it is caught, however it goes about it. */
class ForgedBuildIT {

    @TempDir
    static Path folder;

    private static Chain chain;

    @BeforeAll
    static void start() {
        chain = new Chain(
                folder.resolve("data"),
                Map.of("NEXUS_MODELS_OFFLINE_LATENCY", "10ms", "NEXUS_MODELS_OFFLINE_FAULTS_FORGED", "1"));
    }

    @AfterAll
    static void stop() {
        chain.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "roman numerals",
                "fibonacci numbers",
                "fizzbuzz",
                "a library for prime numbers, by a sieve",
                "binary search in a sorted list",
                "Convert temperatures",
                "find anagrams",
                "caesar cipher"
            })
    void noForgedBuildPasses(String spec) throws Exception {
        JsonNode job = chain.done("/jobs", "{\"spec\": \"" + spec + "\", \"options\": {\"maxRepairs\": 0}}");

        assertThat(job.get("status").stringValue()).isEqualTo("failed");
        assertThat(job.get("error").get("code").stringValue()).isEqualTo("tests_failed");
        assertThat(job.get("verdict").stringValue()).isIn("tampered", "crashed");
    }
}

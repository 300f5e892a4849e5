package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tests that prove nothing, and a test that is wrong, over the real chain. */
class TestIntegrityIT {

    @TempDir
    static Path folder;

    private static Chain chain;

    @BeforeAll
    static void start() {
        chain = new Chain(folder.resolve("data"), Map.of("NEXUS_MODELS_OFFLINE_LATENCY", "10ms"));
    }

    @AfterAll
    static void stop() {
        chain.close();
    }

    @Test
    void testsThatMostlyProveNothingAreWrittenAgain() throws Exception {
        JsonNode job = chain.done("/jobs", "{\"spec\": \"Tell whether a year is a leap year\"}");

        String path = "/jobs/" + job.get("id").stringValue();
        assertThat(job.at("/verdict").stringValue()).isEqualTo("passed");
        assertThat(job.at("/testQuality/tests").intValue()).isEqualTo(16);
        assertThat(job.at("/testQuality/meaningful").intValue()).isEqualTo(16);
        assertThat(chain.get(path + "/artefacts/tests/test_leap_year.py"))
                .contains("test_of_whole_centuries_only_every_fourth_is_one")
                .doesNotContain("test_it_can_be_imported");
        assertThat(job.at("/usage/calls").intValue()).isEqualTo(4); // plan, build, tests, tests again
    }

    @Test
    void aBuildThatLearnsTheAnswersToItsTestsByHeartDoesNotPass() throws Exception {
        JsonNode job = chain.done("/jobs", "{\"spec\": \"Count the Collatz steps of a number\"}");

        String path = "/jobs/" + job.get("id").stringValue();
        assertThat(job.at("/status").stringValue()).isEqualTo("failed");
        assertThat(job.at("/error/code").stringValue()).isEqualTo("tests_failed");
        assertThat(chain.get(path + "/artefacts/collatz.py")).contains("STEPS = {\n    ");
        JsonNode rounds = Chain.json(chain.get(path + "/rounds")).get("rounds");
        assertThat(rounds.at("/0/failed").intValue()).isEqualTo(9);
        assertThat(rounds.at("/1/failed").intValue()).isEqualTo(4);
        assertThat(rounds.at("/2/failed").intValue()).isEqualTo(2);
    }

    @Test
    void aTestThatContradictsTheSpecificationIsReplacedWithAReason() throws Exception {
        JsonNode job = chain.done("/jobs", "{\"spec\": \"Validate numbers with the Luhn algorithm\"}");

        String path = "/jobs/" + job.get("id").stringValue();
        assertThat(job.at("/status").stringValue()).isEqualTo("completed");
        assertThat(job.at("/verdict").stringValue()).isEqualTo("passed");
        assertThat(chain.get(path + "/events"))
                .contains(
                        "\"replaced\":[{\"test\":\"tests/test_luhn.py::test_a_single_digit\",\"why\":\"The interface");
        assertThat(chain.get(path + "/rounds"))
                .contains("-    assert is_valid(\\\"0\\\") is True\\n+    assert is_valid(\\\"0\\\") is False");
    }
}

package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a client may rely on, over the real chain: every kind of job, and the ways in which one can end. */
class AcceptanceIT {

    @TempDir
    static Path folder;

    private static Chain chain;

    @BeforeAll
    static void start() {
        chain = new Chain(folder.resolve("data"), Map.of("NEXUS_MODELS_OFFLINE_LATENCY", "50ms"));
    }

    @AfterAll
    static void stop() {
        chain.close();
    }

    @Test
    void aPlanJobGivesAPlan() throws Exception {
        JsonNode job = chain.done("/tasks/plan", "{\"spec\": \"a library for prime numbers, by a sieve\"}");

        assertThat(job.get("status").stringValue()).isEqualTo("completed");
        assertThat(job.get("plan").get("steps").size()).isPositive();
        assertThat(job.get("artefacts")).isEmpty();
    }

    @Test
    void aBuildJobGivesTheFilesOfAnEarlierPlan() throws Exception {
        JsonNode planned = chain.done("/tasks/plan", "{\"spec\": \"matrix operations\"}");

        JsonNode job = chain.done("/tasks/build", "{\"job\": " + planned.get("id") + "}");

        assertThat(job.get("status").stringValue()).isEqualTo("completed");
        assertThat(paths(job)).isNotEmpty().noneMatch(path -> path.startsWith("tests/"));
    }

    @Test
    void aBuildJobTakesAPlanByValue() throws Exception {
        JsonNode planned = chain.done("/tasks/plan", "{\"spec\": \"Convert temperatures\"}");

        JsonNode job = chain.done("/tasks/build", "{\"plan\": " + planned.get("plan") + "}");

        assertThat(job.get("status").stringValue()).isEqualTo("completed");
        assertThat(job.get("fidelity").stringValue()).isEqualTo("implementation");
    }

    @Test
    void aTestJobRunsTheTestsThatItWasGiven() throws Exception {
        JsonNode job = chain.done("/tasks/test", """
                {"files": [{"path": "app.py", "content": "def double(n):\\n    return n * 2\\n"},
                 {"path": "tests/test_app.py", "content": "from app import double\\ndef test_good():\\n    assert \
                double(2) == 4\\ndef test_bad():\\n    assert double(2) == 5\\n"}]}\
                """);

        assertThat(job.get("status").stringValue()).isEqualTo("completed");
        assertThat(job.get("verdict").stringValue()).isEqualTo("failed");
        assertThat(outcomes(job)).containsExactlyInAnyOrder("passed", "failed");
    }

    @Test
    void aTestJobWritesTestsWhereOnlyASpecificationIsGiven() throws Exception {
        JsonNode job = chain.done(
                "/tasks/test",
                "{\"spec\": \"doubling\", \"files\": [{\"path\": \"app.py\", \"content\":"
                        + " \"def double(n):\\n    return n * 2\\n\"}]}");

        assertThat(job.get("status").stringValue()).isEqualTo("completed");
        assertThat(paths(job)).anyMatch(path -> path.startsWith("tests/test_"));
    }

    @Test
    void aPipelineIsRepairedWhenItsFirstBuildIsWrong() throws Exception {
        JsonNode job = chain.done("/jobs", "{\"spec\": \"Build a bank account with deposits and withdrawals\"}");

        assertThat(job.get("status").stringValue()).isEqualTo("completed");
        assertThat(job.get("verdict").stringValue()).isEqualTo("passed");
        assertThat(tasks(job)).anyMatch(task -> task.startsWith("build:") && task.endsWith(":r1"));
        assertThat(chain.get("/jobs/" + job.get("id").stringValue() + "/events"))
                .contains("\"verdict\":\"failed\"")
                .contains("\"verdict\":\"passed\"");
    }

    @Test
    void whatARepairChangedIsInItsEventsAndInTheRounds() throws Exception {
        JsonNode job = chain.done("/jobs", "{\"spec\": \"Simulate a bank account: deposit, withdraw and balance\"}");

        String path = "/jobs/" + job.get("id").stringValue();
        JsonNode rounds = Chain.json(chain.get(path + "/rounds")).get("rounds");
        String diff = rounds.at("/1/changes/0/diff").stringValue();
        assertThat(diff).startsWith("--- a/account.py\n+++ b/account.py\n").contains("""
                -        if wanted >= self._balance:
                +        if wanted > self._balance:
                """);
        assertThat(rounds.at("/0/failed").intValue()).isPositive();
        assertThat(rounds.at("/1/failed").intValue()).isZero();
        assertThat(job.get("bestRound").intValue()).isEqualTo(1);
        assertThat(chain.get(path + "/events"))
                .contains("\"changes\":[{\"path\":\"account.py\",\"diff\":\"--- a/account.py");
    }

    @Test
    void aPipelineThatCannotBeRepairedEndsAndKeepsItsBestRound() throws Exception {
        JsonNode job = chain.done("/jobs", "{\"spec\": \"Calculate the date of Easter\"}");

        String path = "/jobs/" + job.get("id").stringValue();
        assertThat(job.get("status").stringValue()).isEqualTo("failed");
        assertThat(job.at("/error/code").stringValue()).isEqualTo("no_progress");
        assertThat(job.at("/error/message").stringValue())
                .startsWith("repair round 2 changed no file, so that another round would be in vain: 9 of 25 tests"
                        + " failed; files and report of the first build are kept, in which most tests passed.");
        assertThat(tasks(job)).contains("test:r1", "build:easter:r2").doesNotContain("test:r2");
        assertThat(job.get("bestRound").intValue()).isZero();
        assertThat(outcomes(job)).filteredOn("passed"::equals).hasSize(19);
        assertThat(chain.get(path + "/artefacts/easter.py")).doesNotContain("a week late");
        JsonNode rounds = Chain.json(chain.get(path + "/rounds")).get("rounds");
        assertThat(rounds.at("/1/passed").intValue()).isEqualTo(16);
        assertThat(rounds.at("/1/changes/0/diff").stringValue()).contains("+        days -= 7  # some dates came out");
        assertThat(chain.get(path + "/report.xml")).contains("tests=\"25\" failures=\"6\"");
    }

    @Test
    void aPipelineThatMayNotRepairFailsWithItsTests() throws Exception {
        JsonNode job = chain.done(
                "/jobs",
                "{\"spec\": \"Build a bank account with deposits and withdrawals\", \"options\": {\"maxRepairs\": 0}}");

        assertThat(job.get("status").stringValue()).isEqualTo("failed");
        assertThat(job.get("error").get("code").stringValue()).isEqualTo("tests_failed");
        assertThat(paths(job)).isNotEmpty();
    }

    @Test
    void aRecordStoreOfAnyKindIsReallyBuilt() throws Exception {
        JsonNode job = chain.done(
                "/jobs", "{\"spec\": \"Store recipes with fields title:str, minutes:int; add, list, find, delete\"}");

        assertThat(job.get("verdict").stringValue()).isEqualTo("passed");
        assertThat(job.get("fidelity").stringValue()).isEqualTo("implementation");
    }

    @Test
    void whatTheOfflineModelCannotImplementIsAScaffoldAndSaysSoEverywhere() throws Exception {
        JsonNode job = chain.done("/jobs", "{\"spec\": \"A ray tracer with soft shadows\"}");

        assertThat(job.get("status").stringValue()).isEqualTo("failed");
        assertThat(job.get("error").get("code").stringValue()).isEqualTo("scaffold_only");
        assertThat(job.get("fidelity").stringValue()).isEqualTo("scaffold");
        assertThat(job.get("notice").stringValue()).contains("ENABLE_LIVE_LLM=true");
        assertThat(chain.get("/jobs/" + job.get("id").stringValue() + "/events"))
                .contains("\"fidelity\":\"scaffold\"");
    }

    @Test
    void anotherLanguageIsRefused() throws Exception {
        JsonNode job = chain.done("/jobs", "{\"spec\": \"A stack, written in Rust\"}");

        assertThat(job.get("error").get("code").stringValue()).isEqualTo("unsupported_language");
    }

    @Test
    void anEqualSpecificationGetsItsPlanFromTheCache() throws Exception {
        String spec = "{\"spec\": \"Count words and letters: statistics of a text\"}";
        chain.done("/tasks/plan", spec);

        JsonNode again = chain.done("/tasks/plan", spec);

        assertThat(again.get("usage").get("calls").intValue()).isZero();
        assertThat(again.get("usage").get("reused").intValue()).isEqualTo(1);
    }

    @Test
    void noCacheAsksTheModelAgain() throws Exception {
        chain.done("/tasks/plan", "{\"spec\": \"fizzbuzz\"}");

        JsonNode again = chain.done("/tasks/plan", "{\"spec\": \"fizzbuzz\", \"options\": {\"noCache\": true}}");

        assertThat(again.get("usage").get("calls").intValue()).isEqualTo(1);
    }

    private static List<String> paths(JsonNode job) {
        return texts(job.get("artefacts"), "path");
    }

    private static List<String> tasks(JsonNode job) {
        return texts(job.get("tasks"), "id");
    }

    private static List<String> outcomes(JsonNode job) {
        return texts(job.get("report").get("tests"), "outcome");
    }

    private static List<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(each -> each.get(field).stringValue())
                .toList();
    }
}

package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Code that is there already is changed by a specification: the whole chain, with the offline model. */
class FollowUpIT {

    private static final String STORE = "Store recipes with fields title:str, minutes:int; add, list, find";

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

    private static Map<String, String> hashes(JsonNode job) {
        Map<String, String> hashes = new HashMap<>();
        job.get("artefacts")
                .forEach(file -> hashes.put(
                        file.get("path").stringValue(), file.get("sha256").stringValue()));
        return hashes;
    }

    private static String change(JsonNode base, String spec) {
        return "{\"spec\": \"" + spec + "\", \"basedOn\": \"" + base.get("id").stringValue() + "\"}";
    }

    @Test
    void whatIsAddedStandsBesideWhatWasThereAndAllTestsRun() throws Exception {
        JsonNode base = chain.done("/jobs", "{\"spec\": \"Convert Roman numerals to integers and back\"}");

        JsonNode job = chain.done("/jobs", change(base, "An LRU cache"));

        assertThat(job.get("status").stringValue()).as(job.toString()).isEqualTo("completed");
        assertThat(job.get("basedOn").stringValue()).isEqualTo(base.get("id").stringValue());
        assertThat(hashes(job))
                .containsAllEntriesOf(hashes(base))
                .hasSizeGreaterThan(hashes(base).size());
        long testsBefore = base.at("/report/totals/passed").longValue();
        assertThat(job.at("/report/totals/passed").longValue()).isGreaterThan(testsBefore);
    }

    @Test
    void whatIsChangedIsToldAsADiff() throws Exception {
        JsonNode base = chain.done("/jobs", "{\"spec\": \"" + STORE + "\"}");

        JsonNode job = chain.done("/jobs", change(base, STORE + ", delete"));

        assertThat(job.get("status").stringValue()).as(job.toString()).isEqualTo("completed");
        JsonNode changes = Chain.json(chain.get("/jobs/" + job.get("id").stringValue() + "/rounds"))
                .at("/rounds/0/changes");
        assertThat(changes).isNotEmpty();
        assertThat(changes.get(0).get("diff").stringValue()).contains("@@", "delete");
        assertThat(hashes(job).keySet()).anyMatch(path -> path.endsWith("_2.py"));
        hashes(base).forEach((path, hash) -> {
            if (path.startsWith("tests/")) {
                assertThat(hashes(job)).containsEntry(path, hash);
            }
        });
    }

    @Test
    void filesOfOnesOwnAreChangedToo() throws Exception {
        JsonNode job = chain.done(
                "/jobs",
                "{\"spec\": \"Convert Roman numerals to integers and back\", \"files\":"
                        + " [{\"path\": \"answer.py\", \"content\": \"ANSWER = 42\\n\"},"
                        + " {\"path\": \"tests/test_answer.py\", \"content\":"
                        + " \"from answer import ANSWER\\n\\n\\ndef test_it():\\n    assert ANSWER == 42\\n\"}]}");

        assertThat(job.get("status").stringValue()).as(job.toString()).isEqualTo("completed");
        assertThat(hashes(job)).containsKeys("answer.py", "tests/test_answer.py");
        assertThat(job.at("/report/tests").toString()).contains("tests/test_answer.py::test_it");
    }

    @Test
    void whatCannotBeChangedIsRefused() throws Exception {
        JsonNode plan = chain.done("/tasks/plan", "{\"spec\": \"An LRU cache\"}");

        HttpResponse<String> without = chain.post("/jobs", change(plan, "A stack"));
        HttpResponse<String> both = chain.post(
                "/jobs",
                change(plan, "A stack").replace("}", ", \"files\": [{\"path\": \"a.py\", \"content\": \"\"}]}"));
        HttpResponse<String> much = chain.post(
                "/jobs",
                "{\"spec\": \"A stack\", \"files\": [{\"path\": \"a.py\", \"content\": \"" + "x".repeat(150_000)
                        + "\"}, {\"path\": \"b.py\", \"content\": \"" + "x".repeat(150_000) + "\"}]}");

        assertThat(without.statusCode()).isEqualTo(400);
        assertThat(without.body()).contains("/basedOn", "has no files");
        assertThat(both.statusCode()).isEqualTo(400);
        assertThat(both.body()).contains("not both");
        assertThat(much.statusCode()).isEqualTo(400);
        assertThat(much.body()).contains("300000 bytes together, the limit of what is to be changed is 200000");
    }
}

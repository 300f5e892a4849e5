package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A finished job that is done again from each of its stages on, over the real chain. */
class RetryIT {

    @TempDir
    static Path folder;

    private static Chain chain;
    private static JsonNode original;

    @BeforeAll
    static void start() throws Exception {
        chain = new Chain(folder.resolve("data"), Map.of("NEXUS_MODELS_OFFLINE_LATENCY", "20ms"));
        original = chain.done("/jobs", "{\"spec\": \"Build a bank account with deposits and withdrawals\"}");
    }

    @AfterAll
    static void stop() {
        chain.close();
    }

    @Test
    void fromPlanEverythingIsDoneAnew() throws Exception {
        JsonNode retried = retried("plan");

        assertThat(tasks(retried)).contains("plan", "tests", "test").anyMatch(task -> task.startsWith("build:"));
        assertThat(retried.get("plan")).isEqualTo(original.get("plan"));
    }

    @Test
    void fromBuildThePlanIsThere() throws Exception {
        JsonNode retried = retried("build");

        assertThat(tasks(retried)).doesNotContain("plan").contains("tests", "test");
        assertThat(retried.get("planHash")).isEqualTo(original.get("planHash"));
    }

    @Test
    void fromTestNothingIsAsked() throws Exception {
        JsonNode retried = retried("test");

        assertThat(tasks(retried)).containsExactly("test");
        assertThat(retried.at("/usage/calls").intValue()).isZero();
        assertThat(retried.get("artefacts").size())
                .isEqualTo(original.get("artefacts").size());
    }

    /** The new job, once it has passed. */
    private static JsonNode retried(String from) throws Exception {
        String id = original.get("id").stringValue();
        JsonNode retried = chain.done("/jobs/" + id + "/retry", "{\"from\": \"" + from + "\"}");
        assertThat(retried.get("basedOn").stringValue()).isEqualTo(id);
        assertThat(retried.get("status").stringValue()).isEqualTo("completed");
        assertThat(retried.at("/report/verdict").stringValue()).isEqualTo("passed");
        return retried;
    }

    private static List<String> tasks(JsonNode job) {
        List<String> ids = new ArrayList<>();
        job.get("tasks").forEach(task -> ids.add(task.get("id").stringValue()));
        return ids;
    }
}

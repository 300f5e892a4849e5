package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** After ten jobs: what the services show, and whether the dashboard and the alerts find it there. */
@Timeout(300)
class FiguresIT {

    private static final Path DEPLOY = Path.of("../deploy");

    /** Prometheus makes it. */
    private static final String UP = "up";

    @TempDir
    private static Path folder;

    private static Chain chain;
    private static Figures figures;

    @BeforeAll
    static void tenJobs() throws Exception {
        chain = new Chain(
                folder, Map.of("MANAGEMENT_SERVER_PORT", "0", "NEXUS_TENANTS_DEFAULT_BUDGETPERDAYUSD", "100"));
        List<String> jobs = new ArrayList<>();
        for (String spec : List.of("Convert Roman numerals to integers and back", "the date of Easter in any year")) {
            jobs.add(chain.submit("/jobs", "{\"spec\": \"" + spec + "\"}"));
        }
        for (int i = 0; i < 7; i++) {
            jobs.add(chain.submit("/tasks/plan", "{\"spec\": \"a stack of numbers, of kind " + i + "\"}"));
        }
        String cancelled = chain.submit("/jobs", "{\"spec\": \"an LRU cache\"}");
        chain.post("/jobs/" + cancelled + "/cancel", "");
        jobs.add(cancelled);
        jobs.forEach(chain::ended);
        figures = await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> Figures.read(chain.figures()),
                        read -> read.sum("nexus_job_duration_seconds_count") == jobs.size()
                                && read.sum("nexus_worker_slots_used") == 0);
    }

    @AfterAll
    static void stop() {
        chain.close();
    }

    @Test
    void jobsTasksCallsAndRunsAreCounted() {
        assertThat(figures.sum("nexus_jobs_accepted_total")).isEqualTo(10);
        assertThat(figures.sum("nexus_job_duration_seconds_count", "kind", "plan", "outcome", "completed"))
                .isEqualTo(7);
        assertThat(figures.sum("nexus_job_duration_seconds_count", "kind", "pipeline", "outcome", "failed"))
                .isEqualTo(1);
        assertThat(figures.sum("nexus_jobs_failed_total", "code", "no_progress"))
                .isEqualTo(1);
        assertThat(figures.sum("nexus_task_wait_seconds_count", "task", "plan")).isBetween(9.0, 10.0);
        assertThat(figures.sum("nexus_task_duration_seconds_count", "task", "test", "outcome", "completed"))
                .isPositive();
        assertThat(figures.sum("nexus_jobs_open")).isZero();
        assertThat(figures.sum("nexus_workers", "service", "builder-service")).isEqualTo(1);
        assertThat(figures.sum("nexus_agent_ready")).isEqualTo(3);
        assertThat(figures.sum("nexus_gateway_driving")).isEqualTo(1);
        assertThat(figures.sum("nexus_model_calls_total", "provider", "offline", "outcome", "answered"))
                .isGreaterThan(10);
        assertThat(figures.sum("nexus_model_tokens_total", "type", "output")).isPositive();
        assertThat(figures.sum("nexus_sandbox_run_seconds_count", "pass", "tests", "verdict", "passed"))
                .isPositive();
        assertThat(figures.sum("nexus_tenant_budget_usd", "tenant", "default")).isEqualTo(100);
    }

    @Test
    void noSeriesNamesAJob() {
        assertThat(figures.all())
                .allSatisfy(series -> assertThat(series.labels().values())
                        .noneMatch(value -> value.matches(".*[0-9a-f]{8}-[0-9a-f]{4}-7.*")));
        assertThat(figures.all().size()).isLessThan(3000);
    }

    @Test
    void everyPanelOfTheDashboardHasData() throws IOException {
        JsonNode dashboard = Json.tree(Files.readAllBytes(DEPLOY.resolve("grafana/dashboards/nexus.json")));
        Map<String, String> expressions = new LinkedHashMap<>();
        for (JsonNode panel : dashboard.get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                expressions.put(
                        panel.get("title").stringValue() + "/"
                                + target.get("refId").stringValue(),
                        target.get("expr").stringValue());
            }
        }

        assertThat(expressions).hasSizeGreaterThan(20);
        assertAllAreShown(expressions);
    }

    @Test
    void everyAlertLooksAtWhatThereIs() throws IOException {
        JsonNode alerts = new YAMLMapper().readTree(Files.readAllBytes(DEPLOY.resolve("prometheus/alerts.yml")));
        Map<String, String> expressions = new LinkedHashMap<>();
        for (JsonNode rule : alerts.get("groups").get(0).get("rules")) {
            expressions.put(rule.get("alert").stringValue(), rule.get("expr").stringValue());
            assertThat(rule.get("annotations").get("remedy").stringValue()).isNotBlank();
        }

        assertThat(expressions.keySet())
                .containsAll(
                        Set.of("NexusQueueAge", "NexusNoWorker", "NexusFoldLag", "NexusJobsFail", "NexusBudgetBurn"));
        assertAllAreShown(expressions);
    }

    @Test
    void whatWorkersAreScaledByIsThere() throws IOException {
        Map<String, String> expressions = new LinkedHashMap<>();
        try (var documents = new YAMLMapper()
                .readerFor(JsonNode.class)
                .<JsonNode>readValues(Files.readAllBytes(DEPLOY.resolve("kubernetes/keda.yaml")))) {
            documents.forEachRemaining(scaled -> scaled.path("spec")
                    .path("triggers")
                    .forEach(trigger -> expressions.put(
                            scaled.get("metadata").get("name").stringValue(),
                            trigger.get("metadata").get("query").stringValue())));
        }

        assertThat(expressions).hasSize(3);
        assertAllAreShown(expressions);
    }

    private static void assertAllAreShown(Map<String, String> expressions) {
        expressions.forEach((where, expression) -> {
            List<Selector> selectors = Selector.in(expression);
            assertThat(selectors).as(where).isNotEmpty();
            for (Selector selector : selectors) {
                if (!selector.metric().equals(UP)) {
                    assertThat(figures.all())
                            .as(where + " looks for " + selector)
                            .anyMatch(selector::chooses);
                }
            }
        });
    }
}

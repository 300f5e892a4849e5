package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.BadSqlGrammarException;
import tools.jackson.databind.JsonNode;

/** The whole chain with a real PostgreSQL that comes and goes, and topics that lose all they have. */
@Timeout(600)
class ArchiveIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> TOPICS = List.of("job-events", "job-artefacts", "model-calls");
    private static final String WITH_A_REPAIR = "{\"spec\": \"A bank account\"}";

    private static final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private static Path folder;

    private static Postgres postgres;
    private static Chain chain;
    private static String first;
    private static JsonNode healthWithoutDatabase;

    @BeforeAll
    static void startWithoutTheDatabase() throws Exception {
        Optional<Path> programs = Postgres.programs();
        assumeTrue(programs.isPresent(), "postgres is not installed (package postgresql)");
        postgres = new Postgres(programs.get());
        chain = new Chain(
                folder.resolve("data"),
                Map.of(
                        "NEXUS_ARCHIVE", "jdbc",
                        "SPRING_DATASOURCE_URL", postgres.url(),
                        "SPRING_DATASOURCE_USERNAME", Postgres.USER,
                        "SPRING_DATASOURCE_PASSWORD", Postgres.PASSWORD,
                        "NEXUS_HISTORY_MAXJOBSINMEMORY", "0",
                        "NEXUS_TESTER_SCRUTINY_ENABLED", "false",
                        "NEXUS_MODELS_OFFLINE_LATENCY", "10ms"));
        first = chain.done("/jobs", WITH_A_REPAIR).get("id").stringValue();
        healthWithoutDatabase = awaitHealth(true);
        postgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (chain != null) {
            chain.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        http.close();
    }

    @Test
    void aDatabaseThatIsAwayAtTheStartKeepsNoJobFromItsEndAndIsToldOf() throws Exception {
        assertThat(chain.job(first).get("status").stringValue()).isEqualTo("completed");
        assertThat(healthWithoutDatabase.get("status").stringValue()).isEqualTo("UP");
        assertThat(healthWithoutDatabase.get("archive").stringValue())
                .startsWith("behind since 2")
                .contains("refused")
                .doesNotContain(Postgres.PASSWORD);
        awaitHealth(false);
    }

    @Test
    void aFinishedJobIsReadWithAllItsFilesWhenTheTopicsHaveLostThem() throws Exception {
        String job = chain.done("/jobs", WITH_A_REPAIR).get("id").stringValue();
        Map<String, byte[]> before = answers(job);
        awaitCopied();

        loseAll();

        assertThat(before.keySet())
                .contains("/artefacts/account.py", "/report.xml", "/artefacts.zip")
                .hasSizeGreaterThan(8);
        for (Map.Entry<String, byte[]> each : before.entrySet()) {
            HttpResponse<byte[]> after = get("/jobs/" + job + each.getKey());
            assertThat(after.statusCode()).as(each.getKey()).isEqualTo(200);
            assertThat(after.body()).as(each.getKey()).isEqualTo(each.getValue());
        }
        assertThat(new String(get("/jobs?q=BANK").body(), java.nio.charset.StandardCharsets.UTF_8))
                .contains(job);
    }

    @Test
    void aDatabaseThatIsStoppedForAWhileLosesNothing() throws Exception {
        awaitCopied();
        postgres.stop();
        String job = chain.done("/jobs", WITH_A_REPAIR).get("id").stringValue();
        Map<String, byte[]> before = answers(job);
        JsonNode health = awaitHealth(true);
        HttpResponse<byte[]> list = get("/jobs");
        HttpResponse<byte[]> nowhere = get("/jobs/0198c5a2-7c00-7000-8000-000000000001");

        postgres.start();
        awaitHealth(false);
        awaitCopied();
        loseAll();

        assertThat(health.get("status").stringValue()).isEqualTo("UP");
        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(nowhere.statusCode()).as("it may be in the archive").isEqualTo(503);
        for (Map.Entry<String, byte[]> each : before.entrySet()) {
            assertThat(get("/jobs/" + job + each.getKey()).body())
                    .as(each.getKey())
                    .isEqualTo(each.getValue());
        }
        assertThat(get("/jobs/0198c5a2-7c00-7000-8000-000000000001").statusCode())
                .isEqualTo(404);
        assertThat(postgres.sql()
                        .sql("select count(*) from archive_record group by topic, part, log_offset having count(*) > 1")
                        .query(Integer.class)
                        .list())
                .isEmpty();
    }

    /** What the gateway says of a job, by path, with each of its files. */
    private static Map<String, byte[]> answers(String job) throws IOException, InterruptedException {
        List<String> parts = new ArrayList<>(
                List.of("", "/events", "/rounds", "/calls", "/report.xml", "/artefacts", "/artefacts.zip"));
        Chain.json(chain.get("/jobs/" + job + "/artefacts"))
                .get("artefacts")
                .forEach(file -> parts.add("/artefacts/" + file.get("path").stringValue()));
        Map<String, byte[]> answers = new LinkedHashMap<>();
        for (String part : parts) {
            HttpResponse<byte[]> answer = get("/jobs/" + job + part);
            assertThat(answer.statusCode()).as(part).isEqualTo(200);
            answers.put(part, answer.body());
        }
        return answers;
    }

    private static HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(chain.gateway().resolve(path))
                        .timeout(LIMIT)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonNode awaitHealth(boolean behind) {
        return await().atMost(LIMIT).until(() -> Chain.json(chain.get("/health")), h -> h.has("archive") == behind);
    }

    // --- on the topics -------------------------------------------------------------------------

    private static void awaitCopied() throws Exception {
        long written;
        try (Admin admin = admin()) {
            Map<TopicPartition, OffsetSpec> all = new HashMap<>();
            partitions(admin).forEach(partition -> all.put(partition, OffsetSpec.latest()));
            written = admin.listOffsets(all).all().get().values().stream()
                    .mapToLong(end -> end.offset())
                    .sum();
        }
        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(BadSqlGrammarException.class) // the tables are still to be made
                .until(() -> postgres.sql()
                                .sql("select coalesce(sum(next_offset), 0) from archive_offset")
                                .query(Long.class)
                                .single()
                        >= written);
    }

    /** As when the retention of everything has passed. */
    private static void loseAll() throws Exception {
        try (Admin admin = admin()) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            partitions(admin).forEach(partition -> all.put(partition, RecordsToDelete.beforeOffset(-1)));
            admin.deleteRecords(all).all().get();
        }
    }

    private static List<TopicPartition> partitions(Admin admin) throws Exception {
        List<TopicPartition> all = new ArrayList<>();
        for (TopicDescription topic :
                admin.describeTopics(TOPICS).allTopicNames().get().values()) {
            topic.partitions().forEach(each -> all.add(new TopicPartition(topic.name(), each.partition())));
        }
        return all;
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", chain.bootstrapServers()));
    }
}

package dev.nexus.gateway.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.CannotStart;
import dev.nexus.contract.EventId;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Json;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.archive.ArchivedJob.Phase;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.job.JobSummary;
import dev.nexus.gateway.log.JobFeed;
import dev.nexus.gateway.log.JobTable;
import dev.nexus.gateway.log.JobTable.Filter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.env.MockEnvironment;

/** The archive's statements, on H2. */
class ArchiveStoreTest {

    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Instant START = Instant.parse("2026-03-02T09:15:27.123Z");
    private static final Filter ALL = new Filter(null, null, null, null, null);

    private final Random random = new Random(1);
    private Database database;
    private ArchiveStore store;
    private JdbcClient sql;
    private int events;
    private int artefacts;
    private long offset;

    @BeforeEach
    void open() {
        database = Database.of(settings("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1"));
        database.migrate();
        store = new ArchiveStore(database.source(), new Topics(""));
        sql = JdbcClient.create(database.source());
        events = store.topic(Uuid.randomUuid(), Topic.JOB_EVENTS);
        artefacts = store.topic(Uuid.randomUuid(), Topic.JOB_ARTEFACTS);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static MockEnvironment settings(String url) {
        return new MockEnvironment()
                .withProperty("spring.datasource.url", url)
                .withProperty("spring.datasource.username", "sa")
                .withProperty("spring.datasource.hikari.connection-timeout", "30000")
                .withProperty("spring.datasource.password", "");
    }

    @Test
    void aDatabaseOfAnotherKindIsRefusedWithTheSettingAndNotItsValue() {
        assertThatThrownBy(() -> Database.of(settings("jdbc:mysql://root:geheim@localhost/nexus")))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("spring.datasource.url")
                .hasMessageContaining("jdbc:postgresql:")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void migratingAgainChangesNothing() {
        JobId job = ended("a stack", START);

        database.migrate();

        assertThat(store.find(job)).isPresent();
    }

    @Test
    void oneCopiesAtATimeAndAnotherOnceItsTimeIsOver() {
        assertThat(store.takeLease("one", LEASE)).isTrue();
        assertThat(store.takeLease("two", LEASE)).isFalse();
        assertThat(store.takeLease("one", LEASE)).isTrue();

        sql.sql("update archive_lease set expires_at = current_timestamp - interval '1' second")
                .update();

        assertThat(store.takeLease("two", LEASE)).isTrue();
        assertThatThrownBy(() -> store.write("one", LEASE, () -> store.advance(events, 0, 7)))
                .isInstanceOf(ArchiveStore.LeaseLost.class);
        assertThat(store.offsets(events)).isEmpty();
    }

    @Test
    void whoLeavesLetsAnotherCopyAtOnce() {
        store.takeLease("one", LEASE);

        store.leave("one");

        assertThat(store.takeLease("two", LEASE)).isTrue();
    }

    @Test
    void theRowsAndTheOffsetAreThereTogetherOrNotAtAll() {
        store.takeLease("one", LEASE);
        JobId job = JobId.next(START.toEpochMilli(), random);

        assertThatThrownBy(() -> store.write("one", LEASE, () -> {
                    store.insert(List.of(new ArchiveStore.Row(events, record(job, accepted("a stack"), 5, START))));
                    store.advance(events, 0, 6);
                    throw new IllegalStateException("the process was killed here");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(count("archive_record")).isZero();
        assertThat(store.offsets(events)).isEmpty();
    }

    @Test
    void headersComeBackAsTheyWere() {
        Headers headers = new RecordHeaders();
        headers.add("ce_id", "ä/€".getBytes(StandardCharsets.UTF_8));
        headers.add("raw", new byte[] {0, -1, 34, 92});
        headers.add("raw", new byte[0]);
        headers.add("none", null);

        assertThat(ArchiveStore.headers(ArchiveStore.text(headers))).isEqualTo(headers);
    }

    @Test
    void aJobIsFoldedFromItsRecords() {
        JobId job = ended("a stack\nof numbers", START);

        JobState state = feed(job).orElseThrow().state();

        assertThat(state.status()).isEqualTo(JobStatus.COMPLETED);
        assertThat(state.seq()).isEqualTo(2);
        assertThat(state.request().spec()).isEqualTo("a stack\nof numbers");
        assertThat(state.createdAt()).isEqualTo(START);
    }

    @Test
    void anOpenJobIsNotShown() {
        JobId job = JobId.next(START.toEpochMilli(), random);
        begin(job, "a stack", START);

        assertThat(store.find(job)).isEmpty();
        assertThat(store.page(ALL, null, null, 10)).isEmpty();
    }

    @Test
    void pagesGoOnWhereTheyStoppedAlsoAmongJobsOfOneMoment() {
        List<JobId> jobs = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            jobs.add(ended("job " + i, START.plusMillis(i / 3)));
        }
        jobs.sort(java.util.Comparator.comparing(
                        (JobId job) -> feed(job).orElseThrow().state().createdAt())
                .thenComparing(job -> job)
                .reversed());

        List<JobId> shown = new ArrayList<>();
        JobTable.Position before = null;
        for (List<JobSummary> page = store.page(ALL, null, null, 2);
                !page.isEmpty();
                page = store.page(ALL, before, null, 2)) {
            page.forEach(job -> shown.add(job.id()));
            before = new JobTable.Position(
                    page.getLast().createdAt(), page.getLast().id());
        }

        assertThat(shown).isEqualTo(jobs);
    }

    @Test
    void aListShowsWhatItsFilterTakes() {
        JobId stack = ended("A Stack with 100% coverage_", START);
        ended("a queue", START.plusSeconds(1));

        assertThat(ids(new Filter("default", JobStatus.COMPLETED, JobKind.PLAN, START.minusSeconds(1), "100% COV")))
                .containsExactly(stack);
        assertThat(ids(new Filter(null, null, null, null, "coverage%"))).isEmpty();
        assertThat(ids(new Filter("acme", null, null, null, null))).isEmpty();
        assertThat(ids(new Filter(null, JobStatus.FAILED, null, null, null))).isEmpty();
        assertThat(ids(new Filter(null, null, JobKind.BUILD, null, null))).isEmpty();
        assertThat(ids(new Filter(null, null, null, START, null))).hasSize(1).doesNotContain(stack);
    }

    @Test
    void aTextThatPostgresqlCannotHoldIsReplaced() {
        JobId job = ended("a \0 stack", START);

        assertThat(ids(new Filter(null, null, null, null, "\0 stack"))).containsExactly(job);
        assertThat(store.page(ALL, null, null, 1).getFirst().title()).isEqualTo("a \ufffd stack");
    }

    @Test
    void anIdThatIsUsedAgainShowsTheNewerJobAlone() {
        JobId job = ended("the first", START);
        ended(job, "the second", START.plusSeconds(60));

        assertThat(feed(job).orElseThrow().state().request().spec()).isEqualTo("the second");
        assertThat(ids(ALL)).containsExactly(job);
    }

    @Test
    void aDeletedJobIsGoneWithItsRows() {
        JobId job = ended("a stack", START);
        JobId other = ended("a queue", START);

        assertThat(store.delete(job)).isTrue();

        assertThat(store.delete(job)).isFalse();
        assertThat(ids(ALL)).containsExactly(other);
        assertThat(rowsOf(job)).isZero();
        assertThat(rowsOf(other)).isEqualTo(2);
    }

    @Test
    void aFileStaysAsLongAsAJobShowsIt() {
        JobId first = ended("a stack", START);
        ArtefactRef file = save(first, "stack.py");
        store.refer(first, artefacts, List.of(file));
        JobId second = ended("a retry of it", START.plusSeconds(1));
        store.refer(second, artefacts, List.of(file));

        store.delete(first);
        List<byte[]> afterTheFirst = store.files(file);
        store.delete(second);

        assertThat(afterTheFirst).hasSize(1);
        assertThat(store.files(file)).isEmpty();
    }

    @Test
    void whatEndedTooLongAgoIsHiddenAndSwept() {
        JobId old = ended("old", START);
        JobId young = ended("young", START.plusSeconds(100));

        int hidden = store.hideEndedBefore(START.plusSeconds(50));
        store.sweep(START.plusSeconds(50));

        assertThat(hidden).isEqualTo(1);
        assertThat(ids(ALL)).containsExactly(young);
        assertThat(rowsOf(old)).isZero();
        assertThat(count("archive_job")).isEqualTo(1);
    }

    @Test
    void whatNeverBecameAJobIsSwept() {
        save(JobId.next(START.toEpochMilli(), random), "refused.py");
        JobId job = ended("a stack", START);
        ArtefactRef kept = save(job, "stack.py");

        store.sweepStray(START.minusSeconds(1), START.plusSeconds(1));

        assertThat(count("archive_record")).isEqualTo(3);
        assertThat(store.files(kept)).hasSize(1);
    }

    @Test
    void whatAnotherInstallationHasYetToCopyTheJobOfStays() {
        JobId job = JobId.next(START.toEpochMilli(), random);
        ArtefactRef file = save(job, "stack.py"); // the events follow behind it

        new ArchiveStore(database.source(), new Topics("other-"))
                .sweepStray(START.minusSeconds(1), START.plusSeconds(1));

        assertThat(store.files(file)).hasSize(1);
    }

    // --- as the one who copies ---------------------------------------------------------------

    private JobId ended(String spec, Instant at) {
        JobId job = JobId.next(at.toEpochMilli(), random);
        ended(job, spec, at);
        return job;
    }

    private void ended(JobId job, String spec, Instant at) {
        ArchivedJob row = begin(job, spec, at);
        JobEvent last = new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION);
        store.insert(List.of(new ArchiveStore.Row(events, record(job, last, offset++, at.plusMillis(5)))));
        store.end(row, JobFeed.of(store.events(row)).orElseThrow().state());
    }

    private ArchivedJob begin(JobId job, String spec, Instant at) {
        ArchivedJob row = new ArchivedJob(job, events, 0, offset, at, Phase.OPEN);
        store.begin(row, accepted(spec));
        store.insert(List.of(new ArchiveStore.Row(events, record(job, accepted(spec), offset++, at))));
        return row;
    }

    private ArtefactRef save(JobId job, String path) {
        byte[] content = path.getBytes(StandardCharsets.UTF_8);
        var record = new ConsumerRecord<>(
                "job-artefacts",
                0,
                offset++,
                START.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                -1,
                -1,
                job.value(),
                content,
                new RecordHeaders(),
                Optional.empty());
        store.insert(List.of(new ArchiveStore.Row(artefacts, record)));
        return new ArtefactRef(path, "00", content.length, 0, record.offset());
    }

    private static JobAccepted accepted(String spec) {
        return new JobAccepted(
                JobKind.PLAN, "default", spec, null, List.of(), null, JobOptions.DEFAULTS, Map.of(), "hash");
    }

    private static ConsumerRecord<String, byte[]> record(JobId job, JobEvent event, long offset, Instant at) {
        Headers headers = new RecordHeaders();
        headers.add("ce_id", EventId.of(job, event, "").toString().getBytes(StandardCharsets.UTF_8));
        return new ConsumerRecord<>(
                "job-events",
                0,
                offset,
                at.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                -1,
                -1,
                job.value(),
                Json.write(event),
                headers,
                Optional.empty());
    }

    // --- as one who reads --------------------------------------------------------------------

    private Optional<JobFeed> feed(JobId job) {
        return store.find(job).flatMap(row -> JobFeed.of(store.events(row)));
    }

    private List<JobId> ids(Filter filter) {
        return store.page(filter, null, null, 100).stream().map(JobSummary::id).toList();
    }

    private int rowsOf(JobId job) {
        return sql.sql("select count(*) from archive_record where job = :job")
                .param("job", job.value())
                .query(Integer.class)
                .single();
    }

    private int count(String table) {
        return sql.sql("select count(*) from " + table).query(Integer.class).single();
    }
}

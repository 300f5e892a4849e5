package dev.nexus.gateway.archive;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.Json;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.archive.ArchivedJob.Phase;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.job.JobSummary;
import dev.nexus.gateway.log.JobTable;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** The archive's tables: every statement is here. Blocks. */
final class ArchiveStore {

    private static final int QUERY_SECONDS = 10;
    /** Of jobs whose rows are deleted at once. */
    private static final int SWEPT = 100;

    private static final String LIVE = "status <> 'deleted'";
    private static final String SHOWN = "status not in ('open', 'deleted')";
    private static final String OURS = "topic in (select id from archive_topic where name = :events)";

    private final JdbcTemplate rows;
    private final JdbcClient reading;
    private final JdbcClient writing;
    private final TransactionTemplate transaction;
    private final Topics topics;

    /** The lease went to another gateway; nothing of the transaction stays. */
    static final class LeaseLost extends RuntimeException {

        private static final long serialVersionUID = 1L;

        LeaseLost() {
            super("another gateway copies");
        }
    }

    ArchiveStore(DataSource source, Topics topics) {
        this.topics = topics;
        this.rows = new JdbcTemplate(source);
        this.writing = JdbcClient.create(rows);
        JdbcTemplate bounded = new JdbcTemplate(source);
        bounded.setQueryTimeout(QUERY_SECONDS);
        this.reading = JdbcClient.create(bounded);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    }

    // --- who copies --------------------------------------------------------------------------

    /** Whether {@code self} may copy for so long: nobody else does, or did within the time that they had. */
    boolean takeLease(String self, Duration lasting) {
        String installation = topics.name(Topic.JOB_EVENTS);
        writing.sql("insert into archive_lease (installation, holder, expires_at)"
                        + " values (:installation, '', timestamp with time zone '1970-01-01 00:00:00+00')"
                        + " on conflict do nothing")
                .param("installation", installation)
                .update();
        return writing.sql("update archive_lease set holder = :self, expires_at = " + in(lasting)
                                + " where installation = :installation"
                                + " and (holder = :self or expires_at < current_timestamp)")
                        .param("self", self)
                        .param("installation", installation)
                        .update()
                == 1;
    }

    /** Whoever else wants to copy may, at once. */
    void leave(String self) {
        writing.sql("update archive_lease set expires_at = current_timestamp where holder = :self")
                .param("self", self)
                .update();
    }

    /**
     * All of {@code work} or nothing, and nothing unless {@code self} still holds the lease: its row is locked until the
     * end, so that nobody takes it meanwhile.
     *
     * @throws LeaseLost if another one holds it
     */
    void write(String self, Duration lasting, Runnable work) {
        transaction.executeWithoutResult(_ -> {
            int held = writing.sql("update archive_lease set expires_at = " + in(lasting)
                            + " where installation = :installation and holder = :self")
                    .param("self", self)
                    .param("installation", topics.name(Topic.JOB_EVENTS))
                    .update();
            if (held == 0) {
                throw new LeaseLost();
            }
            work.run();
        });
    }

    private static String in(Duration lasting) {
        return "current_timestamp + interval '" + lasting.toSeconds() + "' second";
    }

    // --- how far -----------------------------------------------------------------------------

    /** The archive's number of a topic. */
    int topic(Uuid uuid, Topic kind) {
        writing.sql("insert into archive_topic (uuid, kind, name) values (:uuid, :kind, :name)"
                        + " on conflict do nothing")
                .param("uuid", uuid.toString())
                .param("kind", kind.name())
                .param("name", topics.name(kind))
                .update();
        return writing.sql("select id from archive_topic where uuid = :uuid")
                .param("uuid", uuid.toString())
                .query(Integer.class)
                .single();
    }

    /** The next offset to copy of each partition of which something was copied. */
    Map<Integer, Long> offsets(int topic) {
        Map<Integer, Long> offsets = new HashMap<>();
        writing.sql("select part, next_offset from archive_offset where topic = :topic")
                .param("topic", topic)
                .query((row, _) -> offsets.put(row.getInt("part"), row.getLong("next_offset")))
                .list();
        return offsets;
    }

    void advance(int topic, int part, long next) {
        int known = writing.sql("update archive_offset set next_offset = :next where topic = :topic and part = :part")
                .param("next", next)
                .param("topic", topic)
                .param("part", part)
                .update();
        if (known == 0) {
            writing.sql("insert into archive_offset (topic, part, next_offset) values (:topic, :part, :next)")
                    .param("next", next)
                    .param("topic", topic)
                    .param("part", part)
                    .update();
        }
    }

    // --- what is copied ----------------------------------------------------------------------

    /** A record to copy. */
    record Row(int topic, ConsumerRecord<String, byte[]> record) {}

    void insert(List<Row> all) {
        rows.batchUpdate(
                "insert into archive_record (topic, part, log_offset, job, recorded_at, headers, content)"
                        + " values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                all,
                100,
                (statement, row) -> {
                    statement.setInt(1, row.topic());
                    statement.setInt(2, row.record().partition());
                    statement.setLong(3, row.record().offset());
                    statement.setString(4, row.record().key());
                    statement.setObject(5, time(row.record().timestamp()));
                    statement.setString(6, text(row.record().headers()));
                    statement.setBytes(7, row.record().value());
                });
    }

    /** The newest that is known of each of these. */
    Map<JobId, ArchivedJob> newest(Collection<JobId> jobs) {
        Map<JobId, ArchivedJob> newest = new HashMap<>();
        if (!jobs.isEmpty()) {
            writing.sql("select * from archive_job where job in (:jobs) and " + OURS + " order by created_at, begins")
                    .param("jobs", jobs.stream().map(JobId::value).toList())
                    .param("events", topics.name(Topic.JOB_EVENTS))
                    .query(ArchiveStore::job)
                    .list()
                    .forEach(job -> newest.put(job.job(), job));
        }
        return newest;
    }

    void begin(ArchivedJob job, JobAccepted request) {
        writing.sql("insert into archive_job"
                        + " (topic, part, begins, job, created_at, tenant, status, kind, updated_at)"
                        + " values (:topic, :part, :begins, :job, :created, :tenant, 'open', :kind, :created)")
                .param("topic", job.topic())
                .param("part", job.part())
                .param("begins", job.begins())
                .param("job", job.job().value())
                .param("created", time(job.createdAt()))
                .param("tenant", request.tenant())
                .param("kind", request.kind().wire())
                .update();
    }

    /** It is final: from now on it is shown, and an earlier job with its id is not. */
    void end(ArchivedJob job, JobState state) {
        JobSummary summary = JobSummary.of(state);
        writing.sql("update archive_job set status = :status, fidelity = :fidelity, title = :title,"
                        + " specification = :specification, updated_at = :updated"
                        + " where topic = :topic and part = :part and begins = :begins")
                .param("status", summary.status().wire())
                .param("fidelity", summary.fidelity().name())
                .param("title", storable(summary.title()))
                .param(
                        "specification",
                        storable(JobTable.Filter.searched(state.request().spec())))
                .param("updated", time(summary.updatedAt()))
                .param("topic", job.topic())
                .param("part", job.part())
                .param("begins", job.begins())
                .update();
        writing.sql("update archive_job set status = 'deleted' where job = :job and status <> 'open' and " + OURS
                        + " and not (topic = :topic and part = :part and begins = :begins)")
                .param("job", job.job().value())
                .param("events", topics.name(Topic.JOB_EVENTS))
                .param("topic", job.topic())
                .param("part", job.part())
                .param("begins", job.begins())
                .update();
    }

    /** These are files of the job, whoever has written them. */
    void refer(JobId job, int artefacts, Collection<ArtefactRef> files) {
        for (ArtefactRef file : files) {
            writing.sql("insert into archive_file (job, topic, part, log_offset) values (:job, :topic, :part, :offset)"
                            + " on conflict do nothing")
                    .param("job", job.value())
                    .param("topic", artefacts)
                    .param("part", file.partition())
                    .param("offset", file.offset())
                    .update();
        }
    }

    /** Hides the job, whatever its phase; {@link #sweep} deletes its rows. */
    void hide(ArchivedJob job) {
        writing.sql("update archive_job set status = 'deleted', title = null, specification = null,"
                        + " updated_at = current_timestamp"
                        + " where topic = :topic and part = :part and begins = :begins")
                .param("topic", job.topic())
                .param("part", job.part())
                .param("begins", job.begins())
                .update();
    }

    /** Hides what ended before, as many as that; returns how many it were. */
    int hideEndedBefore(Instant limit) {
        return writing.sql("update archive_job set status = 'deleted', title = null, specification = null" + " where "
                        + SHOWN + " and updated_at < :limit and " + OURS)
                .param("limit", time(limit))
                .param("events", topics.name(Topic.JOB_EVENTS))
                .update();
    }

    /** Deletes a final job and its rows, but for files that others show; false if there is none. */
    boolean delete(JobId job) {
        return Boolean.TRUE.equals(transaction.execute(_ -> {
            int hidden = writing.sql("update archive_job set status = 'deleted', title = null, specification = null,"
                            + " updated_at = current_timestamp where job = :job and " + SHOWN + " and " + OURS)
                    .param("job", job.value())
                    .param("events", topics.name(Topic.JOB_EVENTS))
                    .update();
            int live = writing.sql("select count(*) from archive_job where job = :job and " + LIVE)
                    .param("job", job.value())
                    .query(Integer.class)
                    .single();
            if (hidden > 0 && live == 0) {
                deleteRows(List.of(job.value()));
            }
            return hidden > 0;
        }));
    }

    /** Deletes the rows of jobs that are hidden, but for files that others show; true if there may be more of them. */
    boolean sweep(Instant forgetBefore) {
        List<String> gone = writing.sql("select distinct job from archive_job d where status = 'deleted' and " + OURS
                        + " and not exists (select 1 from archive_job l where l.job = d.job and l." + LIVE + ")"
                        + " and (exists (select 1 from archive_record r where r.job = d.job and not exists"
                        + " (select 1 from archive_file o where o.job <> d.job and o.topic = r.topic"
                        + " and o.part = r.part and o.log_offset = r.log_offset))"
                        + " or exists (select 1 from archive_file f where f.job = d.job)"
                        + " or updated_at < :forget) limit " + SWEPT)
                .param("events", topics.name(Topic.JOB_EVENTS))
                .param("forget", time(forgetBefore))
                .query((row, _) -> row.getString(1))
                .list();
        if (gone.isEmpty()) {
            return false;
        }
        deleteRows(gone);
        writing.sql("delete from archive_job where status = 'deleted' and job in (:gone) and updated_at < :forget")
                .param("gone", gone)
                .param("forget", time(forgetBefore))
                .update();
        return gone.size() == SWEPT;
    }

    private void deleteRows(List<String> gone) {
        String artefacts = "topic in (select id from archive_topic where kind = '" + Topic.JOB_ARTEFACTS.name() + "')";
        writing.sql("delete from archive_record where job in (:gone) and not " + artefacts)
                .param("gone", gone)
                .update();
        writing.sql("delete from archive_record where " + artefacts
                        + " and (job in (:gone) or exists (select 1 from archive_file f where f.job in (:gone)"
                        + " and f.topic = archive_record.topic and f.part = archive_record.part"
                        + " and f.log_offset = archive_record.log_offset))"
                        + " and not exists (select 1 from archive_job l where l.job = archive_record.job and l." + LIVE
                        + ") and not exists (select 1 from archive_file o where o.job not in (:gone)"
                        + " and o.topic = archive_record.topic and o.part = archive_record.part"
                        + " and o.log_offset = archive_record.log_offset)")
                .param("gone", gone)
                .update();
        writing.sql("delete from archive_file where job in (:gone)")
                .param("gone", gone)
                .update();
    }

    /**
     * Deletes what was written on our topics between these times for a job that never came to be; of another
     * installation's records nobody here knows whether their jobs are still to be copied.
     */
    void sweepStray(Instant from, Instant to) {
        writing.sql("delete from archive_record where recorded_at >= :from and recorded_at < :to"
                        + " and topic in (select id from archive_topic where name in (:topics))"
                        + " and not exists (select 1 from archive_job j where j.job = archive_record.job)"
                        + " and not exists (select 1 from archive_file f where f.topic = archive_record.topic"
                        + " and f.part = archive_record.part and f.log_offset = archive_record.log_offset)")
                .param("from", time(from))
                .param("to", time(to))
                .param(
                        "topics",
                        Stream.of(Topic.JOB_EVENTS, Topic.JOB_ARTEFACTS, Topic.MODEL_CALLS)
                                .map(topics::name)
                                .toList())
                .update();
    }

    // --- what is shown -----------------------------------------------------------------------

    /** The final job of this id. */
    Optional<ArchivedJob> find(JobId job) {
        return reading.sql("select * from archive_job where job = :job and " + SHOWN + " and " + OURS
                        + " order by created_at desc limit 1")
                .param("job", job.value())
                .param("events", topics.name(Topic.JOB_EVENTS))
                .query(ArchiveStore::job)
                .optional();
    }

    /** The records of its events, in their order. */
    List<ConsumerRecord<String, byte[]>> events(ArchivedJob job) {
        // they may be on several partitions, where the topic was widened
        return reading.sql("select * from archive_record where topic = :topic and job = :job"
                        + " and recorded_at >= :created and (part <> :part or log_offset >= :begins)"
                        + " order by recorded_at, case when part = :part then 0 else 1 end, part, log_offset")
                .param("topic", job.topic())
                .param("job", job.job().value())
                .param("created", time(job.createdAt()))
                .param("part", job.part())
                .param("begins", job.begins())
                .query(record(topics.name(Topic.JOB_EVENTS)))
                .list();
    }

    /** Some records of its model calls, behind that offset. */
    List<ConsumerRecord<String, byte[]>> calls(
            JobId job, Instant from, Instant until, int part, long behind, int most) {
        String name = topics.name(Topic.MODEL_CALLS);
        return reading.sql("select * from archive_record where job = :job"
                        + " and topic in (select id from archive_topic where name = :name)"
                        + " and recorded_at >= :from and recorded_at <= :until"
                        + " and (part > :part or (part = :part and log_offset > :behind))"
                        + " order by part, log_offset limit " + most)
                .param("job", job.value())
                .param("name", name)
                .param("from", time(from))
                .param("until", time(until))
                .param("part", part)
                .param("behind", behind)
                .query(record(name))
                .list();
    }

    /** What stands at that place, on any topic of files that there was. */
    List<byte[]> files(ArtefactRef ref) {
        return reading.sql("select content from archive_record where part = :part and log_offset = :offset"
                        + " and topic in (select id from archive_topic where name = :name)")
                .param("part", ref.partition())
                .param("offset", ref.offset())
                .param("name", topics.name(Topic.JOB_ARTEFACTS))
                .query((row, _) -> row.getBytes(1))
                .list();
    }

    /** The newest final jobs between two places, newest first. */
    List<JobSummary> page(
            JobTable.Filter filter, JobTable.@Nullable Position before, JobTable.@Nullable Position behind, int most) {
        StringBuilder where = new StringBuilder(SHOWN + " and " + OURS);
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("events", topics.name(Topic.JOB_EVENTS));
        if (filter.tenant() != null) {
            where.append(" and tenant = :tenant");
            parameters.put("tenant", filter.tenant());
        }
        if (filter.status() != null) {
            where.append(" and status = :status");
            parameters.put("status", filter.status().wire());
        }
        if (filter.kind() != null) {
            where.append(" and kind = :kind");
            parameters.put("kind", filter.kind().wire());
        }
        if (filter.createdAfter() != null) {
            where.append(" and created_at > :after");
            parameters.put("after", time(filter.createdAfter()));
        }
        if (filter.text() != null) {
            where.append(" and position(:text in specification) > 0");
            parameters.put("text", storable(JobTable.Filter.searched(filter.text())));
        }
        if (before != null) {
            where.append(" and (created_at < :before or (created_at = :before and job < :beforeJob))");
            parameters.put("before", time(before.at()));
            parameters.put("beforeJob", before.job().value());
        }
        if (behind != null) {
            where.append(" and (created_at > :behind or (created_at = :behind and job > :behindJob))");
            parameters.put("behind", time(behind.at()));
            parameters.put("behindJob", behind.job().value());
        }
        return reading.sql("select * from archive_job where " + where + " order by created_at desc, job desc limit "
                        + most)
                .params(parameters)
                .query(ArchiveStore::summary)
                .list();
    }

    // --- rows --------------------------------------------------------------------------------

    private static ArchivedJob job(ResultSet row, int number) throws SQLException {
        Phase phase = switch (row.getString("status")) {
            case "open" -> Phase.OPEN;
            case "deleted" -> Phase.DELETED;
            default -> Phase.FINAL;
        };
        return new ArchivedJob(
                new JobId(row.getString("job")),
                row.getInt("topic"),
                row.getInt("part"),
                row.getLong("begins"),
                time(row, "created_at"),
                phase);
    }

    private static JobSummary summary(ResultSet row, int number) throws SQLException {
        return new JobSummary(
                new JobId(row.getString("job")),
                of(JobKind.values(), JobKind::wire, row.getString("kind")),
                of(JobStatus.values(), JobStatus::wire, row.getString("status")),
                Fidelity.valueOf(row.getString("fidelity")),
                row.getString("title"),
                time(row, "created_at"),
                time(row, "updated_at"));
    }

    private static <T> T of(T[] all, java.util.function.Function<T, String> name, String wanted) throws SQLException {
        for (T each : all) {
            if (name.apply(each).equals(wanted)) {
                return each;
            }
        }
        throw new SQLException("a row has the unknown value " + wanted);
    }

    private static RowMapper<ConsumerRecord<String, byte[]>> record(String topic) {
        return (row, _) -> new ConsumerRecord<>(
                topic,
                row.getInt("part"),
                row.getLong("log_offset"),
                time(row, "recorded_at").toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                -1,
                -1,
                row.getString("job"),
                row.getBytes("content"),
                headers(row.getString("headers")),
                Optional.empty());
    }

    private static OffsetDateTime time(long millis) {
        return time(Instant.ofEpochMilli(millis));
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** PostgreSQL has no text with a NUL in it. */
    private static String storable(String text) {
        return text.replace('\0', '\ufffd');
    }

    static String text(Headers headers) {
        ArrayNode all = Json.MAPPER.createArrayNode();
        for (Header header : headers) {
            ArrayNode one = all.addArray().add(header.key());
            if (header.value() != null) {
                one.add(new String(header.value(), StandardCharsets.ISO_8859_1));
            }
        }
        return new String(Json.write(all), StandardCharsets.UTF_8);
    }

    static Headers headers(String text) {
        List<Header> all = new ArrayList<>();
        for (JsonNode one : Json.tree(text.getBytes(StandardCharsets.UTF_8))) {
            byte[] value = one.size() < 2 ? null : one.get(1).stringValue().getBytes(StandardCharsets.ISO_8859_1);
            all.add(new org.apache.kafka.common.header.internals.RecordHeader(
                    one.get(0).stringValue(), value));
        }
        return new RecordHeaders(all);
    }
}

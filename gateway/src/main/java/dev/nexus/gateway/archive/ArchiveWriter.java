package dev.nexus.gateway.archive;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.archive.ArchivedJob.Phase;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.log.ConsumerLoop;
import dev.nexus.gateway.log.JobFeed;
import dev.nexus.gateway.log.TopicRetention;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;

/**
 * Copies what the topics tell of jobs into the database, on a thread of its own, while this gateway holds the lease. The
 * place where it goes on is in the database alone, and moves in the transaction that has the rows: whatever breaks off, a
 * record is there once.
 */
final class ArchiveWriter implements ConsumerLoop.Work {

    private static final Logger log = LoggerFactory.getLogger(ArchiveWriter.class);

    private static final List<Topic> COPIED = List.of(Topic.JOB_EVENTS, Topic.JOB_ARTEFACTS, Topic.MODEL_CALLS);
    private static final Duration POLL = Duration.ofMillis(200);
    /** Between two tries to reach the database, or to get the lease. */
    private static final Duration REST = Duration.ofMillis(900);

    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration RENEWAL = Duration.ofSeconds(4);
    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final Duration STRAY_SWEEP = Duration.ofHours(1);
    /** How often the width of the topics is asked for. */
    private static final Duration LOOK = Duration.ofSeconds(10);
    /** A record whose job never came to be is let go after so long, in the days that follow. */
    private static final Duration STRAY = Duration.ofDays(1);

    private static final Duration STRAY_FROM = Duration.ofDays(9);
    /** Behind by no more than this is nothing to tell of. */
    private static final Duration USUAL = Duration.ofMinutes(1);

    /** For so long nobody else tries a database that was away; a try here takes about four seconds. */
    private static final Duration AWAY = Duration.ofSeconds(5);

    private static final Duration DESCRIBING = Duration.ofSeconds(10);
    private static final Duration WARN_EVERY = Duration.ofMinutes(10);
    private static final int FETCHED_AT_ONCE = 8 * 1024 * 1024;

    private final KafkaClients clients;
    private final Topics topics;
    private final Database database;
    private final ArchiveStore store;
    private final TopicRetention retention;
    private final String self;
    private final Duration keep;
    private final Clock clock;
    private final ConsumerLoop loop = new ConsumerLoop("archive", this::open, this);

    private boolean migrated;
    private boolean holding;
    private long renewedAt;
    private long sweptAt = System.nanoTime();
    private long strayAt = System.nanoTime() - STRAY_SWEEP.toNanos();
    private long lookedAt = System.nanoTime();
    private long warnedAt = System.nanoTime() - WARN_EVERY.toNanos();
    private Map<TopicPartition, Integer> numbers = Map.of();
    private int events;
    private int artefacts;
    /** The next offset to copy; what lies between it and the next record is lost. */
    private final Map<TopicPartition, Long> next = new HashMap<>();

    private final Progress progress;

    private @Nullable String failure;
    /** When the database could not be connected to last; null if it could since. */
    private volatile @Nullable Instant awayAt;

    private volatile @Nullable String trouble;

    /** @param self this gateway's name among those that may copy */
    ArchiveWriter(
            KafkaClients clients,
            Topics topics,
            Database database,
            ArchiveStore store,
            TopicRetention retention,
            String self,
            Duration keep,
            Clock clock) {
        this.clients = clients;
        this.topics = topics;
        this.database = database;
        this.store = store;
        this.retention = retention;
        this.self = self;
        this.keep = keep;
        this.clock = clock;
        this.progress = new Progress(clock.instant());
    }

    void start() {
        loop.start();
    }

    /** Returns when nothing more will be copied here; another gateway may at once. */
    void stop() throws InterruptedException {
        loop.stop();
    }

    /** Why the archive is behind; null if it is not, or if another gateway sees to it. */
    @Nullable
    String trouble() {
        String reading = loop.trouble();
        return reading != null ? reading : trouble;
    }

    /** Whether the database could not be connected to when this gateway tried last, and that was a moment ago. */
    boolean isAway() {
        Instant at = awayAt;
        return at != null && clock.instant().isBefore(at.plus(AWAY));
    }

    private Consumer<String, byte[]> open() {
        return clients.consumer(
                "archive",
                Map.of(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest", // what has left the topics is noticed by its offsets
                        ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                        (int) LOOK.toMillis(),
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        FETCHED_AT_ONCE,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        500));
    }

    @Override
    public void begin(Consumer<String, byte[]> consumer) {
        holding = false;
        List<TopicPartition> all = new ArrayList<>();
        COPIED.forEach(topic -> all.addAll(partitions(consumer, topic)));
        consumer.assign(all);
        consumer.pause(all);
    }

    private List<TopicPartition> partitions(Consumer<String, byte[]> consumer, Topic topic) {
        return consumer.partitionsFor(topics.name(topic)).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    @Override
    public void step(Consumer<String, byte[]> consumer) {
        try {
            if (!holding && !take(consumer)) {
                well(); // another gateway copies, or will in a moment
                consumer.poll(REST);
                return;
            }
            copy(consumer);
            Set<TopicPartition> behind = behind(consumer);
            progress.look(consumer.assignment(), behind, clock.instant());
            if (behind.isEmpty()) {
                sweepNowAndThen();
            }
            well();
            lookNowAndThen(consumer);
        } catch (ArchiveStore.LeaseLost e) {
            log.info("another gateway copies to the archive now");
            release(consumer);
        } catch (DataAccessException | TransactionException | FlywayException e) {
            release(consumer);
            failed(e);
            consumer.poll(REST); // paused: it waits, and stays in touch with the brokers
        }
        tellIfBehind();
    }

    @Override
    public void end() {
        if (holding) {
            holding = false;
            try {
                store.leave(self);
            } catch (DataAccessException e) {
                log.debug("the lease runs out by itself", e);
            }
        }
    }

    private void release(Consumer<String, byte[]> consumer) {
        holding = false;
        consumer.pause(consumer.assignment());
    }

    private boolean take(Consumer<String, byte[]> consumer) {
        if (!migrated) {
            database.migrate();
            migrated = true;
        }
        if (!store.takeLease(self, LEASE)) {
            return false;
        }
        renewedAt = System.nanoTime();
        Map<TopicPartition, Integer> all = new HashMap<>();
        Map<String, Uuid> uuids = uuids();
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(consumer.assignment());
        next.clear();
        for (Topic topic : COPIED) {
            int number = store.topic(uuids.getOrDefault(topics.name(topic), Uuid.ZERO_UUID), topic);
            Map<Integer, Long> offsets = store.offsets(number);
            for (TopicPartition partition : consumer.assignment()) {
                if (partition.topic().equals(topics.name(topic))) {
                    all.put(partition, number);
                    long beginning = beginnings.getOrDefault(partition, 0L);
                    long offset = offsets.getOrDefault(partition.partition(), beginning);
                    if (offset < beginning) {
                        noteLoss(partition, beginning - offset);
                    }
                    consumer.seek(partition, Math.max(offset, beginning));
                    next.put(partition, Math.max(offset, beginning));
                }
            }
            if (topic == Topic.JOB_EVENTS) {
                events = number;
            } else if (topic == Topic.JOB_ARTEFACTS) {
                artefacts = number;
            }
        }
        numbers = all;
        store.write( // what is lost is told of once, and what will be, from here on
                self,
                LEASE,
                () -> next.forEach((partition, offset) ->
                        store.advance(all.getOrDefault(partition, 0), partition.partition(), offset)));
        consumer.resume(consumer.assignment());
        holding = true;
        return true;
    }

    private Map<String, Uuid> uuids() {
        Map<String, Uuid> uuids = new HashMap<>();
        try (Admin admin = clients.admin()) {
            var options = new DescribeTopicsOptions().timeoutMs((int) DESCRIBING.toMillis()); // to close waits for it
            admin.describeTopics(COPIED.stream().map(topics::name).toList(), options)
                    .allTopicNames()
                    .get(DESCRIBING.toMillis(), TimeUnit.MILLISECONDS)
                    .values()
                    .forEach((TopicDescription topic) -> uuids.put(topic.name(), topic.topicId()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics could not be described", e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the brokers did not describe the topics within " + DESCRIBING.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return uuids;
    }

    /** New partitions are taken in; their first records are still there. */
    private void lookNowAndThen(Consumer<String, byte[]> consumer) {
        if (System.nanoTime() - lookedAt < LOOK.toNanos()) {
            return;
        }
        lookedAt = System.nanoTime();
        int now = COPIED.stream()
                .mapToInt(topic -> partitions(consumer, topic).size())
                .sum();
        if (now != consumer.assignment().size()) {
            begin(consumer);
        }
    }

    private static Set<TopicPartition> behind(Consumer<String, byte[]> consumer) {
        return consumer.assignment().stream()
                .filter(partition -> consumer.currentLag(partition).orElse(1) > 0)
                .collect(Collectors.toSet());
    }

    // --- to copy -----------------------------------------------------------------------------

    private void copy(Consumer<String, byte[]> consumer) {
        ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
        if (records.isEmpty()) {
            if (System.nanoTime() - renewedAt > RENEWAL.toNanos()) {
                store.write(self, LEASE, () -> {});
                renewedAt = System.nanoTime();
            }
            return;
        }
        store.write(self, LEASE, () -> new Batch(records, consumer).copy());
        renewedAt = System.nanoTime();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<String, byte[]>> all = records.records(partition);
            long lost = all.getFirst().offset() - next.getOrDefault(partition, 0L);
            if (lost > 0) {
                noteLoss(partition, lost);
            }
            next.put(partition, all.getLast().offset() + 1);
            progress.copied(partition, Instant.ofEpochMilli(all.getLast().timestamp()));
        }
    }

    private static void noteLoss(TopicPartition partition, long records) {
        log.error(
                "the archive has lost {} records of {}: they had left the topic before they were copied; jobs that they were"
                        + " about are missing or incomplete there",
                records,
                partition);
    }

    /** What came at once, on its way into the database, within one transaction. */
    private final class Batch {

        private final ConsumerRecords<String, byte[]> records;
        private final List<ArchiveStore.Row> rows = new ArrayList<>();
        private final Map<JobId, ArchivedJob> jobs = new HashMap<>();
        private final Map<JobId, ArchivedJob> ended = new LinkedHashMap<>();
        private final Consumer<String, byte[]> consumer;

        Batch(ConsumerRecords<String, byte[]> records, Consumer<String, byte[]> consumer) {
            this.records = records;
            this.consumer = consumer;
        }

        void copy() {
            jobs.putAll(store.newest(jobsOfEvents()));
            for (ConsumerRecord<String, byte[]> record : records) {
                int topic = numbers.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0);
                if (topic == events) {
                    event(record);
                } else if (Envelope.job(record) != null) {
                    rows.add(new ArchiveStore.Row(topic, record));
                }
            }
            store.insert(rows);
            ended.values().forEach(this::end);
            for (TopicPartition partition : records.partitions()) {
                long last = records.records(partition).getLast().offset();
                store.advance(numbers.getOrDefault(partition, 0), partition.partition(), last + 1);
            }
        }

        private Collection<JobId> jobsOfEvents() {
            Set<JobId> all = new HashSet<>();
            for (ConsumerRecord<String, byte[]> record : records.records(topics.name(Topic.JOB_EVENTS))) {
                JobId job = Envelope.job(record);
                if (job != null) {
                    all.add(job);
                }
            }
            return all;
        }

        private void event(ConsumerRecord<String, byte[]> record) {
            LoggedEvent event = EventLog.read(record);
            if (event == null) {
                return; // someone else's
            }
            ArchivedJob known = jobs.get(event.job());
            if (event.event() instanceof JobAccepted request && (known == null || isNew(known))) {
                ArchivedJob job = new ArchivedJob(
                        event.job(), events, event.partition(), event.offset(), event.time(), Phase.OPEN);
                store.begin(job, request);
                store.refer(job.job(), artefacts, request.files());
                jobs.put(job.job(), job);
                ended.remove(job.job());
                rows.add(new ArchiveStore.Row(events, record));
                return;
            }
            if (known == null) {
                return; // it began before there was an archive
            }
            switch (known.phase()) {
                case OPEN -> {
                    rows.add(new ArchiveStore.Row(events, record));
                    if (event.event() instanceof JobEvent.Final || JobState.ends(event)) {
                        jobs.put(known.job(), known.in(Phase.FINAL));
                        ended.put(known.job(), known);
                    }
                }
                case FINAL -> {
                    if (JobState.mayFollowTheEnd(event)) {
                        jobs.put(known.job(), known.in(Phase.DELETED));
                        ended.remove(known.job());
                        store.hide(known);
                    }
                }
                case DELETED -> {}
            }
        }

        /** A second one is a repeat as long as the first stands in the log, as for the fold. */
        private boolean isNew(ArchivedJob known) {
            var partition = new TopicPartition(topics.name(Topic.JOB_EVENTS), known.part());
            return known.topic() != events
                    || known.begins()
                            < consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }

        private void end(ArchivedJob job) {
            Optional<JobState> state = JobFeed.of(store.events(job)).map(JobFeed::state);
            if (state.isEmpty() || !state.get().status().isFinal()) {
                log.error(
                        "job {} ended, and the records of it in the archive do not say so: it is not shown there",
                        job.job());
                return;
            }
            store.end(job, state.get());
            Collection<ArtefactRef> files = state.get().artefacts().values();
            store.refer(job.job(), artefacts, files);
        }
    }

    // --- to let go ---------------------------------------------------------------------------

    /** Only when all was copied: else a job that shows a file of another might still be unknown. */
    private void sweepNowAndThen() {
        if (System.nanoTime() - sweptAt < SWEEP.toNanos()) {
            return;
        }
        sweptAt = System.nanoTime();
        boolean stray = sweptAt - strayAt > STRAY_SWEEP.toNanos();
        strayAt = stray ? sweptAt : strayAt;
        store.write(self, LEASE, () -> sweep(stray));
    }

    private void sweep(boolean stray) {
        Instant now = clock.instant();
        if (!keep.isZero()) {
            int hidden = store.hideEndedBefore(now.minus(keep));
            if (hidden > 0) {
                log.info("{} jobs are deleted from the archive: they ended more than {} ago", hidden, keep);
            }
        }
        store.sweep(now.minus(STRAY));
        if (stray) {
            store.sweepStray(now.minus(STRAY_FROM), now.minus(STRAY));
        }
    }

    // --- to tell -----------------------------------------------------------------------------

    private void well() {
        if (failure != null) {
            log.info("the archive's database is there again");
        }
        failure = null;
        awayAt = null;
        if (!holding) {
            progress.suppose(clock.instant());
        }
    }

    private void failed(RuntimeException e) {
        String reason = ArchiveReader.reason(e);
        if (failure == null) {
            log.warn(
                    "the archive's database does not work ({}): jobs go on, and are copied once it does; /health tells",
                    reason);
        }
        log.debug("the archive failed", e);
        failure = reason;
        boolean away = e instanceof CannotGetJdbcConnectionException
                || e instanceof CannotCreateTransactionException
                || !migrated;
        awayAt = away ? clock.instant() : null;
    }

    private void tellIfBehind() {
        Duration behind = Duration.between(progress.until(), clock.instant());
        if (failure == null && (!holding || behind.compareTo(USUAL) < 0)) {
            trouble = null;
            return;
        }
        Lag lag = new Lag(progress.until(), behind, behind.compareTo(USUAL) < 0 ? null : kept());
        String text = lag.told(failure == null ? "it is catching up" : failure);
        if (lag.isDangerous() && System.nanoTime() - warnedAt > WARN_EVERY.toNanos()) {
            warnedAt = System.nanoTime();
            log.warn("the archive is {}", text);
        }
        trouble = text;
    }

    /**
     * How far the copies are behind the topics.
     *
     * @param kept how long the topics keep a record for certain; null if for good, or if that is not known
     */
    record Lag(Instant since, Duration behind, @Nullable Duration kept) {

        /** Whether half of the time has passed for which the oldest record stays that is not copied. */
        boolean isDangerous() {
            return kept != null && behind.compareTo(kept.dividedBy(2)) > 0;
        }

        String told(String reason) {
            return "behind since " + since + ": " + reason
                    + (kept != null && isDangerous()
                            ? "; from " + since.plus(kept) + " on it leaves the topics uncopied"
                            : "");
        }
    }

    private @Nullable Duration kept() {
        try {
            return retention.least().orElse(null);
        } catch (ExecutionException | TimeoutException e) {
            log.debug("the brokers did not say how long the topics keep records", e);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}

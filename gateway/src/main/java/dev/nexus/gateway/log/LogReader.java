package dev.nexus.gateway.log;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.EventId;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.gateway.job.Attempt;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.Roster;
import dev.nexus.gateway.job.TaskState;
import dev.nexus.gateway.job.Throughput;
import dev.nexus.gateway.job.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Follows the whole log on one thread: all partitions of {@code job-events} from their beginning, and the heartbeats
 * from the last seconds. What was read is folded first and then shown to the listener, on the same thread.
 */
public final class LogReader implements ConsumerLoop.Work {

    private static final Logger log = LoggerFactory.getLogger(LogReader.class);
    private static final Duration HEARTBEATS_BACK = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** Between two own heartbeats; after more than this, nobody can have been heard. */
    private static final Duration PAUSE = Duration.ofSeconds(3);

    /** How often the broker is asked how far the log reaches back and how wide it is, and how long it may take to answer. */
    private static final Duration EXPIRY = Duration.ofSeconds(10);

    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration SHORT_ANSWER = Duration.ofSeconds(1);

    private static final int PROGRESS_EVERY = 100_000;
    /** Bytes; the default of 50 MB would be most of a small heap. */
    private static final int FETCHED_AT_ONCE = 4 * 1024 * 1024;

    private final KafkaClients clients;
    private final Topics topics;
    private final JobTable table;
    private final Listener listener;
    private final Heart heart;
    private final Tally tally;
    private final Spending spending;
    private final BrokerClock clock = new BrokerClock();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final ConsumerLoop loop = new ConsumerLoop("log-reader", this::open, this);
    private Map<TopicPartition, Long> target = Map.of();
    private List<TopicPartition> events = List.of();
    /** What was folded and not yet shown, if a step failed in between. */
    private final Map<JobId, JobState> changed = new LinkedHashMap<>();

    private Workers workers;
    private Roster roster = Roster.EMPTY;
    private final Throughput throughput = new Throughput();
    private volatile @Nullable Published published;
    private volatile long ownBeatAt = System.nanoTime();
    private volatile long lag;
    private long read;
    /** Events that stood in the log when the reading began. */
    private long standing;

    /** Who wants to know when the log was read up to its end: new ones, and those for whom the end was asked. */
    private final Queue<CompletableFuture<Void>> asking = new ConcurrentLinkedQueue<>();

    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private final List<CompletableFuture<Void>> answering = new ArrayList<>();
    private Map<TopicPartition, Long> answeredAt = Map.of();

    private Map<Integer, Long> beginning = Map.of();
    private long expiryAt = System.nanoTime();
    private long silentAt = System.nanoTime() - SHORT_ANSWER.toNanos();

    /** What is told of the log, on the log's thread. */
    public interface Listener {

        /** An event was read: news, a repeat, or of a job that is not known. */
        void read(LoggedEvent event);

        /**
         * An event was news of a job; not before all was read that stood in the log at the start.
         *
         * @param before null if the event made the job
         */
        default void changed(@Nullable JobState before, JobState after, LoggedEvent by) {}

        /**
         * A batch was folded.
         *
         * @param changed the jobs that it told of, as they are now
         * @param beat whether this gateway's own heartbeat was among it, which happens once a second while the broker
         *     can be reached
         */
        void folded(List<JobState> changed, Moment moment, Place place, boolean beat);

        /** Tells both, this one first. */
        default Listener and(Listener other) {
            Listener first = this;
            return new Listener() {
                @Override
                public void read(LoggedEvent event) {
                    first.read(event);
                    other.read(event);
                }

                @Override
                public void changed(@Nullable JobState before, JobState after, LoggedEvent by) {
                    first.changed(before, after, by);
                    other.changed(before, after, by);
                }

                @Override
                public void folded(List<JobState> changed, Moment moment, Place place, boolean beat) {
                    first.folded(changed, moment, place, beat);
                    other.folded(changed, moment, place, beat);
                }
            };
        }
    }

    /** How far {@code job-events} was read, and how far it goes. */
    public interface Place {

        /** Whether something before {@code ends} is still to be read. */
        boolean isBehind(Map<TopicPartition, Long> ends);

        /** The end of each partition at this moment; empty if the brokers do not say so within a second. */
        Optional<Map<TopicPartition, Long>> end();
    }

    /**
     * What decisions need besides a job: the broker's time, and who is alive.
     *
     * @param clock the time at each partition of the log
     */
    public record Moment(IntFunction<Instant> clock, Workers workers) {

        /** The time where this job's events are written; it never goes back. */
        public Instant now(JobState job) {
            return clock.apply(job.since().partition());
        }
    }

    /**
     * What this replica sees around the jobs.
     *
     * @param now the broker's time
     * @param done tasks that were completed within the last minute
     */
    public record Outlook(Instant now, Roster roster, Map<Service, Integer> done) {}

    private record Published(Outlook outlook, long nanos) {}

    /**
     * @param heart whose own heartbeats are counted
     * @param tally told what other gateways have counted
     * @param spending told what tasks have cost
     */
    public LogReader(
            KafkaClients clients,
            Topics topics,
            JobTable table,
            Listener listener,
            Heart heart,
            Tally tally,
            Spending spending) {
        this.clients = clients;
        this.topics = topics;
        this.table = table;
        this.listener = listener;
        this.heart = heart;
        this.tally = tally;
        this.spending = spending;
        this.workers = Workers.heardBy(heart.self());
    }

    /** Starts to read; {@link #isReady} turns true when all that stood in the log at this moment was folded. */
    public void start() {
        loop.start();
    }

    /** Returns when nothing more will be read. */
    public void stop() throws InterruptedException {
        loop.stop();
    }

    public boolean isReady() {
        return ready.getCount() == 0;
    }

    /** Waits until {@link #isReady}; false if it is not within {@code limit}. */
    public boolean awaitReady(Duration limit) throws InterruptedException {
        return ready.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Completes when all was read that stood in the log when this was called; fails with {@link JobTable.Unread} if that
     * takes more than a few seconds. Any thread.
     */
    public CompletableFuture<Void> caughtUp() {
        var answer = new CompletableFuture<Void>();
        asking.add(answer);
        return answer.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(late -> CompletableFuture.failedFuture(
                        new JobTable.Unread("the log could not be read up to its end", late)));
    }

    private void answerThoseWhoAsk(Place place) {
        for (var next = asking.poll(); next != null; next = asking.poll()) {
            waiting.add(next);
        }
        waiting.removeIf(CompletableFuture::isDone); // it took too long for them
        if (answering.isEmpty() && !waiting.isEmpty()) {
            place.end().ifPresent(end -> {
                answeredAt = end;
                answering.addAll(waiting);
                waiting.clear();
            });
        }
        if (!answering.isEmpty() && !place.isBehind(answeredAt)) {
            answering.forEach(each -> each.completeAsync(() -> null));
            answering.clear();
        }
    }

    /** What was seen last, with the time gone on since; empty while nothing was read yet. Any thread. */
    public Optional<Outlook> outlook() {
        Published last = published;
        if (last == null) {
            return Optional.empty();
        }
        Outlook seen = last.outlook();
        Instant now = seen.now().plusNanos(System.nanoTime() - last.nanos());
        return Optional.of(new Outlook(now, seen.roster(), seen.done()));
    }

    private void publish(long nanos) {
        Instant now = clock.now(nanos);
        if (now == null) {
            return;
        }
        published = new Published(new Outlook(now, roster, throughput.at(now)), nanos);
    }

    /** Events on the log that were not read yet, as the brokers said with their last answer. */
    public long lag() {
        return lag;
    }

    /** Since this gateway's own heartbeat came back from the brokers; they are sent once a second. */
    public Duration silence() {
        return Duration.ofNanos(System.nanoTime() - ownBeatAt);
    }

    /** Why the log cannot be read at the moment; null if all is well. */
    public @Nullable String trouble() {
        return loop.trouble();
    }

    private Consumer<String, byte[]> open() {
        return clients.consumer(
                "log",
                Map.of(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                        (int) EXPIRY.toMillis(),
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        2000,
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        FETCHED_AT_ONCE,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        FETCHED_AT_ONCE / 4));
    }

    @Override
    public void begin(Consumer<String, byte[]> opened) {
        events = partitionsOf(opened, Topic.JOB_EVENTS);
        List<TopicPartition> heartbeats = partitionsOf(opened, Topic.WORKER_HEARTBEATS);
        List<TopicPartition> all = new ArrayList<>(events);
        all.addAll(heartbeats);
        opened.assign(all);
        opened.seekToBeginning(events);
        if (!positions.isEmpty()) {
            positions.forEach(opened::seek);
            return;
        }
        long since = System.currentTimeMillis() - HEARTBEATS_BACK.toMillis();
        Map<TopicPartition, Long> times = new HashMap<>();
        heartbeats.forEach(partition -> times.put(partition, since));
        opened.offsetsForTimes(times).forEach((partition, found) -> {
            if (found == null) {
                opened.seekToEnd(List.of(partition));
            } else {
                opened.seek(partition, found.offset());
            }
        });
        Map<TopicPartition, Long> end = opened.endOffsets(events);
        Map<TopicPartition, Long> begin = new HashMap<>();
        all.forEach(partition -> begin.put(partition, opened.position(partition)));
        target = end;
        standing = events.stream()
                .mapToLong(partition -> end.getOrDefault(partition, 0L) - begin.getOrDefault(partition, 0L))
                .sum();
        positions.putAll(begin); // last: until all of it is known, the next consumer begins anew
    }

    private List<TopicPartition> partitionsOf(Consumer<String, byte[]> opened, Topic topic) {
        return opened.partitionsFor(topics.name(topic)).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    @Override
    public void step(Consumer<String, byte[]> opened) {
        boolean beat = false;
        String eventsTopic = topics.name(Topic.JOB_EVENTS);
        for (ConsumerRecord<String, byte[]> record : opened.poll(Duration.ofMillis(200))) {
            Instant time = Instant.ofEpochMilli(record.timestamp());
            if (!record.topic().equals(eventsTopic)) {
                clock.read(time, System.nanoTime());
                beat |= hear(record);
            } else {
                clock.read(record.partition(), time, System.nanoTime());
                if (isReady()) {
                    JobState job = fold(record, opened);
                    if (job != null) {
                        changed.put(job.id(), job);
                    }
                } else {
                    foldLater(record, opened);
                }
            }
            positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        }
        Place place = new Place() {
            @Override
            public boolean isBehind(Map<TopicPartition, Long> ends) {
                return ends.entrySet().stream().anyMatch(end -> opened.position(end.getKey()) < end.getValue());
            }

            @Override
            public Optional<Map<TopicPartition, Long>> end() {
                return endOf(opened);
            }
        };
        if (!isReady() && !place.isBehind(target)) {
            table.foldOpen();
            table.forEachOpen(job -> noteClaims(null, job));
            ready.countDown();
            log.info("ready: {} events read", read);
        }
        long nanos = System.nanoTime();
        var moment = new Moment(partition -> clock.at(partition, nanos), workers);
        listener.folded(List.copyOf(changed.values()), moment, place, beat);
        changed.clear();
        lag = events.stream()
                // A client that has asked where a partition begins takes that for its end until more is read.
                .mapToLong(partition -> Math.max(0, opened.currentLag(partition).orElse(0)))
                .sum();
        publish(nanos);
        if (isReady()) {
            answerThoseWhoAsk(place);
            lookAtTheLogNowAndThen(opened);
        }
    }

    /** At most once a second where the brokers do not answer: meanwhile what they do send is read. */
    private Optional<Map<TopicPartition, Long>> endOf(Consumer<String, byte[]> opened) {
        if (System.nanoTime() - silentAt < SHORT_ANSWER.toNanos()) {
            return Optional.empty();
        }
        try {
            return Optional.of(opened.endOffsets(events, SHORT_ANSWER));
        } catch (TimeoutException e) {
            silentAt = System.nanoTime();
            log.debug("the brokers did not say where the log ends; they are asked again", e);
            return Optional.empty();
        }
    }

    private @Nullable JobState fold(ConsumerRecord<String, byte[]> record, Consumer<String, byte[]> opened) {
        LoggedEvent event = EventLog.read(record);
        if (event == null) {
            skip(record);
            return null;
        }
        forgetIfExpired(event, opened);
        JobTable.Change change = table.fold(event, record.value());
        listener.read(event);
        spending.read(event, table.tenantOf(event.job()));
        if (change == null) {
            return null; // a repeat is no news, and must not lead to decisions that would repeat it
        }
        noteClaims(change.before(), change.after());
        if (change.after().status().isFinal()) {
            spending.ended(change.after(), event.time());
        }
        noteCompletion(event, change);
        listener.changed(change.before(), change.after(), event);
        return change.after();
    }

    /** While nobody can ask for a job yet, only what makes or ends one is decoded: that is a small part of a long log. */
    private void foldLater(ConsumerRecord<String, byte[]> record, Consumer<String, byte[]> opened) {
        if (++read % PROGRESS_EVERY == 0) {
            log.info("{} of {} events read ({} %)", read, standing, 100 * read / Math.max(standing, read));
        }
        JobId job = Envelope.job(record);
        String id = Envelope.header(record, Envelope.ID);
        if (job != null && id != null && record.value() != null && EventId.isBelowJob(job, id)) {
            Instant time = Instant.ofEpochMilli(record.timestamp());
            table.foldLater(job, new JobFeed.Unfolded(id, record.value(), record.offset(), time));
            if (spending.counts(id, time)) {
                LoggedEvent result = EventLog.read(record);
                if (result != null) {
                    spending.read(result, table.tenantOf(job));
                }
            }
            return;
        }
        LoggedEvent event = EventLog.read(record);
        if (event == null) {
            skip(record);
            return;
        }
        forgetIfExpired(event, opened);
        JobFeed ended = table.foldLater(event, record.value());
        if (ended != null && spending.counts(event.time())) {
            spending.ended(ended.state(), event.time());
        }
    }

    private static void skip(ConsumerRecord<String, byte[]> record) {
        log.warn(
                "skipped a record on {} that is no event: partition {}, offset {}",
                record.topic(),
                record.partition(),
                record.offset());
    }

    /** A second {@code job.accepted} is a repeat, or makes a new job if the first one has left the log. */
    private void forgetIfExpired(LoggedEvent event, Consumer<String, byte[]> opened) {
        if (event.event() instanceof JobEvent.JobAccepted && table.hasEnded(event.job())) {
            forgetExpired(opened);
        }
    }

    /** Asks the broker how far the log reaches back, and forgets the jobs that began before. */
    private void forgetExpired(Consumer<String, byte[]> opened) {
        Map<Integer, Long> now = new HashMap<>();
        opened.beginningOffsets(events, ANSWER).forEach((partition, offset) -> now.put(partition.partition(), offset));
        if (!now.equals(beginning)) {
            table.forgetBefore(now);
            beginning = now;
        }
    }

    private void lookAtTheLogNowAndThen(Consumer<String, byte[]> opened) {
        if (System.nanoTime() - expiryAt < EXPIRY.toNanos()) {
            return;
        }
        expiryAt = System.nanoTime();
        int now = opened.partitionsFor(topics.name(Topic.JOB_EVENTS)).size();
        if (now > events.size()) { // the next consumer is assigned them all
            throw new IllegalStateException("job-events has " + now + " partitions, " + events.size() + " before");
        }
        try {
            forgetExpired(opened);
        } catch (TimeoutException e) {
            log.debug("the broker did not say how far the log reaches back; it is asked again", e);
        }
    }

    private void noteCompletion(LoggedEvent event, JobTable.Change change) {
        if (event.event() instanceof JobEvent.TaskCompleted(TaskId task, var _, var _, var _, var _, var _)) {
            boolean before = change.before() != null
                    && change.before().task(task).map(TaskState::isCompleted).orElse(false);
            if (!before) {
                throughput.completed(task.kind().service(), event.time());
            }
        }
    }

    /** Keeps in {@link Workers} which attempts are in whose hands. */
    @SuppressWarnings("ReferenceEquality") // a fold that changes nothing gives the same object
    private void noteClaims(@Nullable JobState before, JobState after) {
        for (TaskState task : after.tasks().values()) {
            TaskState known = before == null ? null : before.tasks().get(task.id());
            if (task == known && !after.status().isFinal()) {
                continue;
            }
            for (Attempt attempt : task.attempts()) {
                if (attempt.worker() == null) {
                    continue;
                }
                boolean over =
                        attempt.isOver() || task.isCompleted() || after.status().isFinal();
                workers = over
                        ? workers.ended(attempt.worker(), after.id(), task.id(), attempt.number())
                        : workers.claimed(attempt.worker(), after.id(), task.id(), attempt.number(), heart.sent());
            }
        }
    }

    /** Whether it is this gateway's own heartbeat. */
    private boolean hear(ConsumerRecord<String, byte[]> record) {
        try {
            Heartbeat beat = Json.read(record.value(), Heartbeat.class);
            roster = roster.after(beat, Instant.ofEpochMilli(record.timestamp()));
            if (beat.worker().equals(heart.self())) {
                ownBeat(record);
                return true;
            }
            tally.heard(beat.requests());
            workers = workers.after(beat);
        } catch (JacksonException | IllegalArgumentException e) {
            log.warn("skipped a record on {} that is no heartbeat: offset {}", record.topic(), record.offset());
        }
        return false;
    }

    private void ownBeat(ConsumerRecord<String, byte[]> record) {
        long now = System.nanoTime();
        if (now - ownBeatAt > PAUSE.toNanos()) {
            workers = workers.afterPause();
        }
        ownBeatAt = now;
        String id = String.valueOf(Envelope.header(record, Envelope.ID));
        workers = workers.afterOwn(Long.parseLong(id.substring(id.lastIndexOf('/') + 1)));
    }
}

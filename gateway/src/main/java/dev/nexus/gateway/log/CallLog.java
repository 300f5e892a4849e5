package dev.nexus.gateway.log;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.LedgerEntry;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What models were asked, answered and paid, read from {@code model-calls} when someone wants to know. Blocks. */
public final class CallLog {

    /** More than the clocks and the order of appends can differ by. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private static final Duration ONE_POLL = Duration.ofMillis(500);
    /** For the next records of a job. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** How long one sum may take. */
    private static final Duration LONGEST_SUM = Duration.ofSeconds(60);

    private static final int READINGS = 4;
    private static final int GROUPS = 1000;
    /** Of each partition: a record that is appended once more comes a few records behind itself. */
    private static final int REMEMBERED = 10_000;

    /** What further groups are counted under. */
    private static final String OTHERS = "others";

    private final KafkaClients clients;
    private final String topic;
    private final Semaphore readings = new Semaphore(READINGS);
    private final Semaphore sums = new Semaphore(1);

    public CallLog(KafkaClients clients, Topics topics) {
        this.clients = clients;
        this.topic = topics.name(Topic.MODEL_CALLS);
    }

    /**
     * An entry of a job.
     *
     * @param json as it stands in the log, with the broker's time as {@code recordedAt}
     */
    public record Entry(JsonNode json, Usage usage) {}

    /** The entries of one job, read as they are wanted, so that no more than a few are in memory; to be closed. */
    public interface Entries extends AutoCloseable {

        /** The next one; null if there are no more. Blocks. */
        @Nullable
        Entry next();

        /** Of all entries so far. */
        Usage usage();

        @Override
        void close();
    }

    /** Makes entries of records: each once, whoever has appended it again, and those of one task alone if it names one. */
    public static final class Counting {

        private final @Nullable TaskId task;
        private final Seen seen = new Seen();
        private Usage usage = Usage.NONE;

        /** @param task null for all */
        public Counting(@Nullable TaskId task) {
            this.task = task;
        }

        /** Null if the record is none that counts. */
        public @Nullable Entry entry(ConsumerRecord<String, byte[]> record) {
            LedgerEntry entry = seen.isRepeat(record) ? null : CallLog.entry(record);
            if (entry == null || (task != null && !task.equals(entry.task()))) {
                return null;
            }
            usage = usage.plus(entry.usage());
            ObjectNode json = (ObjectNode) Json.tree(record.value());
            json.put("recordedAt", Instant.ofEpochMilli(record.timestamp()).toString());
            return new Entry(json, entry.usage());
        }

        /** Of all entries so far. */
        public Usage usage() {
            return usage;
        }
    }

    /** Where the records of a job begin that was accepted then: its upload may be earlier, and clocks differ. */
    public static Instant from(Instant accepted) {
        return accepted.minus(MARGIN);
    }

    /** Where they end if it ended then; null if it goes on. */
    public static Instant until(@Nullable Instant ended) {
        return ended == null ? Instant.MAX : ended.plus(MARGIN);
    }

    /** What was spent, as a whole and by groups. */
    public record Sums(Usage total, Map<String, Usage> groups) {}

    /** There is more than can be summed up in the time for it. */
    public static final class TooMuch extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooMuch() {
            super("the calls could not all be read within " + LONGEST_SUM.toSeconds() + " s");
        }
    }

    /**
     * Begins to read what is on record for a job up to now; to be closed.
     *
     * @param since when it was accepted
     * @param until when it ended; null if it goes on
     * @param task only what is about this task; null for all
     * @throws RejectedExecutionException if as many are being read as may be at once
     */
    public Reading open(JobId job, Instant since, @Nullable Instant until, @Nullable TaskId task) {
        if (!readings.tryAcquire()) {
            throw new RejectedExecutionException("the calls of " + READINGS + " jobs are being read already");
        }
        try {
            return new Reading(job, since, until, task);
        } catch (RuntimeException | Error e) {
            readings.release();
            throw e;
        }
    }

    /** One job's entries in the log. */
    public final class Reading implements Entries {

        private final JobId job;
        private final Counting counting;
        private final Instant last;
        private final boolean whole;
        private final Consumer<String, byte[]> consumer;
        private final TopicPartition partition;
        private final Deque<ConsumerRecord<String, byte[]>> read = new ArrayDeque<>();
        private long end;

        private Reading(JobId job, Instant since, @Nullable Instant until, @Nullable TaskId task) {
            this.job = job;
            this.counting = new Counting(task);
            this.last = until(until);
            consumer = consumer();
            try {
                partition = new TopicPartition(
                        topic,
                        Envelope.partition(job, consumer.partitionsFor(topic).size()));
                consumer.assign(List.of(partition));
                end = seek(consumer, List.of(partition), from(since)).getOrDefault(partition, 0L);
                long beginning = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
                whole = beginning == 0 || beginning < consumer.position(partition);
            } catch (RuntimeException | Error e) {
                consumer.close();
                throw e;
            }
        }

        /** Whether the topic reaches back to where the job's calls may begin, so that none can have left it. */
        public boolean isWhole() {
            return whole;
        }

        @Override
        public @Nullable Entry next() {
            while (true) {
                ConsumerRecord<String, byte[]> record = read.poll();
                if (record == null) {
                    if (consumer.position(partition) >= end) {
                        return null;
                    }
                    poll();
                    continue;
                }
                if (record.offset() >= end
                        || Instant.ofEpochMilli(record.timestamp()).isAfter(last)) {
                    end = 0;
                    read.clear();
                    return null;
                }
                Entry entry = job.value().equals(record.key()) ? counting.entry(record) : null;
                if (entry != null) {
                    return entry;
                }
            }
        }

        private void poll() {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (read.isEmpty() && consumer.position(partition) < end) {
                if (System.nanoTime() > deadline) {
                    throw new TimeoutException("model-calls could not be read within " + PATIENCE.toSeconds() + " s");
                }
                consumer.poll(ONE_POLL).forEach(read::add);
            }
        }

        @Override
        public Usage usage() {
            return counting.usage();
        }

        @Override
        public void close() {
            boolean wasInterrupted = Thread.interrupted(); // as who reads for a client that went away is
            try {
                consumer.close();
            } finally {
                readings.release();
                if (wasInterrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /**
     * Adds up what was recorded between two times.
     *
     * @param from the first moment that counts
     * @param to the first that does not any more
     * @param group which one an entry of a job belongs to, or null if it does not count; of more than a thousand the others
     *     become one
     * @throws RejectedExecutionException if another sum is being made
     * @throws TooMuch if it takes too long
     */
    public Sums sum(Instant from, Instant to, BiFunction<JobId, LedgerEntry, @Nullable String> group) {
        if (!sums.tryAcquire()) {
            throw new RejectedExecutionException("another sum is being made");
        }
        try (Consumer<String, byte[]> consumer = consumer()) {
            long deadline = System.nanoTime() + LONGEST_SUM.toNanos();
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(seek(consumer, partitions, from));
            Map<TopicPartition, Seen> seen = new HashMap<>();
            Usage total = Usage.NONE;
            Map<String, Usage> groups = new TreeMap<>();
            ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            while (!ends.isEmpty()) {
                if (System.nanoTime() > deadline) {
                    throw new TooMuch();
                }
                consumer.pause(partitions.stream()
                        .filter(partition -> !ends.containsKey(partition))
                        .toList());
                for (ConsumerRecord<String, byte[]> record : consumer.poll(ONE_POLL)) {
                    var partition = new TopicPartition(record.topic(), record.partition());
                    Instant at = Instant.ofEpochMilli(record.timestamp());
                    if (!ends.containsKey(partition) || record.offset() >= ends.get(partition) || !at.isBefore(to)) {
                        ends.remove(partition);
                        continue;
                    }
                    JobId job = Envelope.job(record);
                    LedgerEntry entry = job == null || at.isBefore(from) ? null : entry(record);
                    if (job != null
                            && entry != null
                            && !seen.computeIfAbsent(partition, _ -> new Seen()).isRepeat(record)) {
                        String name = group.apply(job, entry);
                        if (name == null) {
                            continue;
                        }
                        total = total.plus(entry.usage());
                        boolean fits = groups.containsKey(name) || groups.size() < GROUPS;
                        groups.merge(fits ? name : OTHERS, entry.usage(), Usage::plus);
                    }
                }
                ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            }
            return new Sums(total, groups);
        } finally {
            sums.release();
        }
    }

    /** The ids that were read last: whoever appends may append again when no answer comes, and it is told once. */
    private static final class Seen {

        private final Set<String> ids = new LinkedHashSet<>();

        boolean isRepeat(ConsumerRecord<String, byte[]> record) {
            String id = Envelope.header(record, Envelope.ID);
            if (id == null) {
                return false;
            }
            // A retry has the id and the key of the first; an id alone could be of another job.
            boolean isNew = ids.add(record.key() + "/" + id);
            if (ids.size() > REMEMBERED) {
                ids.remove(ids.iterator().next());
            }
            return !isNew;
        }
    }

    private Consumer<String, byte[]> consumer() {
        return clients.consumer(
                "calls",
                Map.of(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        Topic.LARGE));
    }

    /** Goes to the first records that are no older; returns where the partitions end now. */
    private static Map<TopicPartition, Long> seek(
            Consumer<String, byte[]> consumer, List<TopicPartition> partitions, Instant from) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, Math.max(0, from.toEpochMilli())));
        Map<TopicPartition, OffsetAndTimestamp> firsts = consumer.offsetsForTimes(times);
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp first = firsts.get(partition);
            consumer.seek(partition, first == null ? ends.getOrDefault(partition, 0L) : first.offset());
        }
        return ends;
    }

    /** Null if it is someone else's record, or a newer version's. */
    private static @Nullable LedgerEntry entry(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return null;
        }
        try {
            return Json.read(record.value(), LedgerEntry.class);
        } catch (JacksonException e) {
            return null;
        }
    }
}

package dev.nexus.gateway.log;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.JobId;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The counted events of all jobs of one tenant, in the order of the log within each job, from any place on. */
public final class TenantLog {

    private static final Logger log = LoggerFactory.getLogger(TenantLog.class);
    private static final Duration POLL = Duration.ofMillis(500);
    /** Bytes that one reader's consumer fetches ahead; the defaults are for one that reads all it can. */
    private static final int FETCHED_AT_ONCE = 1024 * 1024;

    private static final int RECORDS = 100;

    private final KafkaClients clients;
    private final String topic;
    private final JobTable jobs;
    private final Supplier<CompletableFuture<Void>> caughtUp;

    /** @param caughtUp completes when all that is in the log now was read into {@code jobs} */
    public TenantLog(KafkaClients clients, Topics topics, JobTable jobs, Supplier<CompletableFuture<Void>> caughtUp) {
        this.clients = clients;
        this.topic = topics.name(Topic.JOB_EVENTS);
        this.jobs = jobs;
        this.caughtUp = caughtUp;
    }

    /** Where a reader begins. */
    public sealed interface From {

        /** With what is written from now on. */
        record Now() implements From {}

        /** With the oldest event that the log still has. */
        record Beginning() implements From {}

        /** Behind the event that was told with this place. */
        record Behind(String place) implements From {}
    }

    /** What a reader is told; {@code place} is where it goes on behind that. */
    public sealed interface Told {

        String place();

        record Event(JobFeed.Entry entry, String place) implements Told {}

        /** The place that it named is none of this log, or what stood there has left it: it goes on with what comes now. */
        record Reset(String place) implements Told {}
    }

    /** To be closed. Does not talk to Kafka yet. */
    public Reading open(@Nullable String tenant, From from) {
        return new Reading(tenant, from);
    }

    /** One reader; for one thread at a time. */
    public final class Reading implements AutoCloseable {

        private final @Nullable String tenant;
        private final Deque<Told> ready = new ArrayDeque<>();
        private final Deque<ConsumerRecord<String, byte[]>> fetched = new ArrayDeque<>();
        private From from;
        private @Nullable Consumer<String, byte[]> consumer;
        private LogPlace place = new LogPlace(List.of());
        private boolean begun;

        private Reading(@Nullable String tenant, From from) {
            this.tenant = tenant;
            this.from = from;
        }

        /**
         * What comes next; null if nothing came for half a second, or Kafka is slow. Blocks.
         *
         * @throws InterruptException if the thread is interrupted
         */
        public @Nullable Told next() {
            try {
                Consumer<String, byte[]> open = consumer == null ? open() : consumer;
                if (!begun) {
                    begin(open);
                    begun = true;
                    return ready.poll(); // at once: what is written from here on is told
                }
                if (ready.isEmpty() && fetched.isEmpty()) {
                    fetch(open);
                }
                while (ready.isEmpty() && !fetched.isEmpty()) {
                    look(fetched.element());
                    fetched.remove();
                }
                return ready.poll();
            } catch (OffsetOutOfRangeException e) {
                from = new From.Behind(""); // it was slower than the log's retention
                begun = false;
                return null;
            } catch (JobTable.Unread | org.apache.kafka.common.errors.TimeoutException e) {
                return null; // what could not be read is asked for again
            }
        }

        /** Whether it is known where this reader is, so that nothing written from now on is missed. */
        public boolean hasBegun() {
            return begun;
        }

        private Consumer<String, byte[]> open() {
            Consumer<String, byte[]> opened = clients.consumer(
                    "tenant",
                    Map.of(
                            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                            "none",
                            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                            RECORDS,
                            ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                            FETCHED_AT_ONCE,
                            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                            FETCHED_AT_ONCE / 4));
            consumer = opened;
            return opened;
        }

        private void begin(Consumer<String, byte[]> open) {
            List<TopicPartition> all = open.partitionsFor(topic).stream()
                    .sorted(Comparator.comparingInt(PartitionInfo::partition))
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            open.assign(all); // first: the client warns of offsets that it hears of other partitions
            Map<TopicPartition, Long> beginnings = open.beginningOffsets(all);
            Map<TopicPartition, Long> ends = open.endOffsets(all);
            switch (from) {
                case From.Now _ -> place = placeOf(all, ends);
                case From.Beginning _ -> place = placeOf(all, beginnings);
                case From.Behind behind -> {
                    LogPlace told = LogPlace.of(behind.place());
                    LogPlace valid = told == null ? null : within(told, all, beginnings, ends);
                    place = valid == null ? placeOf(all, ends) : valid;
                    if (valid == null) {
                        ready.add(new Told.Reset(place.text()));
                    }
                }
            }
            for (TopicPartition partition : all) {
                open.seek(partition, place.next().get(partition.partition()));
            }
        }

        private static LogPlace placeOf(List<TopicPartition> all, Map<TopicPartition, Long> offsets) {
            return new LogPlace(all.stream()
                    .map(partition -> offsets.getOrDefault(partition, 0L))
                    .toList());
        }

        /** Partitions that were added since are read from their beginning. */
        private static @Nullable LogPlace within(
                LogPlace told,
                List<TopicPartition> all,
                Map<TopicPartition, Long> beginnings,
                Map<TopicPartition, Long> ends) {
            if (told.next().size() > all.size()) {
                return null;
            }
            List<Long> next = new ArrayList<>(told.next());
            for (TopicPartition partition : all) {
                long begin = beginnings.getOrDefault(partition, 0L);
                if (partition.partition() >= next.size()) {
                    next.add(begin);
                    continue;
                }
                long at = next.get(partition.partition());
                if (at < begin || at > ends.getOrDefault(partition, 0L)) {
                    return null;
                }
            }
            return new LogPlace(next);
        }

        /** What was fetched may be ahead of what was folded, and only the fold knows what counts. */
        private void fetch(Consumer<String, byte[]> open) {
            int partitions = open.partitionsFor(topic).size();
            if (partitions > place.next().size()) {
                from = new From.Behind(place.text());
                begun = false;
                return;
            }
            for (ConsumerRecord<String, byte[]> record : open.poll(POLL)) {
                fetched.add(record);
            }
            if (!fetched.isEmpty()) {
                waitFor(caughtUp.get());
            }
        }

        private void look(ConsumerRecord<String, byte[]> record) {
            JobId job = Envelope.job(record);
            LogPlace behind = place.behind(record.partition(), record.offset());
            if (job != null && (tenant == null || tenant.equals(jobs.tenantOf(job)))) {
                waitFor(jobs.find(job))
                        .filter(feed -> feed.since().partition() == record.partition())
                        .flatMap(feed -> feed.at(record.partition(), record.offset()))
                        .ifPresent(entry -> ready.add(new Told.Event(entry, behind.text())));
            }
            place = behind;
        }

        private static <T> T waitFor(CompletableFuture<T> answer) {
            try {
                return answer.get();
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            } catch (java.util.concurrent.ExecutionException e) {
                throw e.getCause() instanceof JobTable.Unread unread ? unread : new CompletionException(e.getCause());
            }
        }

        @Override
        public void close() {
            boolean interrupted =
                    Thread.interrupted(); // as that is how a reader's end is told; to close waits a little
            try {
                if (consumer != null) {
                    consumer.close();
                }
            } catch (InterruptException e) {
                log.debug("closed without a last word to the brokers", e);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}

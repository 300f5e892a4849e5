package dev.nexus.agent;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches {@code job-events}, by envelopes alone, and tells each attempt in hand how its claim stands. */
final class ClaimLog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClaimLog.class);
    private static final Duration LAST_MOMENTS = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofMillis(500);

    private final String topic;
    private final Admin admin;
    private final ClaimBook book;
    private final EventTail tail;
    private final GapReader gaps;
    private final Loop following;
    private final Loop catchingUp;

    ClaimLog(KafkaClients clients, Topics topics, String worker, int rememberedJobs) {
        topic = topics.name(Topic.JOB_EVENTS);
        admin = clients.admin();
        book = new ClaimBook(worker, rememberedJobs);
        tail = new EventTail(clients, topic, book);
        gaps = new GapReader(clients, topic, book);
        following = new Loop(worker + "-claims", tail);
        catchingUp = new Loop(worker + "-claims-before", gaps);
    }

    /** Returns when every event appended from now on will be seen. */
    void start() throws InterruptedException {
        following.start();
        catchingUp.start();
        if (!tail.follows().await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "can't read job-events within " + PATIENCE.toSeconds() + " s: " + following.trouble());
        }
    }

    /** Whether {@code partition} is one of {@code job-events}. */
    boolean follows(int partition) {
        return book.nextOffset(partition) != null;
    }

    /** From now on {@code attempt} is told; call it before its claim is sent. */
    void watch(Attempt attempt) {
        ClaimBook.Gap gap = book.watch(attempt);
        if (gap != null) {
            gaps.want(gap);
        }
    }

    /**
     * Waits until everything was read that the attempt's partition holds now. A process that was stopped for a while does not
     * know what happened meanwhile; behind this it does, and a claim that was lost has interrupted this thread.
     */
    void awaitPresent(Attempt attempt) throws InterruptedException {
        var partition = new TopicPartition(topic, attempt.since().partition());
        while (true) {
            try {
                long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                        .partitionResult(partition)
                        .get()
                        .offset();
                book.awaitRead(partition.partition(), end);
                return;
            } catch (ExecutionException e) {
                log.warn("{}: the end of {} is not known, and asked again: {}", attempt, partition, e.getCause());
                Thread.sleep(PAUSE);
            }
        }
    }

    void unwatch(Attempt attempt) {
        book.unwatch(attempt);
    }

    @Nullable
    String trouble() {
        String trouble = following.trouble();
        return trouble != null ? trouble : catchingUp.trouble();
    }

    @Override
    public void close() {
        following.close();
        catchingUp.close();
        admin.close(LAST_MOMENTS);
    }
}

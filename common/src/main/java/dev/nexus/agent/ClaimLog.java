package dev.nexus.agent;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches {@code job-events}, by envelopes alone, and tells each attempt in hand how its claim stands. */
final class ClaimLog implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ClaimBook book;
    private final EventTail tail;
    private final GapReader gaps;
    private final Loop following;
    private final Loop catchingUp;

    ClaimLog(KafkaClients clients, Topics topics, String worker, int rememberedJobs) {
        String topic = topics.name(Topic.JOB_EVENTS);
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
    }
}

package dev.nexus.gateway.http;

import dev.nexus.contract.Json;
import dev.nexus.gateway.log.JobFeed;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Schedulers;

/** A job's events as server-sent events (WHATWG HTML, section 9.2): from any seq on, live, up to the final one. */
final class EventStream {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);
    private static final int BATCH = 64;

    private EventStream() {}

    /** The frames behind {@code seq}; a reader that is slow holds its place, and no memory but that. */
    static Flux<byte[]> after(long seq, JobFeed feed) {
        Flux<byte[]> frames = Flux.<byte[]>create(sink -> new Follower(feed, seq, sink).begin())
                .publishOn(Schedulers.parallel(), BATCH);
        return frames.publish(shared ->
                shared.mergeWith(Flux.interval(KEEP_ALIVE).map(_ -> COMMENT).takeUntilOther(shared.ignoreElements())));
    }

    /** The frame of one event. */
    static byte[] frame(JobFeed.Entry entry) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(
                ("id: " + entry.seq() + "\nevent: " + entry.type() + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(Json.write(entry.data()));
        out.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /** One reader's place in a feed. */
    private static final class Follower {

        private final JobFeed feed;
        private final FluxSink<byte[]> sink;
        private final AtomicInteger wakes = new AtomicInteger();
        private final Runnable wake = this::drain;
        private long seq;

        Follower(JobFeed feed, long seq, FluxSink<byte[]> sink) {
            this.feed = feed;
            this.seq = seq;
            this.sink = sink;
        }

        void begin() {
            feed.follow(wake);
            sink.onDispose(() -> feed.unfollow(wake)); // at once, if the reader is gone already
            sink.onRequest(_ -> drain());
        }

        /** Sends what there is and what is asked for; one thread at a time, no wake is lost. */
        private void drain() {
            if (wakes.getAndIncrement() != 0) {
                return;
            }
            int seen = 1;
            do {
                send();
                seen = wakes.addAndGet(-seen);
            } while (seen != 0);
        }

        private void send() {
            while (!sink.isCancelled()) {
                boolean ended = feed.state().status().isFinal();
                if (ended && seq > feed.state().seq()) {
                    seq = 0; // it was no id of ours: better twice than a gap
                }
                long asked = sink.requestedFromDownstream();
                List<JobFeed.Entry> batch = feed.after(seq, (int) Math.min(asked, BATCH));
                for (JobFeed.Entry entry : batch) {
                    sink.next(entry.frame(EventStream::frame));
                    seq = entry.seq();
                }
                if (ended && seq >= feed.state().seq()) {
                    sink.complete();
                    return;
                }
                if (batch.isEmpty()) {
                    return;
                }
            }
        }
    }
}

package dev.nexus.gateway.http;

import dev.nexus.contract.Json;
import dev.nexus.gateway.access.Admitted;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.log.JobFeed;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

/** A job's events as server-sent events (WHATWG HTML, section 9.2): from any seq on, live, up to the final one. */
final class EventStream {

    static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /** For a reader that takes nothing while events wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** For its connection to take the next piece; more than the other, so that the last comment has a chance. */
    private static final Duration CUT = Duration.ofSeconds(45);

    /** Milliseconds; in a frame with data, as some clients drop a frame that has none. */
    private static final String RETRY = "retry: 2000\n";

    /** With the final event: there are clients that do not stop at 204 but ask again, and these shall do so seldom. */
    private static final String RETRY_AT_THE_END = "retry: 15000\n";

    private static final int BATCH = 64;
    private static final int PIECE_BYTES = 16 * 1024;

    private EventStream() {}

    /** The frames behind {@code seq}; a reader that is slow holds its place, and no memory but that. */
    static Flux<byte[]> after(long seq, JobFeed feed, BooleanSupplier gone, Readers readers) {
        return after(seq, feed, gone, null, PATIENCE, readers);
    }

    /** The job as it is now, and the frames behind that: for whoever is at no place that is known here. */
    static Flux<byte[]> fromNow(JobFeed feed, BooleanSupplier gone, Readers readers) {
        JobState job = feed.state();
        byte[] snapshot = frame(
                String.valueOf(job.seq()),
                "job.snapshot",
                Views.json(JobView.of(job)),
                job.status().isFinal() ? RETRY_AT_THE_END : RETRY);
        return after(job.seq(), feed, gone, snapshot, PATIENCE, readers);
    }

    static Flux<byte[]> after(
            long seq, JobFeed feed, BooleanSupplier gone, byte @Nullable [] first, Duration patience, Readers readers) {
        return Flux.<byte[]>create(sink -> new Follower(feed, gone, seq, first, patience, readers, sink).begin())
                .publishOn(Schedulers.parallel(), BATCH);
    }

    /** Likewise, with a comment now and then, so that nobody in between takes the connection for dead. */
    static Flux<byte[]> keptAlive(Flux<byte[]> frames) {
        return frames.publish(shared ->
                shared.mergeWith(Flux.interval(KEEP_ALIVE).map(_ -> COMMENT).takeUntilOther(shared.ignoreElements())));
    }

    /**
     * The answer that streams these frames for as long as who asks for them would be let in; its headers are sent at once.
     * Nothing that compresses answers does so with this type: it would hold events back.
     */
    static Mono<ServerResponse> answer(ServerRequest http, Flux<byte[]> frames, Readers readers) {
        return ServerResponse.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .header("Cache-Control", "no-cache, no-transform")
                .header("X-Accel-Buffering", "no")
                .build((exchange, _) -> {
                    cutIfStuck(exchange.getRequest(), readers);
                    var buffers = exchange.getResponse().bufferFactory();
                    return exchange.getResponse()
                            .writeAndFlushWith(readers.counted(keptAlive(frames.takeUntilOther(Admitted.end(http))))
                                    .concatMapIterable(EventStream::pieces, 1)
                                    .map(piece -> Flux.just(buffers.wrap(piece))));
                });
    }

    /** What the operating system cannot pass on for long is for a reader that does not read. */
    private static void cutIfStuck(ServerHttpRequest request, Readers readers) {
        Object from = ServerHttpRequestDecorator.getNativeRequest(request);
        if (from instanceof HttpServerRequest http) {
            http.withConnection(connection -> connection.addHandlerLast("slow-readers", new Cutter(readers)));
        }
    }

    /** A server takes some buffers ahead of its reader, of whatever size; and a small one shows sooner that one reads. */
    private static List<byte[]> pieces(byte[] frame) {
        if (frame.length <= PIECE_BYTES) {
            return List.of(frame);
        }
        return java.util.stream.IntStream.range(0, (frame.length + PIECE_BYTES - 1) / PIECE_BYTES)
                .mapToObj(
                        i -> Arrays.copyOfRange(frame, i * PIECE_BYTES, Math.min(frame.length, (i + 1) * PIECE_BYTES)))
                .toList();
    }

    /** The frame of one event. */
    static byte[] frame(JobFeed.Entry entry) {
        return frame(String.valueOf(entry.seq()), entry.type(), Json.write(entry.data()), "");
    }

    /** @param json in one line */
    static byte[] frame(String id, String event, byte[] json, String retry) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(("id: " + id + "\nevent: " + event + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(json);
        out.writeBytes(("\n" + retry + "\n").getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /** With the wait before a reconnect that every stream's first frame tells. */
    static byte[] first(byte[] frame) {
        return with(RETRY, frame);
    }

    private static byte[] with(String retry, byte[] frame) {
        byte[] more = (retry + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(frame, frame.length - 1 + more.length);
        System.arraycopy(more, 0, all, frame.length - 1, more.length);
        return all;
    }

    /** Closes a connection that takes nothing. */
    private static final class Cutter extends WriteTimeoutHandler {

        private final Readers readers;

        Cutter(Readers readers) {
            super(CUT.toSeconds(), TimeUnit.SECONDS);
            this.readers = readers;
        }

        @Override
        protected void writeTimedOut(ChannelHandlerContext context) throws Exception {
            readers.drop();
            super.writeTimedOut(context);
        }
    }

    /** One reader's place in a feed. */
    private static final class Follower {

        private final JobFeed feed;
        private final BooleanSupplier gone;
        private final Duration patience;
        private final Readers readers;
        private final FluxSink<byte[]> sink;
        private final AtomicInteger wakes = new AtomicInteger();
        private final Runnable wake = this::drain;
        private byte @Nullable [] first;
        private boolean told;
        private long seq;
        private long tookAt = System.nanoTime();

        Follower(
                JobFeed feed,
                BooleanSupplier gone,
                long seq,
                byte @Nullable [] first,
                Duration patience,
                Readers readers,
                FluxSink<byte[]> sink) {
            this.feed = feed;
            this.gone = gone;
            this.seq = seq;
            this.first = first;
            this.patience = patience;
            this.readers = readers;
            this.sink = sink;
        }

        void begin() {
            feed.follow(wake);
            var looking = Schedulers.parallel()
                    .schedulePeriodically(wake, patience.toMillis(), patience.toMillis() / 4, TimeUnit.MILLISECONDS);
            sink.onDispose(
                    () -> { // at once, if the reader is gone already
                        feed.unfollow(wake);
                        looking.dispose();
                    });
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
                if (gone.getAsBoolean()) {
                    sink.complete();
                    return;
                }
                long asked = sink.requestedFromDownstream();
                if (first != null && asked > 0) {
                    sink.next(first);
                    first = null;
                    told = true;
                    continue;
                }
                boolean ended = feed.state().status().isFinal();
                long end = feed.state().seq();
                List<JobFeed.Entry> batch = first == null ? feed.after(seq, (int) Math.min(asked, BATCH)) : List.of();
                for (JobFeed.Entry entry : batch) {
                    sink.next(shown(entry, ended && entry.seq() == end));
                    seq = entry.seq();
                }
                if (first == null && ended && seq >= end) {
                    sink.complete();
                    return;
                }
                if (batch.isEmpty()) {
                    dropIfSlow(asked, end);
                    return;
                }
                tookAt = System.nanoTime();
            }
        }

        private byte[] shown(JobFeed.Entry entry, boolean last) {
            byte[] frame = entry.frame(EventStream::frame);
            if (last) {
                return with(RETRY_AT_THE_END, frame);
            }
            boolean tells = !told;
            told = true;
            return tells ? first(frame) : frame;
        }

        private void dropIfSlow(long asked, long end) {
            if (asked > 0 || seq >= end) {
                tookAt = System.nanoTime();
            } else if (System.nanoTime() - tookAt > patience.toNanos()) {
                sink.next((": this reader was too slow; connect again with Last-Event-ID: " + seq + "\n\n")
                        .getBytes(StandardCharsets.UTF_8));
                sink.complete();
                readers.drop();
            }
        }
    }
}

package dev.nexus.gateway.http;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.JobId;
import dev.nexus.gateway.GatewayLifecycle;
import dev.nexus.gateway.access.Caller;
import dev.nexus.gateway.archive.AllJobs;
import dev.nexus.gateway.archive.Archive;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.log.JobFeed;
import dev.nexus.gateway.log.JobTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A job's stream, from wherever its reader was. EventSource gives up for good on any status but 200, so nothing that may
 * pass is told by a status: while this gateway can't say how to go on, the reader is held by comments.
 */
final class JobEvents {

    /** Until headers are sent without knowing more. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static final Duration ASK_AGAIN = Duration.ofMillis(250);

    /** After it the reader is sent away, to come again: here, or where another gateway knows. */
    private static final Duration LONGEST_HOLD = Duration.ofMinutes(1);

    private static final byte[] STOPPING = ": this gateway stops; connect again\n\n".getBytes(StandardCharsets.UTF_8);

    private final JobTable jobs;
    private final AllJobs all;
    private final GatewayLifecycle gateway;
    private final Readers readers;

    JobEvents(JobTable jobs, AllJobs all, GatewayLifecycle gateway, Readers readers) {
        this.jobs = jobs;
        this.all = all;
        this.gateway = gateway;
        this.readers = readers;
    }

    /** How a stream goes on. */
    private sealed interface Start {

        record At(long seq, JobFeed feed) implements Start {}

        record Anew(JobFeed feed) implements Start {}

        record Seen() implements Start {}

        record NoJob() implements Start {}

        record Later(String why) implements Start {}
    }

    /** What is known will be known in a moment. */
    private static final class NotYet extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotYet() {
            super("the log is still being read");
        }
    }

    Mono<ServerResponse> events(ServerRequest http) {
        if (gateway.isStopping()) {
            return EventStream.answer(http, Flux.just(STOPPING), readers);
        }
        Mono<Start> start = start(http).cache();
        return Mono.firstWithSignal(
                        start.map(known -> answer(http, known)),
                        Mono.delay(SOON).map(_ -> EventStream.answer(http, held(start), readers)))
                .flatMap(answer -> answer);
    }

    private Mono<ServerResponse> answer(ServerRequest http, Start start) {
        return switch (start) {
            case Start.Seen _ -> ServerResponse.noContent().build(); // WHATWG: tells a client to stop reconnecting
            case Start.NoJob _ ->
                Problem.of(ErrorCode.NOT_FOUND, "there is no such job; it may have left the log")
                        .response();
            case Start.At _, Start.Anew _, Start.Later _ -> EventStream.answer(http, frames(start), readers);
        };
    }

    /** The headers are sent already: what a status would have told is told when the reader comes again. */
    private Flux<byte[]> held(Mono<Start> start) {
        return Flux.concat(Mono.just(EventStream.COMMENT), start.flatMapMany(this::frames))
                .takeUntilOther(gateway.stopping());
    }

    private Flux<byte[]> frames(Start start) {
        Flux<byte[]> frames = switch (start) {
            case Start.At at -> EventStream.after(at.seq(), at.feed(), () -> isGone(at.feed()), readers);
            case Start.Anew anew -> EventStream.fromNow(anew.feed(), () -> isGone(anew.feed()), readers);
            case Start.Later later -> Flux.just((": " + later.why() + "\n\n").getBytes(StandardCharsets.UTF_8));
            case Start.Seen _, Start.NoJob _ -> Flux.empty();
        };
        return frames.takeUntilOther(gateway.stopping());
    }

    private boolean isGone(JobFeed feed) {
        return jobs.isDeleted(feed.state().id());
    }

    private Mono<Start> start(ServerRequest http) {
        JobId job;
        try {
            job = new JobId(http.pathVariable("id"));
        } catch (IllegalArgumentException e) {
            return Mono.just(new Start.NoJob()); // no job is named so
        }
        Caller caller = Caller.of(http);
        String cursor = cursor(http);
        return Mono.defer(() -> gateway.isReady() ? look(job, caller, cursor) : Mono.error(new NotYet()))
                .retryWhen(Retry.fixedDelay(LONGEST_HOLD.dividedBy(ASK_AGAIN), ASK_AGAIN)
                        .filter(failure -> failure instanceof NotYet
                                || failure instanceof JobTable.Unread
                                || failure instanceof Archive.Unreachable
                                || JobApi.isKafkaSlow(failure)))
                .timeout(LONGEST_HOLD)
                .onErrorResume(
                        failure -> failure instanceof TimeoutException
                                || reactor.core.Exceptions.isRetryExhausted(failure),
                        _ -> Mono.just(new Start.Later("the log or the archive can't be read now; connect again")));
    }

    private Mono<Start> look(JobId job, Caller caller, @Nullable String cursor) {
        return found(() -> all.find(job)).flatMap(known -> {
            Start start = start(known, caller, cursor);
            // what another replica has read already may still be unread here
            return start instanceof Start.Anew && jobs.isKnown(job)
                    ? Mono.fromFuture(gateway.caughtUp(), true)
                            .then(found(() -> jobs.find(job)))
                            .map(again -> start(again, caller, cursor))
                    : Mono.just(start);
        });
    }

    private static Mono<Optional<JobFeed>> found(Supplier<CompletableFuture<Optional<JobFeed>>> finding) {
        return Mono.defer(() -> Mono.fromFuture(finding.get(), true)); // others may wait for the same one
    }

    private static Start start(Optional<JobFeed> known, Caller caller, @Nullable String cursor) {
        JobFeed feed = known.filter(each -> caller.sees(each.tenant())).orElse(null);
        if (feed == null) {
            return new Start.NoJob();
        }
        if (cursor == null) {
            return new Start.At(0, feed);
        }
        JobState job = feed.state();
        long seq = cursor.matches("\\d{1,15}") ? Long.parseLong(cursor) : Long.MAX_VALUE;
        if (seq > job.seq()) {
            return new Start.Anew(feed);
        }
        return job.status().isFinal() && seq == job.seq() ? new Start.Seen() : new Start.At(seq, feed);
    }

    /** The header first: EventSource keeps the address, and the place that it names, when it connects again. */
    static @Nullable String cursor(ServerRequest http) {
        String header = http.headers().firstHeader("Last-Event-ID");
        String cursor = header != null && !header.isBlank()
                ? header
                : http.queryParam("starting_after").orElse("");
        return cursor.isBlank() ? null : cursor.strip();
    }
}

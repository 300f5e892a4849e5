package dev.nexus.gateway.http;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Artefacts;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobRequest;
import dev.nexus.contract.TestReport;
import dev.nexus.gateway.access.Caller;
import dev.nexus.gateway.archive.AllJobs;
import dev.nexus.gateway.archive.Archive;
import dev.nexus.gateway.intake.IdempotencyKey;
import dev.nexus.gateway.intake.Intake;
import dev.nexus.gateway.intake.InvalidRequest;
import dev.nexus.gateway.intake.RequestReader;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.log.JobFeed;
import dev.nexus.gateway.log.JobTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.common.errors.RetriableException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What the routes of jobs do. */
final class JobApi {

    static final String ARCHIVE_AWAY = "this is not in the log, and the archive does not answer; ask again";
    private static final String POLL_AFTER = "2";
    private static final Duration READ_BACK = Duration.ofSeconds(10);
    private static final int READERS = 4;
    private static final int READS_WAITING = 1000;

    private final Intake intake;
    private final JobTable jobs;
    private final AllJobs all;
    private final EventLog events;
    private final Mono<Void> stopping;
    /** Of its own: files that Kafka is slow to give must not keep requests and cancels waiting. */
    private final Scheduler reading = Schedulers.newBoundedElastic(READERS, READS_WAITING, "files", 60, true);

    /** @param stopping completes when this gateway stops: whoever waits for the end of a job waits no longer */
    JobApi(Intake intake, JobTable jobs, AllJobs all, EventLog events, Mono<Void> stopping) {
        this.intake = intake;
        this.jobs = jobs;
        this.all = all;
        this.events = events;
        this.stopping = stopping;
    }

    /** Reads the body as a request; a body can be wrong in ways that only its reader knows. */
    @FunctionalInterface
    interface Reading {
        JobRequest of(byte[] body) throws InvalidRequest;
    }

    Mono<ServerResponse> submit(ServerRequest http) {
        return submit(http, body -> RequestReader.read(body, "kind"));
    }

    Mono<ServerResponse> submit(ServerRequest http, JobKind kind) {
        return submit(http, body -> RequestReader.read(body, kind));
    }

    Mono<ServerResponse> submit(ServerRequest http, Reading reading) {
        MediaType type = http.headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM);
        if (!type.isCompatibleWith(MediaType.APPLICATION_JSON)) {
            return Problem.of(InvalidRequest.notJson()).response();
        }
        Caller caller = Caller.of(http);
        JobId keyed;
        try {
            keyed = IdempotencyKey.job(caller.tenant(), http.headers().firstHeader(Envelope.IDEMPOTENCY_KEY));
        } catch (InvalidRequest e) {
            return Problem.of(e).response();
        }
        JobId id = keyed == null ? JobId.next(System.currentTimeMillis(), RandomGenerator.getDefault()) : keyed;
        return http.bodyToMono(byte[].class)
                .defaultIfEmpty(new byte[0])
                .flatMap(body -> {
                    try {
                        JobRequest request = reading.of(body);
                        return sending(() -> intake.take(id, caller, request));
                    } catch (InvalidRequest e) {
                        return Mono.<Intake.Admission>just(new Intake.Admission.Refused(e));
                    }
                })
                .flatMap(admission -> answer(http, admission))
                .onErrorResume(
                        DataBufferLimitException.class,
                        _ -> Problem.of(InvalidRequest.tooLarge()).response());
    }

    private Mono<ServerResponse> answer(ServerRequest http, Intake.Admission admission) {
        switch (admission) {
            case Intake.Admission.Accepted(JobState job, boolean isNew) -> remember(http, new JobMade(job.id(), isNew));
            case Intake.Admission.Unknown(JobId job) -> remember(http, new JobMade(job, true));
            case Intake.Admission.Refused _ -> {}
        }
        return switch (admission) {
            case Intake.Admission.Accepted accepted -> accepted(http, accepted.job());
            case Intake.Admission.Refused refused ->
                Problem.of(refused.why()).response(headers -> {
                    Duration wait = refused.why().retryAfter();
                    if (wait != null) {
                        headers.set("Retry-After", Problem.seconds(wait));
                    }
                });
            case Intake.Admission.Unknown unknown ->
                Problem.of(
                                ErrorCode.UNAVAILABLE,
                                "Kafka did not confirm job " + unknown.job() + " in time; ask GET /jobs/"
                                        + unknown.job() + " first, or send it again with the same Idempotency-Key",
                                null,
                                unknown.job().value())
                        .response();
        };
    }

    private static void remember(ServerRequest http, JobMade made) {
        http.exchange().getAttributes().put(JobMade.ATTRIBUTE, made);
    }

    /** RFC 7240: an answer with the outcome, if it comes in the time that the client would wait; else where to look for it. */
    private Mono<ServerResponse> accepted(ServerRequest http, JobState accepted) {
        Prefer prefer = Prefer.of(http.headers().header("Prefer"));
        Mono<JobState> job = prefer.waits()
                ? find(accepted.id())
                        .flatMap(known -> known.isEmpty() ? Mono.just(accepted) : settled(known.get(), prefer))
                        .onErrorReturn(JobTable.Unread.class, accepted)
                : Mono.just(accepted);
        return job.flatMap(state -> {
            boolean done = prefer.waits() && state.status().isFinal();
            var response = ServerResponse.status(done ? HttpStatus.OK : HttpStatus.ACCEPTED)
                    .location(URI.create("/jobs/" + state.id()))
                    .contentType(MediaType.APPLICATION_JSON);
            if (!done) {
                response.header("Retry-After", POLL_AFTER);
            }
            if (prefer.waits()) {
                response.header("Preference-Applied", prefer.applied());
            }
            return response.bodyValue(Views.json(JobView.of(state)));
        });
    }

    static Mono<ServerResponse> json(HttpStatus status, JobState job, Object view) {
        return ServerResponse.status(status)
                .location(URI.create("/jobs/" + job.id()))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Views.json(view));
    }

    private static Mono<ServerResponse> json(Object view) {
        return ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(Views.json(view));
    }

    Mono<ServerResponse> show(ServerRequest http) {
        Prefer prefer = Prefer.of(http.headers().header("Prefer"));
        return withJob(
                http,
                feed -> settled(feed, prefer).flatMap(job -> {
                    byte[] body = Views.json(JobView.of(job));
                    EntityTag tag = EntityTag.of(job.seq(), body);
                    boolean known = tag.isAmong(http.headers().header("If-None-Match"));
                    var response = ServerResponse.status(known ? HttpStatus.NOT_MODIFIED : HttpStatus.OK)
                            .eTag(tag.value());
                    if (prefer.waits()) {
                        response.header("Preference-Applied", prefer.applied());
                    }
                    return known
                            ? response.build()
                            : response.contentType(MediaType.APPLICATION_JSON).bodyValue(body);
                }));
    }

    /** The job as it is once it is final, or once the client would wait no longer. */
    private Mono<JobState> settled(JobFeed feed, Prefer prefer) {
        JobState now = feed.state();
        if (!prefer.waits() || now.status().isFinal()) {
            return Mono.just(now);
        }
        return Mono.fromFuture(jobs.await(feed, state -> state.status().isFinal(), prefer.longest()))
                .onErrorResume(TimeoutException.class, _ -> Mono.fromSupplier(feed::state))
                .takeUntilOther(stopping)
                .switchIfEmpty(Mono.fromSupplier(feed::state));
    }

    Mono<ServerResponse> cancel(ServerRequest http) {
        return withJob(http, feed -> {
            JobState job = feed.state();
            if (job.status().isFinal()) {
                return tooLateToCancel(job);
            }
            return sending(() -> events.append(job.id(), new JobEvent.JobCancelRequested(null))
                            .thenCompose(_ -> jobs.await(
                                    feed,
                                    state -> state.cancelRequested()
                                            || state.status().isFinal(),
                                    READ_BACK)))
                    .flatMap(state -> state.cancelRequested() || state.status() == JobStatus.CANCELLED
                            ? json(HttpStatus.ACCEPTED, state, JobView.of(state))
                            : tooLateToCancel(state))
                    .onErrorResume(
                            JobApi::isKafkaSlow,
                            _ -> Problem.of(
                                            ErrorCode.UNAVAILABLE,
                                            "Kafka did not confirm the cancellation in time; cancel again")
                                    .response());
        });
    }

    private static Mono<ServerResponse> tooLateToCancel(JobState job) {
        return job.status() == JobStatus.CANCELLED
                ? json(JobView.of(job))
                : Problem.of(
                                ErrorCode.CONFLICT,
                                "job " + job.id() + " is " + job.status().wire()
                                        + " already; there is nothing to cancel")
                        .response();
    }

    /** Kafka's silence, or too many who wait for it; anything else that goes wrong is a defect, and logged as one. */
    static boolean isKafkaSlow(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                || cause instanceof RetriableException
                || cause instanceof RejectedExecutionException;
    }

    Mono<ServerResponse> rounds(ServerRequest http) {
        return withJob(http, feed -> json(Map.of("rounds", RoundView.of(feed.state()))));
    }

    Mono<ServerResponse> report(ServerRequest http) {
        return withJob(http, feed -> {
            TestReport report = feed.state().report();
            return report == null
                    ? Problem.of(
                                    ErrorCode.NOT_FOUND,
                                    "the job has run no tests yet; GET /jobs/{id} shows how far it is")
                            .response()
                    : ServerResponse.ok().contentType(MediaType.APPLICATION_XML).bodyValue(JUnitXml.of(report));
        });
    }

    Mono<ServerResponse> artefacts(ServerRequest http) {
        return withJob(http, feed -> json(Map.of("artefacts", JobView.files(feed.state()))));
    }

    Mono<ServerResponse> artefact(ServerRequest http) {
        return withJob(http, feed -> {
            String path = http.pathVariable("path").substring(1);
            ArtefactRef file = feed.state().artefacts().get(path);
            if (file == null) {
                return Problem.of(
                                ErrorCode.NOT_FOUND,
                                "the job has no file at that path; GET /jobs/{id}/artefacts lists them")
                        .response();
            }
            EntityTag tag = new EntityTag('"' + file.sha256() + '"');
            if (tag.isAmong(http.headers().header("If-None-Match"))) {
                return ServerResponse.status(HttpStatus.NOT_MODIFIED)
                        .eTag(tag.value())
                        .build();
            }
            return reading(() -> all.file(feed.state().id(), file))
                    .flatMap(content -> ServerResponse.ok()
                            .contentType(new MediaType(MediaType.TEXT_PLAIN, java.nio.charset.StandardCharsets.UTF_8))
                            .eTag(tag.value())
                            .header("X-Content-Type-Options", "nosniff")
                            .bodyValue(content));
        });
    }

    Mono<ServerResponse> archive(ServerRequest http) {
        return withJob(http, feed -> {
            JobState job = feed.state();
            return reading(() -> zip(job))
                    .flatMap(zip -> ServerResponse.ok()
                            .contentType(MediaType.parseMediaType("application/zip"))
                            .header("Content-Disposition", "attachment; filename=\"" + job.id() + ".zip\"")
                            .bodyValue(zip));
        });
    }

    private byte[] zip(JobState job) throws IOException, Artefacts.Gone, InterruptedException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (ArtefactRef file : job.artefacts().values()) {
                ZipEntry entry = new ZipEntry(file.path());
                entry.setLastModifiedTime(FileTime.from(job.updatedAt())); // the same bytes whenever one asks
                zip.putNextEntry(entry);
                zip.write(all.file(job.id(), file));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** Off the event loop, as a send can wait for the broker. */
    private static <T> Mono<T> sending(Supplier<CompletableFuture<T>> send) {
        return Mono.defer(() -> Mono.fromFuture(send.get(), true)).subscribeOn(Schedulers.boundedElastic());
    }

    private <T> Mono<T> reading(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(reading);
    }

    private Mono<Optional<JobFeed>> find(JobId job) {
        return Mono.defer(() -> Mono.fromFuture(jobs.find(job), true)); // others may wait for the same one
    }

    /** What {@code then} makes of the job that the path names; a problem if there is none, or Kafka is too slow. */
    Mono<ServerResponse> withJob(ServerRequest http, java.util.function.Function<JobFeed, Mono<ServerResponse>> then) {
        Caller caller = Caller.of(http);
        return found(http.pathVariable("id"))
                .map(job -> job.filter(feed -> caller.sees(feed.tenant())))
                .flatMap(job -> job.isEmpty()
                        ? Problem.of(ErrorCode.NOT_FOUND, "there is no such job; it may have left the log")
                                .response()
                        : then.apply(job.get()))
                .onErrorResume(
                        Artefacts.Gone.class,
                        e -> Problem.of(ErrorCode.NOT_FOUND, String.valueOf(e.getMessage()))
                                .response())
                .onErrorResume(JobTable.Unread.class, _ -> unread())
                .onErrorResume(Archive.Unreachable.class, JobApi::unreachable)
                .onErrorResume(
                        JobApi::isKafkaSlow,
                        _ -> Problem.of(ErrorCode.UNAVAILABLE, "Kafka did not answer in time; ask again")
                                .response());
    }

    private static Mono<ServerResponse> unread() {
        return Problem.of(ErrorCode.UNAVAILABLE, "the events could not be read from Kafka in time; ask again")
                .response();
    }

    /** The reason is for the gateway's log: it can name hosts. */
    static Mono<ServerResponse> unreachable(Throwable failure) {
        return Problem.of(ErrorCode.UNAVAILABLE, ARCHIVE_AWAY).response();
    }

    private Mono<Optional<JobFeed>> found(String id) {
        try {
            JobId job = new JobId(id);
            return Mono.defer(() -> Mono.fromFuture(all.find(job), true));
        } catch (IllegalArgumentException e) {
            return Mono.just(Optional.empty()); // no job is named so
        }
    }
}

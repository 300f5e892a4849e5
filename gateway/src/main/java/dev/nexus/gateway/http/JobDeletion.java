package dev.nexus.gateway.http;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.gateway.archive.AllJobs;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.log.TopicRetention;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Hides a final job for good; what it has written leaves the topics when their retention has passed. The archive reads of
 * it in the log, unless it alone has the job.
 */
final class JobDeletion {

    private final JobApi api;
    private final AllJobs jobs;
    private final EventLog events;
    private final TopicRetention retention;
    private final Supplier<CompletableFuture<Void>> caughtUp;
    private final Clock clock;

    /** @param leaves the topics, each with when the last byte of the job is gone from it */
    private record DeletedView(JobId id, boolean deleted, List<TopicRetention.Leaving> leaves) {}

    /** @param caughtUp completes when all that is in the log now was read */
    JobDeletion(
            JobApi api,
            AllJobs jobs,
            EventLog events,
            TopicRetention retention,
            Supplier<CompletableFuture<Void>> caughtUp,
            Clock clock) {
        this.api = api;
        this.jobs = jobs;
        this.events = events;
        this.retention = retention;
        this.caughtUp = caughtUp;
        this.clock = clock;
    }

    Mono<ServerResponse> delete(ServerRequest http) {
        return api.withJob(http, feed -> {
            JobState job = feed.state();
            if (!job.status().isFinal()) {
                return Problem.of(
                                ErrorCode.CONFLICT,
                                "job " + job.id() + " is " + job.status().wire() + "; cancel it first, with POST /jobs/"
                                        + job.id() + "/cancel")
                        .response();
            }
            // asked first: who can't be told when the bytes leave can still keep them
            return Mono.fromCallable(() -> retention.after(clock.instant()))
                    .subscribeOn(Schedulers.boundedElastic())
                    .flatMap(leaves -> jobs.isArchivedOnly(job.id())
                            ? deleteArchived(job.id(), leaves)
                            : Mono.fromFuture(() -> events.append(job.id(), new JobEvent.JobDeleted())
                                            .thenCompose(_ -> caughtUp.get()))
                                    .then(Mono.defer(() -> answer(job.id(), leaves))))
                    .onErrorResume(
                            failure -> failure instanceof ExecutionException || JobApi.isKafkaSlow(failure),
                            _ -> Problem.of(
                                            ErrorCode.UNAVAILABLE,
                                            "Kafka did not confirm the deletion in time; delete it again")
                                    .response());
        });
    }

    private Mono<ServerResponse> deleteArchived(JobId id, List<TopicRetention.Leaving> leaves) {
        return Mono.fromFuture(() -> jobs.deleteArchived(id))
                .flatMap(deleted -> deleted
                        ? shown(id, leaves)
                        : Problem.of(ErrorCode.NOT_FOUND, "there is no such job; it was deleted already")
                                .response());
    }

    private Mono<ServerResponse> answer(JobId id, List<TopicRetention.Leaving> leaves) {
        if (!jobs.isDeleted(id)) {
            return Mono.error(new IllegalStateException("job " + id + " was deleted in the log and is shown"));
        }
        return shown(id, leaves);
    }

    private static Mono<ServerResponse> shown(JobId id, List<TopicRetention.Leaving> leaves) {
        return ServerResponse.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Views.json(new DeletedView(id, true, leaves)));
    }
}

package dev.nexus.gateway.http;

import dev.nexus.contract.ControlCommand;
import dev.nexus.contract.JobEvent;
import dev.nexus.gateway.intake.Approvals;
import dev.nexus.gateway.intake.InvalidRequest;
import dev.nexus.gateway.intake.RequestReader;
import dev.nexus.gateway.log.JobFeed;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What the routes do by which a human has a say in a job: answers about its plan, and another go at it. */
final class ApprovalApi {

    private final JobApi jobs;
    private final Approvals approvals;

    ApprovalApi(JobApi jobs, Approvals approvals) {
        this.jobs = jobs;
        this.approvals = approvals;
    }

    /** Reads the body as an answer. */
    @FunctionalInterface
    private interface Reading {
        JobEvent.OfPlan of(byte[] body) throws InvalidRequest;
    }

    Mono<ServerResponse> approve(ServerRequest http) {
        return answer(http, body -> {
            ControlCommand.Approve read = RequestReader.approve(body);
            return new JobEvent.PlanApproved(read.planHash(), read.plan());
        });
    }

    Mono<ServerResponse> reject(ServerRequest http) {
        return answer(http, body -> {
            ControlCommand.Reject read = RequestReader.reject(body);
            return new JobEvent.PlanRejected(read.planHash(), read.reason());
        });
    }

    Mono<ServerResponse> retry(ServerRequest http) {
        return jobs.withJob(
                http,
                job -> jobs.submit(
                        http, body -> RequestReader.retry(body, job.state().id())));
    }

    private Mono<ServerResponse> answer(ServerRequest http, Reading reading) {
        MediaType type = http.headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM);
        if (!type.isCompatibleWith(MediaType.APPLICATION_JSON)) {
            return Problem.of(InvalidRequest.notJson()).response();
        }
        return jobs.withJob(
                http,
                job -> http.bodyToMono(byte[].class)
                        .defaultIfEmpty(new byte[0])
                        .flatMap(body -> {
                            try {
                                return taken(job, reading.of(body));
                            } catch (InvalidRequest e) {
                                return Mono.<ServerResponse>error(e);
                            }
                        })
                        .onErrorResume(InvalidRequest.class, e -> Problem.of(e).response())
                        .onErrorResume(
                                DataBufferLimitException.class,
                                _ -> Problem.of(InvalidRequest.tooLarge()).response()));
    }

    private Mono<ServerResponse> taken(JobFeed job, JobEvent.OfPlan answer) {
        return Mono.defer(() -> Mono.fromFuture(approvals.take(job, answer), true)) // others may have written it too
                .subscribeOn(Schedulers.boundedElastic()) // a send can wait for the broker
                .flatMap(state -> JobApi.json(HttpStatus.OK, state, JobView.of(state)));
    }
}

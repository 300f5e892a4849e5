package dev.nexus.gateway.http;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Webhook;
import dev.nexus.gateway.access.Caller;
import dev.nexus.gateway.intake.InvalidRequest;
import dev.nexus.gateway.webhook.Webhooks;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What the routes of webhooks do. */
final class WebhookApi {

    private static final int TRIALS = 8;
    private static final int TRIALS_WAITING = 100;

    private final Webhooks webhooks;
    /** Of its own: a receiver that takes its time must keep nobody else waiting. */
    private final Scheduler trying = Schedulers.newBoundedElastic(TRIALS, TRIALS_WAITING, "webhook-tests", 60, true);

    WebhookApi(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    /** A subscription as it is shown; the secret only where it is new. */
    private record View(
            String id,
            String url,
            List<String> events,
            String jobs,
            @Nullable String description,
            String status,
            @Nullable String disabledReason,
            Instant createdAt,
            @Nullable String secret,
            @Nullable Instant previousSecretUntil) {

        static View of(Webhook webhook, boolean withSecret) {
            return new View(
                    webhook.id(),
                    webhook.url(),
                    webhook.events(),
                    webhook.onlyNamed() ? "named" : "all",
                    webhook.description(),
                    webhook.disabled() == null ? "enabled" : "disabled",
                    webhook.disabled(),
                    webhook.createdAt(),
                    withSecret ? webhook.secret() : null,
                    webhook.previousUntil());
        }
    }

    /** What is done with a body; it can be wrong in ways that only its reader knows. */
    @FunctionalInterface
    interface Reading {
        CompletableFuture<Webhook> of(byte[] body) throws InvalidRequest;
    }

    Mono<ServerResponse> create(ServerRequest http) {
        String tenant = Caller.of(http).tenant();
        String key = http.headers().firstHeader(Envelope.IDEMPOTENCY_KEY);
        return withBody(http, body -> webhooks.create(tenant, key, body))
                .flatMap(made -> ServerResponse.created(URI.create("/webhooks/" + made.id()))
                        .header("Cache-Control", "no-store")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(Views.json(View.of(made, true))))
                .onErrorResume(WebhookApi::problem);
    }

    Mono<ServerResponse> list(ServerRequest http) {
        return sending(() -> webhooks.of(Caller.of(http).tenant()))
                .flatMap(all -> json(Map.of(
                        "webhooks",
                        all.stream().map(webhook -> View.of(webhook, false)).toList())))
                .onErrorResume(WebhookApi::problem);
    }

    Mono<ServerResponse> show(ServerRequest http) {
        return withWebhook(http, webhook -> json(View.of(webhook, false)));
    }

    Mono<ServerResponse> delete(ServerRequest http) {
        return withWebhook(
                http,
                webhook -> sending(() -> webhooks.delete(webhook))
                        .then(ServerResponse.noContent().build()));
    }

    Mono<ServerResponse> enable(ServerRequest http) {
        return withWebhook(
                http, webhook -> sending(() -> webhooks.enable(webhook)).flatMap(now -> json(View.of(now, false))));
    }

    Mono<ServerResponse> rotate(ServerRequest http) {
        return withWebhook(
                http,
                webhook -> withBody(http, body -> webhooks.rotate(webhook, body))
                        .flatMap(rotated -> ServerResponse.ok()
                                .header("Cache-Control", "no-store")
                                .contentType(MediaType.APPLICATION_JSON)
                                .bodyValue(Views.json(View.of(rotated, true)))));
    }

    Mono<ServerResponse> test(ServerRequest http) {
        return withWebhook(
                http,
                webhook -> Mono.fromCallable(() -> webhooks.test(webhook))
                        .subscribeOn(trying)
                        .flatMap(WebhookApi::json));
    }

    private Mono<ServerResponse> withWebhook(ServerRequest http, Function<Webhook, Mono<ServerResponse>> then) {
        return sending(() -> webhooks.find(Caller.of(http).tenant(), http.pathVariable("id")))
                .flatMap(found -> found.map(then)
                        .orElseGet(() -> Problem.of(
                                        ErrorCode.NOT_FOUND, "there is no such webhook; GET /webhooks lists them")
                                .response()))
                .onErrorResume(WebhookApi::problem);
    }

    /** A body is JSON; whoever sends none need not say what it is. What is done with it may wait for the broker. */
    static Mono<Webhook> withBody(ServerRequest http, Reading reading) {
        return http.bodyToMono(byte[].class).defaultIfEmpty(new byte[0]).flatMap(body -> {
            MediaType type = http.headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM);
            if (body.length > 0 && !type.isCompatibleWith(MediaType.APPLICATION_JSON)) {
                return Mono.error(InvalidRequest.notJson());
            }
            return Mono.fromCallable(() -> reading.of(body))
                    .subscribeOn(Schedulers.boundedElastic())
                    .flatMap(made -> Mono.fromFuture(made, true));
        });
    }

    private static Mono<ServerResponse> problem(Throwable failure) {
        return switch (Webhooks.causeOf(failure)) {
            case InvalidRequest why -> Problem.of(why).response();
            case DataBufferLimitException _ ->
                Problem.of(InvalidRequest.tooLarge()).response();
            case Webhooks.TooMany many ->
                Problem.of(ErrorCode.CONFLICT, String.valueOf(many.getMessage()))
                        .response();
            case Throwable slow
            when JobApi.isKafkaSlow(slow) ->
                Problem.of(
                                ErrorCode.UNAVAILABLE,
                                "Kafka did not answer in time, or too many wait; GET /webhooks shows what is there")
                        .response();
            default -> Mono.error(failure);
        };
    }

    /** Off the event loop, as a send can wait for the broker. */
    private static <T> Mono<T> sending(Supplier<CompletableFuture<T>> send) {
        return Mono.defer(() -> Mono.fromFuture(send.get(), true)).subscribeOn(Schedulers.boundedElastic());
    }

    private static Mono<ServerResponse> json(Object view) {
        return ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(Views.json(view));
    }
}

package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.reactive.function.server.MockServerRequest;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class WebhookApiTest {

    private static final Webhook WEBHOOK = new Webhook(
            "wh_1", "acme", "https://a.de", List.of("*"), false, null, "whsec_x", null, null, Instant.EPOCH, null);

    /** A write may wait for the broker for as long as a producer does, and the thread that reads has others to serve. */
    @Test
    void whatIsWrittenIsWrittenOnAnotherThreadThanTheOneThatReads() {
        Mono<byte[]> body = Mono.just("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .publishOn(Schedulers.single());
        var request = MockServerRequest.builder()
                .header("Content-Type", "application/json")
                .body(body);

        var writes = new CompletableFuture<Thread>();
        WebhookApi.withBody(request, _ -> {
                    writes.complete(Thread.currentThread());
                    return CompletableFuture.completedFuture(WEBHOOK);
                })
                .block(Duration.ofSeconds(10));

        assertThat(writes.join().getName()).startsWith("boundedElastic");
    }
}

package dev.nexus.gateway.webhook;

import dev.nexus.contract.Webhook;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Posts one event to one receiver. Redirects are not followed, proxies not used, the body of the answer is not read; each
 * attempt has a connection of its own, to an address that was looked at for it.
 */
final class WebhookClient {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration TOTAL = Duration.ofSeconds(15);

    private final HttpClient http;
    private final Clock clock;

    WebhookClient(AddressGuard guard, String version, Clock clock) {
        this.clock = clock;
        this.http = HttpClient.newConnection()
                .resolver(new GuardedResolver(guard))
                .noProxy()
                .followRedirect(false)
                .disableRetry(true)
                .keepAlive(false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT.toMillis())
                .headers(headers -> headers.set(HttpHeaderNames.USER_AGENT, "nexus/" + version)
                        .set(HttpHeaderNames.CONTENT_TYPE, "application/json"));
    }

    /** What came of an attempt. */
    sealed interface Answer {

        /** @param retryAfter how long the receiver wants to be left alone; null if it did not say */
        record Status(int code, @Nullable Duration retryAfter) implements Answer {}

        /** There was no answer. */
        record None(String why) implements Answer {}

        default boolean isSuccess() {
            return this instanceof Status status && status.code() >= 200 && status.code() <= 299;
        }

        default boolean isGone() {
            return this instanceof Status status && status.code() == 410;
        }

        default @Nullable Duration asked() {
            return this instanceof Status status ? status.retryAfter() : null;
        }

        /** For people. */
        default String line() {
            return switch (this) {
                case Status status -> "status " + status.code();
                case None none -> none.why();
            };
        }
    }

    /** Blocks for 15 seconds at most. */
    Answer post(Webhook to, String id, byte[] body) {
        Instant now = clock.instant();
        String signature = Signature.of(id, now.getEpochSecond(), body, to.secrets(now));
        return http.headers(headers -> headers.set("webhook-id", id)
                        .set("webhook-timestamp", now.getEpochSecond())
                        .set("webhook-signature", signature)
                        .set(HttpHeaderNames.CONTENT_LENGTH, body.length))
                .post()
                .uri(to.url())
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
                .response()
                .<Answer>map(response -> new Answer.Status(
                        response.status().code(),
                        retryAfter(response.responseHeaders().get(HttpHeaderNames.RETRY_AFTER), now)))
                .timeout(TOTAL)
                .onErrorResume(failure -> Mono.just(new Answer.None(why(failure))))
                .switchIfEmpty(Mono.fromSupplier(() -> new Answer.None("the receiver sent nothing")))
                .blockOptional()
                .orElseThrow();
    }

    /** Seconds, or a date; null for what is neither. */
    static @Nullable Duration retryAfter(@Nullable String header, Instant now) {
        if (header == null) {
            return null;
        }
        String text = header.strip();
        if (text.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            return Duration.between(now, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeException e) {
            return null; // a header that says nothing is as none
        }
    }

    private static String why(Throwable failure) {
        return switch (failure) {
            case GuardedResolver.Refused refused -> String.valueOf(refused.getMessage());
            case UnknownHostException _ -> "the host's name is not known";
            case ConnectException _ -> "the host takes no connection";
            case TimeoutException _ -> "no answer within " + TOTAL.toSeconds() + " s";
            case SSLException _ -> "TLS failed: the certificate must be valid for the host";
            default -> "the connection failed (" + failure.getClass().getSimpleName() + ")";
        };
    }
}

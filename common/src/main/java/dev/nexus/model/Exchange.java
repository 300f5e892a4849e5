package dev.nexus.model;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.BaseSubscriber;
import reactor.util.context.Context;

/**
 * One HTTP request and its answer, which a single thread takes piece by piece and waits for as long as it likes. Closing it
 * before the end closes the connection.
 */
final class Exchange implements AutoCloseable {

    /** Pieces that may lie here unread; then the connection's own flow control holds the provider back. */
    private static final int AHEAD = 32;

    /** What comes of a request, in this order: a head, pieces of the body, an end; a failure at any time. */
    sealed interface Part {

        record Head(int status, HttpHeaders headers) implements Part {}

        record Piece(ByteBuffer bytes) implements Part {}

        /** The body is whole. */
        record End() implements Part {}

        /** The connection could not be made, or is gone. */
        record Broken(Throwable cause) implements Part {}
    }

    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

    /** Where Reactor looks for someone to tell of errors that come too late. */
    private static final String DROPPED_ERRORS = "reactor.onErrorDropped.local";

    private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>();
    private final Pieces pieces = new Pieces();

    private Exchange() {}

    /** Returns at once; the request is sent on a thread of the client. */
    static Exchange post(WebClient client, URI uri, Map<String, String> headers, byte[] json) {
        Exchange exchange = new Exchange();
        client.post()
                .uri(uri)
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.TEXT_EVENT_STREAM, MediaType.APPLICATION_JSON)
                .headers(all -> headers.forEach(all::set))
                .bodyValue(json)
                .exchangeToFlux(response -> {
                    Part head = new Part.Head(
                            response.statusCode().value(), response.headers().asHttpHeaders());
                    // Told only when the body is on its way: who sees it may close the exchange.
                    return response.body(
                            (message, _) -> message.getBody().doOnSubscribe(_ -> exchange.parts.add(head)));
                })
                .subscribe(exchange.pieces);
        return exchange;
    }

    /** The next part; null if none comes in that time. */
    @Nullable
    Part next(Duration within) throws InterruptedException {
        Part part = parts.poll(within.toNanos(), TimeUnit.NANOSECONDS);
        if (part instanceof Part.Piece) {
            pieces.request(1);
        }
        return part;
    }

    @Override
    public void close() {
        pieces.dispose();
    }

    private final class Pieces extends BaseSubscriber<DataBuffer> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(AHEAD);
        }

        /** What goes wrong with a connection after it was given up is of no matter to anyone. */
        @Override
        public Context currentContext() {
            Consumer<Throwable> dropped = e -> log.debug("after the end of an exchange: {}", e.toString());
            return Context.of(DROPPED_ERRORS, dropped);
        }

        @Override
        protected void hookOnNext(DataBuffer buffer) {
            byte[] bytes = new byte[buffer.readableByteCount()];
            buffer.read(bytes);
            DataBufferUtils.release(buffer);
            parts.add(new Part.Piece(ByteBuffer.wrap(bytes)));
        }

        @Override
        protected void hookOnComplete() {
            parts.add(new Part.End());
        }

        @Override
        protected void hookOnError(Throwable cause) {
            parts.add(new Part.Broken(cause));
        }
    }
}

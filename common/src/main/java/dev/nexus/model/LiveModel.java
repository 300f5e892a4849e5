package dev.nexus.model;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Json;
import dev.nexus.contract.Usage;
import dev.nexus.model.ModelSettings.Retry;
import dev.nexus.model.ModelSettings.Timing;
import io.netty.channel.ChannelOption;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.core.JacksonException;

/**
 * A model of a provider on the network. The asking thread itself takes the answer off the wire, minds the time, and tries
 * again; interrupting it closes the connection.
 */
final class LiveModel implements LanguageModel {

    /** What limits calls is the provider's setting; this is only so that the client doesn't limit them more. */
    private static final int CONNECTIONS = 10_000;

    private static final Duration UNUSED_CONNECTION = Duration.ofSeconds(30);

    /** So that a connection can be used again; what comes after the answer's end comes at once, or is not worth waiting for. */
    private static final Duration TRAILER = Duration.ofMillis(200);

    private static final int ERROR_BYTES = 64 * 1024;
    private static final int OK = 200;

    private static final int CHARS_PER_TOKEN = 16;
    private static final int MORE_CHARS = 64 * 1024;

    private final Endpoint endpoint;
    private final Timing timing;
    private final Retry retry;
    private final @Nullable Price price;
    private final WebClient client;

    /**
     * A model at a provider.
     *
     * @param provider its name in the settings
     * @param model its name at the provider
     */
    record Endpoint(String provider, String model, Wire wire, String baseUrl, Secret key) {

        /** As recorded with every call. */
        String name() {
            return provider + "/" + model;
        }

        URI uri() {
            String base = baseUrl.strip();
            return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + wire.path(model));
        }

        String setting(String field) {
            return "nexus.models.providers." + provider + "." + field;
        }
    }

    /** How one try went. */
    private sealed interface Result {

        record Whole(ModelReply reply) implements Result {}

        /**
         * @param isPassing whether another try may go better
         * @param pause that the provider asks for; null if it asked for none
         * @param charge why the try may have to be paid for; null if it need not
         */
        record Failed(
                ErrorInfo error,
                String reason,
                boolean isPassing,
                @Nullable Duration pause,
                @Nullable String charge) implements Result {}
    }

    /** @param price null if none is known */
    LiveModel(Endpoint endpoint, Timing timing, Retry retry, @Nullable Price price, WebClient client) {
        this.endpoint = endpoint;
        this.timing = timing;
        this.retry = retry;
        this.price = price;
        this.client = client;
    }

    /** A client that may be shared by all models: it holds connections, and makes no call twice of its own accord. */
    static WebClient client(Duration connect) {
        ConnectionProvider connections = ConnectionProvider.builder("models")
                .maxConnections(CONNECTIONS)
                .maxIdleTime(UNUSED_CONNECTION)
                .build();
        HttpClient http = HttpClient.create(connections)
                .disableRetry(true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connect.toMillis()));
        return WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(http))
                .build();
    }

    @Override
    public ModelReply reply(ModelRequest request, Caller caller) throws ModelException, InterruptedException {
        byte[] body = Json.MAPPER.writeValueAsBytes(endpoint.wire().body(endpoint.model(), request));
        for (int number = 1; ; number++) {
            caller.reserve(endpoint.name(), price == null ? null : price.worstCase(request));
            Try attempt = new Try(request, caller);
            switch (attempt.make(body)) {
                case Result.Whole(ModelReply reply) -> {
                    return reply;
                }
                case Result.Failed failed -> {
                    if (failed.charge() != null) {
                        caller.charge(
                                endpoint.name(),
                                failed.charge(),
                                attempt.estimate().counting(0, 0));
                    }
                    if (!failed.isPassing() || number == retry.tries()) {
                        throw new ModelException(failed.error());
                    }
                    Thread.sleep(waitAfter(failed, number));
                    caller.accept(new ModelEvent.Restart(failed.reason() + ", call " + (number + 1)));
                }
            }
        }
    }

    private Duration waitAfter(Result.Failed failed, int number) throws ModelException {
        Duration longest = retry.maxBackOff();
        if (failed.pause() == null) {
            Duration doubled = retry.firstBackOff().multipliedBy(1L << Math.min(number - 1, 20));
            Duration full = doubled.compareTo(longest) > 0 ? longest : doubled;
            return full.dividedBy(2).plusNanos(ThreadLocalRandom.current().nextLong(full.toNanos() / 2 + 1));
        }
        if (failed.pause().compareTo(longest) > 0) {
            throw new ModelException(new ErrorInfo(
                    failed.error().code(),
                    failed.error().message() + "; it asks to be left alone for "
                            + failed.pause().toSeconds() + " s, which is longer than nexus.models.retry.max-back-off",
                    true));
        }
        return failed.pause();
    }

    /** One request, and what came of it so far. */
    private final class Try {

        private final ModelRequest request;
        private final Caller caller;
        private final StringBuilder text = new StringBuilder();
        private Tokens tokens = Tokens.NONE;
        private ModelReply.@Nullable Stop stop;
        private boolean hasBegun;
        private boolean isWhole;
        private @Nullable ProviderError error;

        Try(ModelRequest request, Caller caller) {
            this.request = request;
            this.caller = caller;
        }

        /** What it took as far as is known: what the provider told of it, and no less than its texts are worth. */
        Usage estimate() {
            Usage guess = Price.tokens(request, text.length());
            Usage told = endpoint.wire().usage(tokens);
            Usage most = new Usage(
                    1,
                    0,
                    Math.max(guess.inputTokens(), told.inputTokens()),
                    Math.max(guess.outputTokens(), told.outputTokens()),
                    BigDecimal.ZERO,
                    told.cachedInputTokens(),
                    told.cacheWriteTokens(),
                    told.reasoningTokens(),
                    null);
            return priced(most).estimated();
        }

        Result make(byte[] body) throws InterruptedException {
            long start = System.nanoTime();
            var headers = endpoint.wire().headers(endpoint.key());
            try (Exchange exchange = Exchange.post(client, endpoint.uri(), headers, body)) {
                return follow(exchange, new Clock(start));
            } catch (InterruptedException e) {
                caller.charge(endpoint.name(), "cancelled", estimate().counting(0, 0));
                throw e;
            }
        }

        private Result follow(Exchange exchange, Clock clock) throws InterruptedException {
            Exchange.Part first = exchange.next(clock.left(hasBegun));
            return switch (first) {
                case null -> late(clock);
                case Exchange.Part.Head head
                when head.status() != OK -> {
                    clock.somethingCame();
                    yield refused(head, rest(exchange, clock));
                }
                case Exchange.Part.Head head when !isEventStream(head) -> notAStream(head);
                case Exchange.Part.Head head -> answer(exchange, clock);
                case Exchange.Part.Broken broken -> unreachable(broken.cause());
                case Exchange.Part.Piece p -> throw new IllegalStateException("a body before its head");
                case Exchange.Part.End e -> throw new IllegalStateException("an end before the head");
            };
        }

        private Result answer(Exchange exchange, Clock clock) throws InterruptedException {
            EventStream stream = new EventStream();
            while (true) {
                switch (exchange.next(clock.left(hasBegun))) {
                    case null -> {
                        return stop != null && tokens.isWhole() ? whole(stop) : late(clock);
                    }
                    case Exchange.Part.Piece(ByteBuffer bytes) -> {
                        clock.somethingCame();
                        try {
                            for (ServerEvent event : stream.take(bytes)) {
                                endpoint.wire().read(event).forEach(this::take);
                            }
                        } catch (EventStream.TooLargeException | JacksonException e) {
                            return passing(ErrorCode.MODEL_UNAVAILABLE, "sent an event that can't be read", "failed");
                        }
                        if (error != null) {
                            return failedInStream(error);
                        }
                        if (isWhole && stop != null) {
                            awaitTrailer(exchange);
                            return whole(stop);
                        }
                        if (text.length() > mostChars()) {
                            return failed(
                                    ErrorCode.MODEL_UNAVAILABLE,
                                    "goes on beyond the limit of " + request.maxOutputTokens() + " output tokens",
                                    false,
                                    false,
                                    null,
                                    "endless");
                        }
                    }
                    case Exchange.Part.End e -> {
                        return stop == null ? truncated("the stream ended before the answer did") : whole(stop);
                    }
                    case Exchange.Part.Broken b -> {
                        return stop != null && tokens.isWhole()
                                ? whole(stop)
                                : truncated("the connection broke off before the answer's end");
                    }
                    case Exchange.Part.Head h -> throw new IllegalStateException("a second head");
                }
            }
        }

        /** Whoever is interrupted here has a whole answer that is paid for, and is told so a moment later. */
        private static void awaitTrailer(Exchange exchange) {
            try {
                exchange.next(TRAILER);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** More than any answer within its limit has. */
        private long mostChars() {
            return (long) CHARS_PER_TOKEN * request.maxOutputTokens() + MORE_CHARS;
        }

        private void take(Sign sign) {
            switch (sign) {
                case Sign.Text(String delta) -> {
                    hasBegun = true;
                    text.append(delta);
                    caller.accept(new ModelEvent.Delta(delta));
                }
                case Sign.Thought t -> hasBegun = true;
                case Sign.Count(Tokens newer) -> tokens = tokens.replacedBy(newer);
                case Sign.Stop(ModelReply.Stop why) -> stop = stop == null || why.compareTo(stop) > 0 ? why : stop;
                case Sign.End e -> isWhole = true;
                case Sign.Failure(ProviderError told) -> error = error == null ? told : error;
            }
        }

        private Result whole(ModelReply.Stop why) {
            Usage usage = tokens.isWhole() ? priced(endpoint.wire().usage(tokens)) : estimate();
            return new Result.Whole(
                    new ModelReply(endpoint.name(), text.toString(), why, usage, Fidelity.IMPLEMENTATION));
        }

        private Usage priced(Usage usage) {
            return price == null ? usage : price.priced(usage);
        }

        private Result truncated(String what) {
            return passing(ErrorCode.TRUNCATED, what, "truncated");
        }

        /** The request was sent, but the answer, or its rest, did not come in time. */
        private Result late(Clock clock) {
            if (clock.isOver()) {
                String what = "gave no whole answer in " + seconds(timing.total()) + " (nexus.models.timing.total)";
                return failed(ErrorCode.MODEL_UNAVAILABLE, what, true, false, null, "timeout");
            }
            return hasBegun
                    ? passing(
                            ErrorCode.TRUNCATED,
                            "sent nothing more for " + seconds(timing.idle()) + " (nexus.models.timing.idle)",
                            "timeout")
                    : passing(
                            ErrorCode.MODEL_UNAVAILABLE,
                            "began no answer in " + seconds(timing.firstToken()) + " (nexus.models.timing.first-token)",
                            "timeout");
        }

        private Result unreachable(Throwable cause) {
            Throwable root =
                    cause instanceof WebClientRequestException && cause.getCause() != null ? cause.getCause() : cause;
            if (!isBeforeTheRequest(root)) { // it was sent, and may be answered to nobody
                return passing(ErrorCode.MODEL_UNAVAILABLE, "closed the connection without an answer", "failed");
            }
            int port = endpoint.uri().getPort();
            String what = "cannot be reached at " + endpoint.uri().getScheme() + "://"
                    + endpoint.uri().getHost() + (port < 0 ? "" : ":" + port) + " ("
                    + root.getClass().getSimpleName() + "); check " + endpoint.setting("base-url");
            return failed(ErrorCode.MODEL_UNAVAILABLE, what, true, true, null, null);
        }

        private Result notAStream(Exchange.Part.Head head) {
            String what = "answered with " + contentType(head) + " where a stream of events was due; check "
                    + endpoint.setting("base-url") + " and " + endpoint.setting("api");
            return failed(ErrorCode.MODEL_UNAVAILABLE, what, false, false, null, "failed");
        }

        private Result refused(Exchange.Part.Head head, String body) {
            ProviderError told = ProviderError.ofStatus(head.status(), body);
            HttpHeaders headers = head.headers();
            Duration pause =
                    RetryAfter.in(headers.getFirst("Retry-After"), headers.getFirst("retry-after-ms"), Instant.now());
            String what = "answered " + head.status() + quoted(told) + remedy(head.status(), told);
            return failed(
                    codeOf(told),
                    what,
                    told.kind() == ProviderError.Kind.PASSING,
                    told.kind() == ProviderError.Kind.PASSING,
                    pause == null ? told.pause() : pause,
                    null);
        }

        private Result failedInStream(ProviderError told) {
            boolean isPassing = told.kind() == ProviderError.Kind.PASSING;
            String what = "failed while answering" + quoted(told);
            return failed(codeOf(told), what, isPassing, isPassing, told.pause(), "failed");
        }

        private Result passing(ErrorCode code, String what, String charge) {
            return failed(code, what, true, true, null, charge);
        }

        private Result failed(
                ErrorCode code,
                String what,
                boolean isRetryable,
                boolean isPassing,
                @Nullable Duration pause,
                @Nullable String charge) {
            ErrorInfo info = new ErrorInfo(code, endpoint.name() + " " + what, isRetryable);
            return new Result.Failed(info, what, isPassing, pause, charge);
        }

        private String quoted(ProviderError told) {
            String quote = Quote.of(told, endpoint.key(), request);
            return quote.isEmpty() ? "" : " (" + quote + ")";
        }

        private String remedy(int status, ProviderError told) {
            if (told.kind() != ProviderError.Kind.LASTING) {
                return "";
            }
            if (told.message().contains("API key")) {
                return "; check " + endpoint.setting("api-key"); // Gemini answers a wrong one with 400
            }
            return switch (status) {
                case 401, 403 -> "; check " + endpoint.setting("api-key");
                case 402, 429 -> "; the account behind " + endpoint.setting("api-key") + " may need credit";
                case 404 -> "; check the model's name and " + endpoint.setting("base-url");
                default ->
                    status < 400 ? "; check " + endpoint.setting("base-url") : "; check the model's name and limits";
            };
        }

        private String rest(Exchange exchange, Clock clock) throws InterruptedException {
            var body = new ByteArrayOutputStream();
            while (body.size() < ERROR_BYTES
                    && exchange.next(clock.left(true)) instanceof Exchange.Part.Piece(ByteBuffer bytes)) {
                byte[] piece = new byte[bytes.remaining()];
                bytes.get(piece);
                body.writeBytes(piece);
            }
            return body.toString(StandardCharsets.UTF_8);
        }
    }

    private static boolean isBeforeTheRequest(Throwable cause) {
        return cause instanceof ConnectException
                || cause instanceof UnknownHostException
                || cause instanceof SSLException;
    }

    private static ErrorCode codeOf(ProviderError told) {
        return told.kind() == ProviderError.Kind.FILTERED ? ErrorCode.CONTENT_FILTERED : ErrorCode.MODEL_UNAVAILABLE;
    }

    private static boolean isEventStream(Exchange.Part.Head head) {
        return contentType(head).startsWith(MediaType.TEXT_EVENT_STREAM_VALUE);
    }

    private static String contentType(Exchange.Part.Head head) {
        String type = head.headers().getFirst(HttpHeaders.CONTENT_TYPE);
        return type == null ? "no content type" : type;
    }

    private static String seconds(Duration time) {
        return time.toMillis() / 1000.0 + " s";
    }

    /** The time limits of one try. */
    private final class Clock {

        private final long start;
        private long last;

        Clock(long start) {
            this.start = start;
            this.last = start;
        }

        void somethingCame() {
            last = System.nanoTime();
        }

        /** How long to wait for the next part; zero if that is over. */
        Duration left(boolean hasBegun) {
            long now = System.nanoTime();
            long next = hasBegun
                    ? last + timing.idle().toNanos() - now
                    : start + timing.firstToken().toNanos() - now;
            return Duration.ofNanos(
                    Math.max(0, Math.min(next, start + timing.total().toNanos() - now)));
        }

        boolean isOver() {
            return System.nanoTime() - start >= timing.total().toNanos();
        }
    }
}

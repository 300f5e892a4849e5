package dev.nexus.gateway.http;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Json;
import dev.nexus.gateway.GatewayLifecycle;
import dev.nexus.gateway.access.Caller;
import dev.nexus.gateway.log.TenantLog;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.common.errors.InterruptException;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** All jobs of a tenant as one stream: each event as in its job's own stream, its id a place in the whole log. */
final class TenantEvents {

    /** Each with a consumer; whoever comes when all are in use is held by comments until one is free. */
    private static final int READERS = 64;

    private static final int READERS_PER_TENANT = 16;
    private static final int WAITING_PER_TENANT = 100;
    private static final byte[] TOO_MANY = (": " + WAITING_PER_TENANT
                    + " streams of this tenant wait for their turn already; close some, and connect again\n\n")
            .getBytes(StandardCharsets.UTF_8);

    private static final Set<String> PARAMETERS = Set.of("starting_after", "from");

    private final TenantLog log;
    private final GatewayLifecycle gateway;
    private final Readers readers;
    private final Scheduler reading = Schedulers.newBoundedElastic(READERS, READERS, "streams", 60, true);
    private final Places places = new Places(READERS, READERS_PER_TENANT, WAITING_PER_TENANT);

    TenantEvents(TenantLog log, GatewayLifecycle gateway, Readers readers) {
        this.log = log;
        this.gateway = gateway;
        this.readers = readers;
    }

    Mono<ServerResponse> events(ServerRequest http) {
        String from = http.queryParam("from").orElse(null);
        if (!PARAMETERS.containsAll(http.queryParams().keySet()) || (from != null && !from.equals("beginning"))) {
            return Problem.of(
                            ErrorCode.INVALID_REQUEST,
                            "the parameters are starting_after, an id of this stream, and from, which can be beginning;"
                                    + " leave others out")
                    .response();
        }
        String cursor = JobEvents.cursor(http);
        TenantLog.From place = cursor != null
                ? new TenantLog.From.Behind(cursor)
                : from != null ? new TenantLog.From.Beginning() : new TenantLog.From.Now();
        String tenant = Caller.of(http).limitedTo();
        Flux<byte[]> frames = Flux.generate(() -> new Telling(log.open(tenant, place)), Telling::next, Telling::close)
                .subscribeOn(reading, true)
                .cancelOn(Schedulers.boundedElastic()) // to close a consumer blocks
                .filter(frame -> frame.length > 0);
        return EventStream.answer(
                http, places.held(tenant, frames, Flux.just(TOO_MANY)).takeUntilOther(gateway.stopping()), readers);
    }

    /** A stream that is under way. */
    private final class Telling {

        private static final byte[] NOTHING = {};

        private final TenantLog.Reading reading;
        private boolean greeted;
        private boolean told;

        Telling(TenantLog.Reading reading) {
            this.reading = reading;
        }

        Telling next(SynchronousSink<byte[]> sink) {
            try {
                TenantLog.Told next = gateway.awaitReady(java.time.Duration.ofMillis(500)) ? reading.next() : null;
                sink.next(next == null ? greeting() : frame(next));
            } catch (InterruptException | InterruptedException e) {
                sink.complete(); // nobody listens any more: that is what interrupts this thread
            }
            return this;
        }

        /** The answer begins only now: whoever has seen that it did misses nothing from then on. */
        private byte[] greeting() {
            boolean now = !greeted && reading.hasBegun();
            greeted |= now;
            return now ? EventStream.COMMENT : NOTHING;
        }

        private byte[] frame(TenantLog.Told next) {
            byte[] frame = switch (next) {
                case TenantLog.Told.Event event ->
                    EventStream.frame(
                            event.place(),
                            event.entry().type(),
                            Json.write(event.entry().data()),
                            "");
                case TenantLog.Told.Reset reset ->
                    EventStream.frame(
                            reset.place(),
                            "events.reset",
                            Json.write(Json.MAPPER
                                    .createObjectNode()
                                    .put("type", "events.reset")
                                    .put(
                                            "detail",
                                            "the place that was named is not, or no longer, in the log; events may"
                                                    + " have been missed: GET /jobs shows how the jobs are")),
                            "");
            };
            boolean first = !told;
            told = true;
            return first ? EventStream.first(frame) : frame;
        }

        void close() {
            reading.close();
        }

        @Override
        public String toString() {
            return "the events of a tenant";
        }
    }
}

package dev.nexus.gateway.http;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.JobId;
import dev.nexus.contract.LedgerEntry;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Usage;
import dev.nexus.gateway.access.Caller;
import dev.nexus.gateway.access.NotAdmitted;
import dev.nexus.gateway.access.Scope;
import dev.nexus.gateway.archive.AllJobs;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.log.CallLog;
import dev.nexus.gateway.log.JobTable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What the routes about model calls do: what was asked and answered, and what was spent. */
final class CallApi {

    private static final int READERS = 5;
    private static final int READS_WAITING = 100;
    private static final int PIECE_BYTES = 16 * 1024;

    /** For one client to take the calls of one job. */
    private static final Duration LONGEST_ANSWER = Duration.ofMinutes(5);

    private static final Duration DAY = Duration.ofHours(24);
    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 9999;
    private static final String UNKNOWN = "unknown";

    private final JobApi api;
    private final CallLog calls;
    private final AllJobs all;
    private final JobTable jobs;
    private final Mono<Void> stopping;
    private final Clock clock;
    /** Of its own: it may take long, and nothing else must wait for it. */
    private final Scheduler reading = Schedulers.newBoundedElastic(READERS, READS_WAITING, "calls", 60, true);

    /** What usage is told apart by. */
    private enum By {
        MODEL,
        AGENT,
        TENANT;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What was spent between two times. */
    private record UsageView(
            Instant from,
            Instant to,
            @Nullable String by,
            @Nullable List<GroupView> groups,
            Usage usage) {}

    private record GroupView(String name, Usage usage) {}

    CallApi(JobApi api, CallLog calls, AllJobs all, JobTable jobs, Mono<Void> stopping, Clock clock) {
        this.api = api;
        this.calls = calls;
        this.all = all;
        this.jobs = jobs;
        this.stopping = stopping;
        this.clock = clock;
    }

    Mono<ServerResponse> calls(ServerRequest http) {
        TaskId task;
        try {
            requireOnly(http, "task");
            task = http.queryParam("task").map(TaskId::parse).orElse(null);
        } catch (IllegalArgumentException e) {
            return invalid("task is " + e.getMessage());
        } catch (Unfit e) {
            return invalid(e.line);
        }
        return api.withJob(
                http,
                feed -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(BodyInserters.fromDataBuffers(bytes(feed.state(), task))));
    }

    /** One entry after the other, as the client takes them. */
    private Flux<DataBuffer> bytes(JobState job, @Nullable TaskId task) {
        Mono<DataBuffer> tooLong = Mono.firstWithSignal(
                        stopping, Mono.delay(LONGEST_ANSWER).then())
                .then(Mono.error(() -> new TimeoutException("the answer was not taken in time")));
        return Flux.generate(() -> new Telling(job, task), Telling::next, Telling::close)
                .subscribeOn(reading, true)
                .cancelOn(Schedulers.boundedElastic()) // to close a consumer blocks, and `reading` may be all in use
                .takeUntilOther(tooLong)
                .concatMap(CallApi::pieces, 1);
    }

    /** A server takes a number of buffers ahead of its client, of whatever size: so they are small. */
    private static Flux<DataBuffer> pieces(byte[] entry) {
        return Flux.range(0, (entry.length + PIECE_BYTES - 1) / PIECE_BYTES)
                .map(i -> DefaultDataBufferFactory.sharedInstance.wrap(ByteBuffer.wrap(
                        entry, i * PIECE_BYTES, Math.min(PIECE_BYTES, entry.length - i * PIECE_BYTES))));
    }

    /** The state of an answer that is under way. */
    private final class Telling {

        private final JobState job;
        private final CallLog.Entries entries;
        private String before;

        Telling(JobState job, @Nullable TaskId task) {
            this.job = job;
            this.before = "{\"job\":\"" + job.id() + "\",\"calls\":[";
            this.entries = all.calls(job, task);
        }

        Telling next(SynchronousSink<byte[]> sink) {
            CallLog.Entry entry;
            try {
                entry = entries.next();
            } catch (InterruptException e) {
                sink.complete(); // nobody listens any more: that is what interrupts this thread
                return this;
            }
            var bytes = new ByteArrayOutputStream();
            if (entry == null) {
                bytes.writeBytes(utf8(before.startsWith("{") ? before + "],\"usage\":" : "],\"usage\":"));
                bytes.writeBytes(Views.json(entries.usage()));
                bytes.writeBytes(utf8("}\n"));
                sink.next(bytes.toByteArray());
                sink.complete();
            } else {
                bytes.writeBytes(utf8(before + "\n"));
                bytes.writeBytes(Views.json(entry.json()));
                before = ",";
                sink.next(bytes.toByteArray());
            }
            return this;
        }

        void close() {
            entries.close();
        }

        @Override
        public String toString() {
            return "the calls of job " + job.id();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    Mono<ServerResponse> usage(ServerRequest http) {
        Instant to;
        Instant from;
        By by;
        try {
            requireOnly(http, "from", "to", "by");
            to = time(http, "to", clock.instant());
            from = time(http, "from", to.minus(DAY));
            by = by(http);
            if (by == By.TENANT && !Caller.of(http).may(Scope.ADMIN)) {
                return Mono.error(NotAdmitted.without(Scope.ADMIN));
            }
            if (!from.isBefore(to)) {
                throw new Unfit("from must be before to, which is " + to + "; give an earlier time");
            }
        } catch (Unfit e) {
            return invalid(e.line);
        }
        Caller caller = Caller.of(http);
        return Mono.fromCallable(() ->
                        calls.sum(from, to, (job, entry) -> isShownTo(caller, job) ? group(by, job, entry) : null))
                .subscribeOn(reading)
                .flatMap(sums -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(Views.json(view(from, to, by, sums))))
                .onErrorResume(
                        CallLog.TooMuch.class,
                        e -> Problem.of(
                                        ErrorCode.UNAVAILABLE,
                                        e.getMessage() + "; ask for a shorter time between from and to")
                                .response())
                .onErrorResume(
                        JobApi::isKafkaSlow,
                        e -> Problem.of(
                                        ErrorCode.UNAVAILABLE,
                                        "the calls can't be read now (" + e.getMessage() + "); ask again")
                                .response());
    }

    /** What was spent for whom is for them alone, and for who looks after the installation. */
    private boolean isShownTo(Caller caller, JobId job) {
        return caller.may(Scope.ADMIN) || caller.tenant().equals(jobs.tenantOf(job));
    }

    private String group(@Nullable By by, JobId job, LedgerEntry entry) {
        return switch (by) {
            case null -> "";
            case MODEL -> entry.model();
            case AGENT -> entry.task().kind().service().agentType();
            case TENANT -> {
                String tenant = jobs.tenantOf(job);
                yield tenant == null ? UNKNOWN : tenant;
            }
        };
    }

    private static UsageView view(Instant from, Instant to, @Nullable By by, CallLog.Sums sums) {
        List<GroupView> groups = by == null
                ? null
                : sums.groups().entrySet().stream()
                        .map(group -> new GroupView(group.getKey(), group.getValue()))
                        .toList();
        return new UsageView(from, to, by == null ? null : by.wire(), groups, sums.total());
    }

    /** A parameter is wrong; the line says which, and what it may be. */
    private static final class Unfit extends Exception {

        private static final long serialVersionUID = 1L;
        private final String line;

        Unfit(String line) {
            super(line);
            this.line = line;
        }
    }

    private static void requireOnly(ServerRequest http, String... names) throws Unfit {
        var others = new TreeSet<>(http.queryParams().keySet());
        others.removeAll(List.of(names));
        if (!others.isEmpty()) {
            throw new Unfit("a parameter of the query is not known here; use " + String.join(", ", names));
        }
    }

    private static Instant time(ServerRequest http, String name, Instant otherwise) throws Unfit {
        String given = http.queryParam(name).orElse(null);
        if (given == null) {
            return otherwise;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(given.replace(' ', '+')); // a plus in a query stands for a space
            if (time.getYear() < FIRST_YEAR || time.getYear() > LAST_YEAR) {
                throw new Unfit(name + " must be in a year from " + FIRST_YEAR + " to " + LAST_YEAR);
            }
            return time.toInstant();
        } catch (DateTimeException e) {
            throw new Unfit(name + " must be a time in the form of RFC 3339, such as 2026-03-02T09:15:27Z");
        }
    }

    private static @Nullable By by(ServerRequest http) throws Unfit {
        String given = http.queryParam("by").orElse(null);
        if (given == null) {
            return null;
        }
        return Arrays.stream(By.values())
                .filter(by -> by.wire().equals(given))
                .findFirst()
                .orElseThrow(() -> new Unfit("by must be model, agent or tenant; leave it out for one sum"));
    }

    private static Mono<ServerResponse> invalid(String line) {
        return Problem.of(ErrorCode.INVALID_REQUEST, line).response();
    }
}

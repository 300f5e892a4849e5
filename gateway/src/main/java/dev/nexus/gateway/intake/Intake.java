package dev.nexus.gateway.intake;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Artefacts;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobRequest;
import dev.nexus.contract.Json;
import dev.nexus.contract.Limits;
import dev.nexus.contract.Plan;
import dev.nexus.contract.ProjectPath;
import dev.nexus.contract.Usd;
import dev.nexus.gateway.access.Caller;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.log.JobFeed;
import dev.nexus.gateway.log.JobTable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a checked request into a job: the only code that does, for HTTP and for Kafka. */
public final class Intake {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);
    private static final Duration READ_BACK = Duration.ofSeconds(15);

    private final EventLog events;
    private final Artefacts artefacts;
    private final JobTable jobs;
    private final Room room;
    private final DayBudget dayBudget;
    private final Supplier<CompletableFuture<Void>> caughtUp;
    private final Duration longest;
    private final KnownWebhooks webhooks;
    private final @Nullable BigDecimal budget;
    /** What is under way: equal requests that come at the same time are one, and count as one. */
    private final Map<JobId, Taking> taking = new ConcurrentHashMap<>();

    private record Taking(String tenant, String hash, CompletableFuture<Admission> answer) {

        boolean isForTheSameAs(Taking other) {
            return tenant.equals(other.tenant) && hash.equals(other.hash);
        }
    }

    /**
     * @param caughtUp completes when all that is in the log now was read
     * @param webhooks that a request may name
     * @param longest the longest deadline that a job may set for itself
     * @param budget what a job may spend that names no budget, in US dollars, and the most that one may name; null for no
     *     limit
     */
    public Intake(
            EventLog events,
            Artefacts artefacts,
            JobTable jobs,
            Room room,
            DayBudget dayBudget,
            Supplier<CompletableFuture<Void>> caughtUp,
            KnownWebhooks webhooks,
            Duration longest,
            @Nullable BigDecimal budget) {
        this.events = events;
        this.artefacts = artefacts;
        this.jobs = jobs;
        this.room = room;
        this.dayBudget = dayBudget;
        this.caughtUp = caughtUp;
        this.webhooks = webhooks;
        this.longest = longest;
        this.budget = budget;
    }

    /** How a request ended. */
    public sealed interface Admission {

        /**
         * The job exists, for good.
         *
         * @param isNew not if it existed before, by an equal request
         */
        record Accepted(JobState job, boolean isNew) implements Admission {}

        record Refused(InvalidRequest why) implements Admission {}

        /** Nobody can say whether it was written; asking again with the same id is safe. */
        record Unknown(JobId job) implements Admission {}
    }

    /**
     * As {@link #take(JobId, String, JobRequest)}. Who is shown the jobs of all tenants may go on from any of them, and what
     * comes of that is of the same tenant.
     */
    public CompletableFuture<Admission> take(JobId id, Caller caller, JobRequest request) {
        JobId from = goesOnFrom(request);
        if (from == null || caller.limitedTo() != null) {
            return take(id, caller.tenant(), request);
        }
        String known = jobs.tenantOf(from);
        if (known != null) {
            return take(id, known, request);
        }
        return caughtUp.get()
                .thenCompose(_ -> take(id, Objects.requireNonNullElse(jobs.tenantOf(from), caller.tenant()), request))
                .exceptionally(failure -> unwritten(id, failure));
    }

    private static @Nullable JobId goesOnFrom(JobRequest request) {
        return switch (request) {
            case JobRequest.Pipeline r -> r.basedOn();
            case JobRequest.PlanOnly _ -> null;
            case JobRequest.Build r -> r.job();
            case JobRequest.Test r -> r.job();
            case JobRequest.Replay r -> r.job();
            case JobRequest.Retry r -> r.job();
        };
    }

    /** Whether there is, or was, a job of this id, as far as was read here. */
    boolean knows(JobId id) {
        return jobs.isKnown(id) || jobs.isDeleted(id);
    }

    /** Likewise, as far as any replica can have read; fails if that can't be read in time. */
    CompletableFuture<Boolean> knowsByNow(JobId id) {
        return caughtUp.get().thenApply(_ -> knows(id));
    }

    /** Takes the request under this id; the future never fails. */
    public CompletableFuture<Admission> take(JobId id, String tenant, JobRequest request) {
        byte[] json = Json.write(request);
        Taking own = new Taking(tenant, hash(json), new CompletableFuture<>());
        Taking other = taking.putIfAbsent(id, own);
        if (other != null) {
            return other.isForTheSameAs(own)
                    ? other.answer()
                    : other.answer().thenCompose(_ -> take(id, tenant, request)); // there is a job by then, or none
        }
        var _ = take(id, tenant, request, json.length, own.hash()).whenComplete((answer, failure) -> {
            taking.remove(id, own);
            own.answer().complete(failure == null ? answer : unwritten(id, failure));
        });
        return own.answer();
    }

    private CompletableFuture<Admission> take(JobId id, String tenant, JobRequest request, int bytes, String hash) {
        if (jobs.isDeleted(id)) {
            return CompletableFuture.completedFuture(inUse(id, "existed and was deleted"));
        }
        return look(id, tenant, request, bytes, hash)
                .exceptionally(failure -> unwritten(id, failure))
                .thenCompose(answer -> answer instanceof Admission.Refused
                        // what other replicas know may be unread here: nothing is refused for what was not read to the
                        // end
                        ? caughtUp.get()
                                .thenCompose(_ -> look(id, tenant, request, bytes, hash))
                                .exceptionally(failure -> unwritten(id, failure))
                        : CompletableFuture.completedFuture(answer));
    }

    private CompletableFuture<Admission> look(JobId id, String tenant, JobRequest request, int bytes, String hash) {
        return jobs.find(id)
                .thenCompose(known -> known.isPresent()
                        ? CompletableFuture.completedFuture(compare(known.get().state(), tenant, hash))
                        : checkWebhooks(tenant, request).thenCompose(_ -> takeNew(id, tenant, request, bytes, hash)));
    }

    private CompletableFuture<Admission> takeNew(JobId id, String tenant, JobRequest request, int bytes, String hash) {
        BigDecimal cap;
        try {
            checkDeadline(request);
            checkBudget(request);
            room.take(tenant, bytes);
        } catch (InvalidRequest e) {
            return CompletableFuture.completedFuture(new Admission.Refused(e));
        }
        try {
            cap = dayBudget.take(tenant, request.options().budgetUsd(), budget);
        } catch (InvalidRequest e) {
            room.taken(tenant, bytes);
            return CompletableFuture.completedFuture(new Admission.Refused(e));
        }
        return write(id, tenant, request, hash, cap).whenComplete((_, _) -> {
            dayBudget.taken(tenant, cap);
            room.taken(tenant, bytes);
        });
    }

    private CompletableFuture<Admission> write(
            JobId id, String tenant, JobRequest request, String hash, @Nullable BigDecimal cap) {
        return accepted(id, tenant, request, hash)
                .thenCompose(event -> events.append(id, withinLimits(event, cap)))
                .thenCompose(written -> readBack(id, tenant, hash, written));
    }

    private CompletableFuture<?> checkWebhooks(String tenant, JobRequest request) {
        List<String> named = request.options().webhooks();
        if (named.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return webhooks.firstUnknown(tenant, named)
                .thenCompose(
                        unknown -> unknown.isEmpty()
                                ? CompletableFuture.completedFuture(null)
                                : refused(
                                        "/options/webhooks/" + unknown.getAsInt(),
                                        "names no webhook that exists here; GET /webhooks lists them, POST /webhooks makes one"));
    }

    private void checkDeadline(JobRequest request) throws InvalidRequest {
        Duration deadline = request.options().deadline();
        if (deadline != null && deadline.compareTo(longest) > 0) {
            throw InvalidRequest.of(
                    "/options/deadline",
                    "is longer than " + longest
                            + ", the limit here (nexus.deadlines.job); ask for less, or leave it out");
        }
    }

    /**
     * The budget goes into the log with the job: no later setting can give it more. What a replay takes over from another
     * job may have been allowed when that was accepted, and be too much now.
     */
    private JobAccepted withinLimits(JobAccepted event, @Nullable BigDecimal cap) {
        return event.with(event.options().within(longest, cap));
    }

    private void checkBudget(JobRequest request) throws InvalidRequest {
        BigDecimal asked = request.options().budgetUsd();
        if (asked != null && budget != null && asked.compareTo(budget) > 0) {
            throw InvalidRequest.of(
                    "/options/budgetUsd",
                    "is more than " + Usd.text(budget)
                            + ", the limit here (nexus.budget.per-job-usd); ask for less, or leave it out");
        }
    }

    private CompletableFuture<Admission> readBack(JobId id, String tenant, String hash, RecordMetadata written) {
        return jobs.awaitAccepted(id, READ_BACK).thenApply(feed -> {
            JobState job = feed.state();
            boolean own = job.since().partition() == written.partition()
                    && job.since().offset() == written.offset();
            return own ? new Admission.Accepted(job, true) : compare(job, tenant, hash);
        });
    }

    private static Admission unwritten(JobId id, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof InvalidRequest why) {
            return new Admission.Refused(why);
        }
        if (cause instanceof RecordTooLargeException) {
            return new Admission.Refused(new InvalidRequest(
                    ErrorCode.TOO_LARGE, "the request is too large to be written to the log; shorten it", List.of()));
        }
        log.warn("nobody can say whether job {} was accepted", id, cause);
        return new Admission.Unknown(id);
    }

    private static Admission compare(JobState job, String tenant, String hash) {
        if (job.request().requestHash().equals(hash) && job.request().tenant().equals(tenant)) {
            return new Admission.Accepted(job, false);
        }
        return inUse(job.id(), "exists and asked for something else");
    }

    private static Admission inUse(JobId id, String how) {
        return new Admission.Refused(
                InvalidRequest.inUse("job " + id + " " + how + "; use another id or idempotency key"));
    }

    private CompletableFuture<JobAccepted> accepted(JobId id, String tenant, JobRequest request, String hash) {
        return switch (request) {
            case JobRequest.Pipeline r ->
                r.basedOn() == null
                        ? uploaded(id, r.files())
                                .thenApply(
                                        files -> event(JobKind.PIPELINE, r, tenant, r.spec(), null, files, null, hash))
                        : earlier(r.basedOn(), tenant, "/basedOn").thenCompose(from -> changeOf(r, from, hash));
            case JobRequest.PlanOnly r -> done(event(JobKind.PLAN, r, tenant, r.spec(), null, List.of(), null, hash));
            case JobRequest.Build r ->
                r.job() == null
                        ? done(event(JobKind.BUILD, r, tenant, null, r.plan(), List.of(), null, hash))
                        : earlier(r.job(), tenant).thenCompose(from -> buildOf(r, from, hash));
            case JobRequest.Test r ->
                r.job() == null
                        ? uploaded(id, r.files())
                                .thenApply(files -> event(JobKind.TEST, r, tenant, r.spec(), null, files, null, hash))
                        : earlier(r.job(), tenant).thenCompose(from -> testOf(r, from, hash));
            case JobRequest.Replay r ->
                earlier(r.job(), tenant).thenCompose(from -> {
                    try {
                        return done(Replaying.accepted(r, from, hash));
                    } catch (InvalidRequest e) {
                        return CompletableFuture.failedFuture(e);
                    }
                });
            case JobRequest.Retry r ->
                earlier(r.job(), tenant).thenCompose(from -> {
                    try {
                        return done(Retrying.accepted(r, from, hash));
                    } catch (InvalidRequest e) {
                        return CompletableFuture.failedFuture(e);
                    }
                });
        };
    }

    private static CompletableFuture<JobAccepted> changeOf(JobRequest.Pipeline request, JobState from, String hash) {
        if (!from.status().isFinal()) {
            return refused(
                    "/basedOn",
                    "names a job that is still " + from.status().wire() + "; send this again when it has ended");
        }
        List<ArtefactRef> files = List.copyOf(from.artefacts().values());
        if (files.isEmpty()) {
            return refused("/basedOn", "names a job that has no files; name one that was built, or leave it out");
        }
        long bytes = files.stream().mapToLong(ArtefactRef::size).sum();
        if (files.size() > Limits.FILES || bytes > Limits.CHANGED_BYTES) {
            return refused(
                    "/basedOn",
                    "names a job of " + files.size() + " files with " + bytes + " bytes, the limits of what is to be"
                            + " changed are " + Limits.FILES + " and " + Limits.CHANGED_BYTES
                            + "; send only the files that matter, as /files");
        }
        String tenant = from.request().tenant();
        return done(event(JobKind.PIPELINE, request, tenant, request.spec(), null, files, from.id(), hash));
    }

    private static CompletableFuture<JobAccepted> buildOf(JobRequest.Build request, JobState from, String hash) {
        if (from.plan() == null) {
            return refused(
                    "/job",
                    "names a job that has no plan; name one whose plan task is done, or send this again when it is");
        }
        String tenant = from.request().tenant();
        return done(
                event(JobKind.BUILD, request, tenant, from.request().spec(), from.plan(), List.of(), from.id(), hash));
    }

    private static CompletableFuture<JobAccepted> testOf(JobRequest.Test request, JobState from, String hash) {
        List<ArtefactRef> files = List.copyOf(from.artefacts().values());
        if (files.stream().allMatch(file -> ProjectPath.isTest(file.path()))) {
            return refused(
                    "/job", "names a job that has no files; name one that was built, or send this again when it is");
        }
        String spec = request.spec() == null ? from.request().spec() : request.spec();
        if (spec == null && files.stream().noneMatch(file -> ProjectPath.isTest(file.path()))) {
            return refused("/spec", "is missing; that job has no tests and no specification");
        }
        return done(event(JobKind.TEST, request, from.request().tenant(), spec, from.plan(), files, from.id(), hash));
    }

    private static <T> CompletableFuture<T> refused(String pointer, String detail) {
        return CompletableFuture.failedFuture(InvalidRequest.of(pointer, detail));
    }

    private static CompletableFuture<JobAccepted> done(JobAccepted event) {
        return CompletableFuture.completedFuture(event);
    }

    private static JobAccepted event(
            JobKind kind,
            JobRequest request,
            String tenant,
            @Nullable String spec,
            @Nullable Plan plan,
            List<ArtefactRef> files,
            @Nullable JobId basedOn,
            String hash) {
        return new JobAccepted(kind, tenant, spec, plan, files, basedOn, request.options(), request.metadata(), hash);
    }

    private CompletableFuture<JobState> earlier(JobId id, String tenant) {
        return earlier(id, tenant, "/job");
    }

    private CompletableFuture<JobState> earlier(JobId id, String tenant, String pointer) {
        return jobs.find(id)
                .thenCompose(
                        known -> known.map(JobFeed::state)
                                .filter(job -> job.request().tenant().equals(tenant))
                                .map(CompletableFuture::completedFuture)
                                .orElseGet(
                                        () -> refused(
                                                pointer,
                                                "names no job that exists here; check the id, or send this again when that job is accepted")));
    }

    private CompletableFuture<List<ArtefactRef>> uploaded(JobId id, List<JobRequest.SourceFile> files) {
        List<CompletableFuture<ArtefactRef>> saved = new ArrayList<>();
        for (JobRequest.SourceFile file : files) {
            saved.add(artefacts.save(id, null, file.path(), file.content().getBytes(StandardCharsets.UTF_8)));
        }
        return CompletableFuture.allOf(saved.toArray(CompletableFuture[]::new))
                .thenApply(_ -> saved.stream().map(CompletableFuture::join).toList());
    }

    private static String hash(byte[] json) {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(json);
            return HexFormat.of().formatHex(sha);
        } catch (NoSuchAlgorithmException e) {
            throw new CompletionException(e);
        }
    }
}

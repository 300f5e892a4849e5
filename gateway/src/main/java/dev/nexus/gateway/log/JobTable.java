package dev.nexus.gateway.log;

import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.job.JobSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All jobs that the log tells of. Open jobs are in memory, and the final ones that were used last; of any other final job
 * only its place in the log is, from where it is read again when someone asks for it. One thread writes, any may read.
 */
public final class JobTable {

    /** Jobs that are read from the log for one page of a search. */
    private static final int MOST_READ = 200;

    private static final int SEARCHED_AT_ONCE = 8;
    private static final int MOST_SEARCHES = 4;

    private final Past past;
    private final Map<JobId, JobFeed> open = new ConcurrentHashMap<>();
    private final Map<String, Integer> openByTenant = new ConcurrentHashMap<>();
    private final AtomicLong openBytes = new AtomicLong();
    private final AtomicInteger searches = new AtomicInteger();
    private final Map<JobId, EndedJob> ended = new ConcurrentHashMap<>();
    private final Map<Ended, Integer> endedCounts = new ConcurrentHashMap<>();
    /** The final jobs that are in memory as a whole, least recently used first; guarded by itself. */
    private final Map<JobId, JobFeed> recent;

    private final NavigableSet<Position> created = new ConcurrentSkipListSet<>();
    private final Map<JobId, CompletableFuture<Optional<JobFeed>>> beingRead = new ConcurrentHashMap<>();
    private final Map<JobId, Set<CompletableFuture<JobFeed>>> awaited = new ConcurrentHashMap<>();

    /** Where the events of jobs are that are not in memory. */
    @FunctionalInterface
    interface Past {

        /** The job up to its final event; empty if its beginning is not in the log any more. Does not block. */
        CompletableFuture<Optional<JobFeed>> read(EndedJob job);
    }

    /** The events of a job could not be read from the log in time; they may be, later. */
    public static final class Unread extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unread(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Final jobs that are counted together. */
    private record Ended(String tenant, JobStatus status) {}

    /** What an event made of a job; {@code before} is null if it made the job. */
    record Change(@Nullable JobState before, JobState after) {}

    /** A job's place among all, by when it was accepted. */
    public record Position(Instant at, JobId job) implements Comparable<Position> {

        private static final Comparator<Position> ORDER =
                Comparator.comparing(Position::at).thenComparing(Position::job);

        @Override
        public int compareTo(Position other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * Which jobs a list shows: those that are as every part says that is not null.
     *
     * @param text stands in the specification, in whatever case
     */
    public record Filter(
            @Nullable String tenant,
            @Nullable JobStatus status,
            @Nullable JobKind kind,
            @Nullable Instant createdAfter,
            @Nullable String text) {

        boolean takes(String itsTenant, JobStatus itsStatus, JobKind itsKind) {
            return (tenant == null || tenant.equals(itsTenant))
                    && (status == null || status == itsStatus)
                    && (kind == null || kind == itsKind);
        }

        boolean takes(JobState job) {
            return takes(job.request().tenant(), job.status(), job.request().kind())
                    && (text == null || searched(job.request().spec()).contains(searched(text)));
        }

        /** The form in which texts are compared. */
        public static String searched(@Nullable String text) {
            return text == null ? "" : text.toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A part of a list; it can be shorter than asked for and go on all the same.
     *
     * @param next behind which it goes on; null if it does not
     */
    public record Page(List<JobSummary> jobs, @Nullable Position next) {}

    /** @param maxInMemory how many final jobs stay in memory as a whole */
    public JobTable(History past, int maxInMemory) {
        this((Past) past, maxInMemory);
    }

    JobTable(Past past, int maxInMemory) {
        this.past = past;
        this.recent = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<JobId, JobFeed> eldest) {
                return size() > maxInMemory;
            }
        };
    }

    /** Folds the next event of the log. Returns what it changed, or null if it told nothing new of any known job. */
    @SuppressWarnings("ReferenceEquality") // a fold that changes nothing gives the same object
    @Nullable
    Change fold(LoggedEvent next, byte[] json) {
        JobFeed feed = open.get(next.job());
        if (feed != null) {
            JobState before = feed.state();
            feed.fold(next, json);
            JobState after = feed.state();
            if (after.status().isFinal()) {
                end(feed, after.status());
            }
            return after == before ? null : new Change(before, after);
        }
        EndedJob known = ended.get(next.job());
        if (known != null) {
            if (JobState.mayFollowTheEnd(next)) {
                delete(known);
            }
            return null;
        }
        if (next.event() instanceof JobAccepted request) {
            return new Change(null, begin(JobFeed.accepted(next, request, json)).state());
        }
        return null; // its job.accepted has left the log, or never came
    }

    /**
     * As {@link #fold}, for the time before anyone asks: what tells of a single task is kept as it is, and folded once
     * someone does. Most jobs of a long log have ended, and nobody ever will.
     */
    void foldLater(JobId job, JobFeed.Unfolded next) {
        JobFeed feed = open.get(job);
        if (feed != null) {
            feed.foldLater(next);
        }
    }

    /**
     * Likewise, of what tells of a job as a whole: whether it ends is seen without folding what was kept of it.
     *
     * @return the job that it ended; null if it ended none
     */
    @Nullable
    JobFeed foldLater(LoggedEvent next, byte[] json) {
        JobFeed feed = open.get(next.job());
        if (feed != null && feed.isEndedBy(next)) {
            feed.foldLater(new JobFeed.Unfolded(next.id(), json, next.offset(), next.time()));
            end(feed, JobState.statusAfter(next));
            return feed;
        }
        fold(next, json);
        return null;
    }

    /** Folds what was kept of the open jobs: someone may ask for them now. */
    void foldOpen() {
        for (JobFeed feed : open.values()) {
            JobStatus status = feed.state().status();
            if (status.isFinal()) { // by an event that is named as no final one should be
                end(feed, status);
            }
        }
    }

    private JobFeed begin(JobFeed feed) {
        JobId id = feed.id();
        openBytes.addAndGet(feed.requestBytes());
        openByTenant.merge(feed.tenant(), 1, Integer::sum);
        created.add(new Position(feed.since().time(), id));
        open.put(id, feed);
        Set<CompletableFuture<JobFeed>> waiting = awaited.remove(id);
        if (waiting != null) { // whoever waits goes on elsewhere: this thread has the log to read
            waiting.forEach(each -> each.completeAsync(() -> feed));
        }
        return feed;
    }

    /** In this order, so that whoever looks among the open ones first and then here misses none. */
    private void end(JobFeed feed, JobStatus status) {
        // a tenant's many jobs share one text
        EndedJob job = EndedJob.of(feed.id(), feed.tenant().intern(), feed.kind(), status, feed.since(), feed.last());
        remember(job);
        keep(job, feed);
        open.remove(job.id());
        openBytes.addAndGet(-feed.requestBytes());
        openByTenant.computeIfPresent(feed.tenant(), (_, count) -> count == 1 ? null : count - 1);
    }

    private void delete(EndedJob job) {
        remember(job.asDeleted());
        drop(job);
    }

    private void forget(EndedJob job) {
        if (ended.remove(job.id(), job)) {
            count(job, -1);
        }
        drop(job);
    }

    private void remember(EndedJob job) {
        EndedJob before = ended.put(job.id(), job);
        if (before != null) {
            count(before, -1);
        }
        count(job, 1);
    }

    private void count(EndedJob job, int sign) {
        if (!job.deleted()) {
            endedCounts.merge(
                    new Ended(job.tenant(), job.status()), sign, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
        }
    }

    private void drop(EndedJob job) {
        created.remove(new Position(job.createdAt(), job.id()));
        synchronized (recent) {
            recent.remove(job.id());
        }
    }

    private void keep(EndedJob job, JobFeed feed) {
        synchronized (recent) {
            if (job.equals(ended.get(job.id()))) { // else it was deleted or forgotten meanwhile
                recent.put(job.id(), feed);
            }
        }
    }

    /**
     * The job; empty if there is none, or it was deleted, or its beginning has left the log. At once if it is in memory;
     * else it is read from the log, which fails if Kafka does not answer, or if too many are being read.
     */
    public CompletableFuture<Optional<JobFeed>> find(JobId id) {
        JobFeed feed = open.get(id);
        if (feed != null) {
            return CompletableFuture.completedFuture(Optional.of(feed));
        }
        EndedJob job = ended.get(id);
        if (job == null || job.deleted()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        synchronized (recent) {
            feed = recent.get(id);
        }
        return feed == null ? readAgain(job) : CompletableFuture.completedFuture(Optional.of(feed));
    }

    /** Once for all who ask for it at the same time. */
    private CompletableFuture<Optional<JobFeed>> readAgain(EndedJob job) {
        JobId id = job.id();
        var answer = new CompletableFuture<Optional<JobFeed>>();
        var other = beingRead.putIfAbsent(id, answer);
        if (other != null) {
            return other;
        }
        var _ = past.read(job).whenComplete((found, failure) -> {
            if (failure == null) {
                found.ifPresentOrElse(feed -> keep(job, feed), () -> forget(job));
            }
            beingRead.remove(id, answer);
            if (failure == null) {
                answer.complete(found);
            } else {
                answer.completeExceptionally(unread(id, failure));
            }
        });
        return answer;
    }

    /** Whether there is such a job; not if it was deleted. */
    public boolean isKnown(JobId id) {
        return open.containsKey(id) || (ended.containsKey(id) && !isDeleted(id));
    }

    /** Whose job it is; null if it has left the log. */
    public @Nullable String tenantOf(JobId id) {
        JobFeed feed = open.get(id);
        if (feed != null) {
            return feed.tenant();
        }
        EndedJob job = ended.get(id);
        return job == null ? null : job.tenant();
    }

    /** Whether there is such a job, and it is not final. */
    public boolean isOpen(JobId id) {
        return open.containsKey(id);
    }

    /** Whether the job was deleted, so that its id is still taken. */
    public boolean isDeleted(JobId id) {
        EndedJob job = ended.get(id);
        return job != null && job.deleted();
    }

    /** How many jobs are not final. */
    public int openCount() {
        return open.size();
    }

    /** How many of this tenant's jobs are not final. */
    public int openCount(String tenant) {
        return openByTenant.getOrDefault(tenant, 0);
    }

    /** How many final jobs there are, of this tenant or of all, by status; those that were deleted are not counted. */
    public Map<JobStatus, Integer> endedCounts(@Nullable String tenant) {
        Map<JobStatus, Integer> sums = new EnumMap<>(JobStatus.class);
        endedCounts.forEach((of, count) -> {
            if (tenant == null || tenant.equals(of.tenant())) {
                sums.merge(of.status(), count, Integer::sum);
            }
        });
        return sums;
    }

    /** Bytes of the requests of all jobs that are not final. */
    public long openBytes() {
        return openBytes.get();
    }

    /** How many final jobs are in memory as a whole. */
    public int endedInMemory() {
        synchronized (recent) {
            return recent.size();
        }
    }

    /** Shows every job that is not final. */
    public void forEachOpen(Consumer<JobState> action) {
        open.values().forEach(feed -> action.accept(feed.state()));
    }

    /**
     * At most {@code most} of the jobs that the filter takes, newest first, from those on that are older than
     * {@code before}. Only jobs of the page that are not in memory are read, which fails as with {@link #find}.
     */
    public CompletableFuture<Page> page(Filter filter, @Nullable Position before, int most) {
        if (filter.text() != null) {
            return search(filter, before, most);
        }
        List<Position> found = candidates(filter, before).limit(most + 1L).toList();
        List<Position> shown = found.subList(0, Math.min(most, found.size()));
        List<CompletableFuture<Optional<JobFeed>>> jobs =
                shown.stream().map(each -> find(each.job())).toList();
        return CompletableFuture.allOf(jobs.toArray(CompletableFuture[]::new))
                .thenApply(_ -> new Page(
                        jobs.stream()
                                .flatMap(job -> job.join().stream())
                                .map(JobFeed::state)
                                .filter(filter::takes) // it may have gone on since
                                .map(JobSummary::of)
                                .toList(),
                        found.size() > most ? shown.getLast() : null));
    }

    private Stream<Position> candidates(Filter filter, @Nullable Position before) {
        NavigableSet<Position> older = before == null ? created : created.headSet(before, false);
        return older.descendingSet().stream()
                .takeWhile(each -> filter.createdAfter() == null || each.at().isAfter(filter.createdAfter()))
                .filter(each -> isTaken(each.job(), filter));
    }

    /** A specification is known only of jobs in memory: others are read for it, so many for a page and no more. */
    private CompletableFuture<Page> search(Filter filter, @Nullable Position before, int most) {
        if (searches.incrementAndGet() > MOST_SEARCHES) {
            searches.decrementAndGet();
            return CompletableFuture.failedFuture(new Unread("others are searching", null));
        }
        return new Search(filter, most, candidates(filter, before).iterator())
                .goOn()
                .whenComplete((_, _) -> searches.decrementAndGet());
    }

    /** Looks for a page of jobs, a few at a time, so that others who have jobs read get their turn. */
    private final class Search {

        private final Filter filter;
        private final int most;
        private final Iterator<Position> candidates;
        private final List<JobState> found = new ArrayList<>();
        private @Nullable Position looked;
        private int reads;

        Search(Filter filter, int most, Iterator<Position> candidates) {
            this.filter = filter;
            this.most = most;
            this.candidates = candidates;
        }

        CompletableFuture<Page> goOn() {
            List<CompletableFuture<Optional<JobFeed>>> wave = new ArrayList<>();
            int hits = found.size();
            int unknown = 0;
            while (candidates.hasNext() && hits <= most && unknown < SEARCHED_AT_ONCE) {
                looked = candidates.next();
                JobFeed feed = inMemory(looked.job());
                if (feed == null) {
                    unknown++;
                    wave.add(readForNow(looked.job()));
                } else if (filter.takes(feed.state())) {
                    hits++;
                    wave.add(CompletableFuture.completedFuture(Optional.of(feed)));
                }
            }
            reads += unknown;
            return CompletableFuture.allOf(wave.toArray(CompletableFuture[]::new))
                    .thenCompose(_ -> {
                        wave.stream()
                                .flatMap(job -> job.join().stream())
                                .map(JobFeed::state)
                                .filter(filter::takes)
                                .forEach(found::add);
                        return found.size() <= most && candidates.hasNext() && reads < MOST_READ
                                ? goOn()
                                : CompletableFuture.completedFuture(page());
                    });
        }

        private Page page() {
            List<JobSummary> shown =
                    found.stream().limit(most).map(JobSummary::of).toList();
            if (found.size() > most) {
                return new Page(shown, position(found.get(most - 1)));
            }
            return new Page(shown, candidates.hasNext() ? looked : null);
        }
    }

    private static Position position(JobState job) {
        return new Position(job.createdAt(), job.id());
    }

    private @Nullable JobFeed inMemory(JobId id) {
        JobFeed feed = open.get(id);
        if (feed != null) {
            return feed;
        }
        synchronized (recent) {
            return recent.get(id);
        }
    }

    /** Without a place in memory, which is for those that someone asked for. */
    private CompletableFuture<Optional<JobFeed>> readForNow(JobId id) {
        EndedJob job = ended.get(id);
        return job == null || job.deleted()
                ? CompletableFuture.completedFuture(Optional.empty())
                : past.read(job).exceptionallyCompose(failure -> CompletableFuture.failedFuture(unread(id, failure)));
    }

    private static Unread unread(JobId id, Throwable failure) {
        return failure instanceof Unread unread ? unread : new Unread("job " + id + " could not be read", failure);
    }

    private boolean isTaken(JobId id, Filter filter) {
        JobFeed feed = open.get(id);
        if (feed != null) {
            return filter.takes(feed.state());
        }
        EndedJob job = ended.get(id);
        return job != null && !job.deleted() && filter.takes(job.tenant(), job.status(), job.kind());
    }

    /** The newest {@code most} jobs of the tenant, newest first. */
    CompletableFuture<List<JobSummary>> newest(String tenant, int most) {
        return page(new Filter(tenant, null, null, null, null), null, most).thenApply(Page::jobs);
    }

    /** Whether the job is known as a final one, be it deleted or not. */
    boolean hasEnded(JobId id) {
        return ended.containsKey(id);
    }

    /**
     * Forgets the final jobs whose beginning has left the log, as any replica does that starts now.
     *
     * @param beginning the first offset that each partition still has
     */
    void forgetBefore(Map<Integer, Long> beginning) {
        for (EndedJob job : ended.values()) {
            if (job.first() < beginning.getOrDefault(job.partition(), 0L)) {
                forget(job);
            }
        }
    }

    /** Completes when the job's {@code job.accepted} was read, or with a timeout. */
    public CompletableFuture<JobFeed> awaitAccepted(JobId id, Duration limit) {
        var future = new CompletableFuture<JobFeed>();
        awaited.compute(id, (_, waiting) -> {
            Set<CompletableFuture<JobFeed>> all = waiting == null ? ConcurrentHashMap.newKeySet() : waiting;
            all.add(future);
            return all;
        });
        var _ = find(id).thenAccept(known -> known.ifPresent(future::complete)); // read between a caller's look and now
        return future.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, _) -> awaited.computeIfPresent(id, (_, waiting) -> {
                    waiting.removeIf(CompletableFuture::isDone);
                    return waiting.isEmpty() ? null : waiting;
                }));
    }

    /** Completes when the job's state satisfies {@code condition}, or with a timeout. */
    public CompletableFuture<JobState> await(JobFeed feed, Predicate<JobState> condition, Duration limit) {
        var future = new CompletableFuture<JobState>();
        Runnable look = () -> {
            JobState state = feed.state();
            if (condition.test(state)) {
                future.completeAsync(() -> state);
            }
        };
        feed.follow(look);
        look.run();
        return future.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).whenComplete((_, _) -> feed.unfollow(look));
    }
}

package dev.nexus.gateway.log;

import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.gateway.job.JobState;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All jobs that the log tells of. One thread writes, any may read. */
public final class JobTable {

    private final Map<JobId, JobFeed> feeds = new ConcurrentHashMap<>();
    private final Map<JobId, Set<CompletableFuture<JobFeed>>> awaited = new ConcurrentHashMap<>();
    private final Set<JobId> open = ConcurrentHashMap.newKeySet();

    /** Folds the next event of the log. Returns the job's state, or null if the event belongs to no known job. */
    @Nullable
    JobState fold(LoggedEvent next, byte[] json) {
        JobFeed feed = feeds.get(next.job());
        if (feed != null) {
            feed.fold(next, json);
        } else if (next.event() instanceof JobAccepted request) {
            feed = new JobFeed(JobState.accepted(next, request), next, json);
            feeds.put(next.job(), feed);
            JobFeed accepted = feed;
            Set<CompletableFuture<JobFeed>> waiting = awaited.remove(next.job());
            if (waiting != null) { // whoever waits goes on elsewhere: this thread has the log to read
                waiting.forEach(each -> each.completeAsync(() -> accepted));
            }
        } else {
            return null; // its job.accepted has left the log, or never came
        }
        JobState state = feed.state();
        if (state.status().isFinal()) {
            open.remove(next.job());
        } else {
            open.add(next.job());
        }
        return state;
    }

    /** The job, unless there is none, or it was deleted. */
    public Optional<JobFeed> find(JobId id) {
        return Optional.ofNullable(feeds.get(id)).filter(feed -> !feed.state().deleted());
    }

    /** How many jobs are not final. */
    public int openCount() {
        return open.size();
    }

    /** Shows every job that is not final. */
    public void forEachOpen(Consumer<JobState> action) {
        open.forEach(id -> find(id).map(JobFeed::state).ifPresent(action));
    }

    /** The newest {@code most} jobs, newest first. */
    public List<JobState> newest(int most) {
        return feeds.values().stream()
                .map(JobFeed::state)
                .filter(job -> !job.deleted())
                .sorted(Comparator.comparing(JobState::createdAt)
                        .thenComparing(JobState::id)
                        .reversed())
                .limit(most)
                .toList();
    }

    /** Completes when the job's {@code job.accepted} was read, or with a timeout. */
    public CompletableFuture<JobFeed> awaitAccepted(JobId id, Duration limit) {
        var future = new CompletableFuture<JobFeed>();
        awaited.compute(id, (_, waiting) -> {
            Set<CompletableFuture<JobFeed>> all = waiting == null ? ConcurrentHashMap.newKeySet() : waiting;
            all.add(future);
            return all;
        });
        JobFeed known = feeds.get(id);
        if (known != null) { // read between a caller's look and now
            future.complete(known);
        }
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

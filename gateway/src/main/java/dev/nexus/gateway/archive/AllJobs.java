package dev.nexus.gateway.archive;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Artefacts;
import dev.nexus.contract.JobId;
import dev.nexus.contract.TaskId;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobSummary;
import dev.nexus.gateway.log.CallLog;
import dev.nexus.gateway.log.JobFeed;
import dev.nexus.gateway.log.JobTable;
import dev.nexus.gateway.log.JobTable.Filter;
import dev.nexus.gateway.log.JobTable.Page;
import dev.nexus.gateway.log.JobTable.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Every job that can be shown: that of the log, and where the log has it no longer, that of the archive. What the log has is
 * never kept waiting by an archive that is away.
 */
public final class AllJobs {

    private final JobTable log;
    private final CallLog calls;
    private final Artefacts artefacts;
    private final Archive archive;
    private final Supplier<CompletableFuture<Void>> caughtUp;

    /** @param caughtUp completes when all that is in the log now was read, or fails with {@link JobTable.Unread} */
    public AllJobs(
            JobTable log,
            CallLog calls,
            Artefacts artefacts,
            Archive archive,
            Supplier<CompletableFuture<Void>> caughtUp) {
        this.log = log;
        this.calls = calls;
        this.artefacts = artefacts;
        this.archive = archive;
        this.caughtUp = caughtUp;
    }

    /**
     * The job; empty if there is none. What another replica knows already may still be unread here: nothing is said not to
     * be there before it was read. Fails with {@link JobTable.Unread} or {@link Archive.Unreachable}. Does not block.
     */
    public CompletableFuture<Optional<JobFeed>> find(JobId job) {
        return log.find(job)
                .thenCompose(known -> known.isPresent() ? CompletableFuture.completedFuture(known) : elsewhere(job));
    }

    /** Whichever knows it first; that there is none is known when both have answered. */
    private CompletableFuture<Optional<JobFeed>> elsewhere(JobId job) {
        CompletableFuture<Optional<JobFeed>> unread = caughtUp.get().thenCompose(_ -> log.find(job));
        CompletableFuture<Optional<JobFeed>> archived = archived(job);
        var answer = new CompletableFuture<Optional<JobFeed>>();
        var _ = unread.thenAccept(found -> completeIfPresent(answer, found));
        var _ = archived.thenAccept(found -> completeIfPresent(answer, found));
        var _ = CompletableFuture.allOf(unread, archived).whenComplete((_, failure) -> {
            if (failure == null) {
                answer.complete(Optional.empty());
            } else {
                answer.completeExceptionally(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            }
        });
        return answer;
    }

    private static void completeIfPresent(CompletableFuture<Optional<JobFeed>> answer, Optional<JobFeed> found) {
        if (found.isPresent()) {
            answer.complete(found);
        }
    }

    /** What was deleted is not shown, even if the archive has yet to hear of it. */
    private CompletableFuture<Optional<JobFeed>> archived(JobId job) {
        return log.isDeleted(job) ? CompletableFuture.completedFuture(Optional.empty()) : archive.find(job);
    }

    /** Whether the job was deleted. */
    public boolean isDeleted(JobId job) {
        return log.isDeleted(job);
    }

    /** Whether the archive alone has it. */
    public boolean isArchivedOnly(JobId job) {
        return archive.isOn() && !log.isKnown(job) && !log.isDeleted(job);
    }

    /** Deletes a job that the archive alone has; false if there is none. Fails with {@link Archive.Unreachable}. */
    public CompletableFuture<Boolean> deleteArchived(JobId job) {
        return archive.delete(job);
    }

    /**
     * At most {@code most} of the jobs that the filter takes, newest first, from those on that are older than
     * {@code before}: one list, whichever has them. While the archive is away the jobs of the log are shown, and what
     * follows them has to be asked for again.
     */
    public CompletableFuture<Page> page(Filter filter, @Nullable Position before, int most) {
        CompletableFuture<Page> page = log.page(filter, before, most);
        return archive.isOn() ? page.thenCompose(ofLog -> withArchived(filter, before, most, ofLog)) : page;
    }

    private CompletableFuture<Page> withArchived(Filter filter, @Nullable Position before, int most, Page ofLog) {
        return archived(filter, before, ofLog.next(), most, new ArrayList<>())
                .thenApply(archived -> merged(ofLog, archived, most))
                .exceptionallyCompose(failure -> {
                    if (ofLog.jobs().isEmpty() && ofLog.next() == null) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    Position last = ofLog.next() == null ? position(ofLog.jobs().getLast()) : ofLog.next();
                    return CompletableFuture.completedFuture(new Page(ofLog.jobs(), last));
                });
    }

    /** One more than a page of those that the log does not have, if there are so many. */
    private CompletableFuture<List<JobSummary>> archived(
            Filter filter, @Nullable Position before, @Nullable Position behind, int most, List<JobSummary> found) {
        int asked = most + 1;
        return archive.page(filter, before, behind, asked).thenCompose(jobs -> {
            jobs.stream()
                    .filter(job -> !log.isKnown(job.id()) && !log.isDeleted(job.id()))
                    .forEach(found::add);
            return jobs.size() < asked || found.size() > most
                    ? CompletableFuture.completedFuture(found)
                    : archived(filter, position(jobs.getLast()), behind, most, found);
        });
    }

    private static Page merged(Page ofLog, List<JobSummary> archived, int most) {
        Map<JobId, JobSummary> all = new HashMap<>();
        archived.forEach(job -> all.put(job.id(), job));
        ofLog.jobs().forEach(job -> all.put(job.id(), job));
        List<JobSummary> sorted = all.values().stream()
                .sorted(Comparator.comparing(AllJobs::position).reversed())
                .toList();
        if (sorted.size() <= most) {
            return new Page(sorted, ofLog.next());
        }
        List<JobSummary> shown = sorted.subList(0, most);
        return new Page(shown, position(shown.getLast()));
    }

    private static Position position(JobSummary job) {
        return new Position(job.createdAt(), job.id());
    }

    /**
     * The bytes of a file of the job, from wherever they still are. Blocks.
     *
     * @throws Artefacts.Gone if they are nowhere
     * @throws Archive.Unreachable if only the archive can have them, and does not answer
     */
    public byte[] file(JobId job, ArtefactRef file) throws Artefacts.Gone, InterruptedException {
        if (isArchivedOnly(job)) {
            byte[] kept = archive.file(file);
            if (kept != null) {
                return kept;
            }
        }
        try {
            return artefacts.read(file);
        } catch (Artefacts.Gone e) {
            byte[] kept = archive.file(file);
            if (kept == null) {
                throw e;
            }
            return kept;
        }
    }

    /** The job's model calls, from wherever they all are; to be closed. Blocks. */
    public CallLog.Entries calls(JobState job, @Nullable TaskId task) {
        if (isArchivedOnly(job.id())) {
            Optional<CallLog.Entries> kept = archive.calls(job, task);
            if (kept.isPresent()) {
                return kept.get();
            }
        }
        CallLog.Reading reading =
                calls.open(job.id(), job.createdAt(), job.status().isFinal() ? job.updatedAt() : null, task);
        if (reading.isWhole() || !job.status().isFinal()) {
            return reading;
        }
        try {
            Optional<CallLog.Entries> kept = archive.calls(job, task);
            if (kept.isPresent()) {
                reading.close();
                return kept.get();
            }
            return reading;
        } catch (Archive.Unreachable e) {
            return reading; // what the log still has
        } catch (RuntimeException e) {
            reading.close();
            throw e;
        }
    }
}

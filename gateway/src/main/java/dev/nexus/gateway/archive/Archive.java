package dev.nexus.gateway.archive;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.JobId;
import dev.nexus.contract.TaskId;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobSummary;
import dev.nexus.gateway.log.CallLog;
import dev.nexus.gateway.log.JobFeed;
import dev.nexus.gateway.log.JobTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Final jobs, kept beyond the retention of the topics. */
public interface Archive {

    /** Where nothing is kept. */
    Archive NONE = new Archive() {

        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public @Nullable String trouble() {
            return null;
        }

        @Override
        public CompletableFuture<Optional<JobFeed>> find(JobId job) {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletableFuture<List<JobSummary>> page(
                JobTable.Filter filter,
                JobTable.@Nullable Position before,
                JobTable.@Nullable Position behind,
                int most) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<Boolean> delete(JobId job) {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public byte @Nullable [] file(ArtefactRef ref) {
            return null;
        }

        @Override
        public Optional<CallLog.Entries> calls(JobState job, @Nullable TaskId task) {
            return Optional.empty();
        }
    };

    /** The database does not answer; the message says why. */
    final class Unreachable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unreachable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    boolean isOn();

    /** Begins to copy. */
    void start();

    /** Returns when nothing more will be copied here. */
    void stop() throws InterruptedException;

    /** Why it is behind; null if all is well. */
    @Nullable
    String trouble();

    /** The job as its events tell it; fails with {@link Unreachable}. Does not block. */
    CompletableFuture<Optional<JobFeed>> find(JobId job);

    /** At most so many of the jobs between the two places, newest first; fails with {@link Unreachable}. Does not block. */
    CompletableFuture<List<JobSummary>> page(
            JobTable.Filter filter, JobTable.@Nullable Position before, JobTable.@Nullable Position behind, int most);

    /** Deletes a job with all its rows; false if there is none. Fails with {@link Unreachable}. Does not block. */
    CompletableFuture<Boolean> delete(JobId job);

    /**
     * The bytes of a file; null if they are not here. Blocks.
     *
     * @throws Unreachable if the database does not answer
     */
    byte @Nullable [] file(ArtefactRef ref);

    /**
     * The model calls of a job; empty if the job is not here. Blocks.
     *
     * @throws Unreachable if the database does not answer
     */
    Optional<CallLog.Entries> calls(JobState job, @Nullable TaskId task);
}

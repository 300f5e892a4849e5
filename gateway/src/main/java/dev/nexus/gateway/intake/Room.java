package dev.nexus.gateway.intake;

import dev.nexus.contract.ErrorCode;
import dev.nexus.gateway.log.JobTable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether there is room for one job more. */
public final class Room {

    private final JobTable jobs;
    private final int openJobs;
    private final Supplier<@Nullable String> shortage;
    private final AtomicInteger coming = new AtomicInteger();

    /**
     * @param openJobs how many may be open at once
     * @param shortage what the disks lack, if anything
     */
    public Room(JobTable jobs, int openJobs, Supplier<@Nullable String> shortage) {
        this.jobs = jobs;
        this.openJobs = openJobs;
        this.shortage = shortage;
    }

    /**
     * Takes a place for a job that is about to be accepted; {@link #taken} gives it back when the job is in the table, or
     * never will be.
     *
     * @throws InvalidRequest if there is none
     */
    void take() throws InvalidRequest {
        String lacking = shortage.get();
        if (lacking != null) {
            throw new InvalidRequest(ErrorCode.INSUFFICIENT_STORAGE, lacking, List.of());
        }
        if (jobs.openCount() + coming.incrementAndGet() > openJobs) {
            coming.decrementAndGet();
            throw new InvalidRequest(
                    ErrorCode.OVERLOADED,
                    openJobs + " jobs are open, which is all that this installation takes at once"
                            + " (nexus.limits.open-jobs); send the request again later",
                    List.of());
        }
    }

    void taken() {
        coming.decrementAndGet();
    }
}

package dev.nexus.gateway.intake;

import dev.nexus.contract.ErrorCode;
import dev.nexus.gateway.log.JobTable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Whether there is room for one job more. */
public final class Room {

    private final JobTable jobs;
    private final int openJobs;
    private final AtomicInteger coming = new AtomicInteger();

    /** @param openJobs how many may be open at once */
    public Room(JobTable jobs, int openJobs) {
        this.jobs = jobs;
        this.openJobs = openJobs;
    }

    /**
     * Takes a place for a job that is about to be accepted; {@link #taken} gives it back when the job is in the table, or
     * never will be.
     *
     * @throws InvalidRequest if there is none
     */
    void take() throws InvalidRequest {
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

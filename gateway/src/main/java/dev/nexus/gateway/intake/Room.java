package dev.nexus.gateway.intake;

import dev.nexus.contract.ErrorCode;
import dev.nexus.gateway.log.JobTable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** Whether there is room for one job more. */
public final class Room {

    private final JobTable jobs;
    private final int openJobs;
    private final DataSize openBytes;
    private final Supplier<@Nullable String> shortage;
    private final AtomicInteger coming = new AtomicInteger();
    private final AtomicLong comingBytes = new AtomicLong();

    /**
     * @param openJobs how many may be open at once
     * @param openBytes how large their requests may be, all together: they are in every gateway's memory
     * @param shortage what the disks lack, if anything
     */
    public Room(JobTable jobs, int openJobs, DataSize openBytes, Supplier<@Nullable String> shortage) {
        this.jobs = jobs;
        this.openJobs = openJobs;
        this.openBytes = openBytes;
        this.shortage = shortage;
    }

    /**
     * Takes a place for a job that is about to be accepted; {@link #taken} gives it back when the job is in the table, or
     * never will be.
     *
     * @param bytes of its request
     * @throws InvalidRequest if there is none
     */
    void take(int bytes) throws InvalidRequest {
        if (shortage.get() != null) { // which disk, and where, is for operators: the log and /health tell
            throw new InvalidRequest(
                    ErrorCode.INSUFFICIENT_STORAGE,
                    "Kafka's disks have too little room for new jobs; send the request again later",
                    List.of());
        }
        if (jobs.openCount() + coming.incrementAndGet() > openJobs) {
            coming.decrementAndGet();
            throw new InvalidRequest(
                    ErrorCode.OVERLOADED,
                    openJobs + " jobs are open, which is all that this installation takes at once"
                            + " (nexus.limits.open-jobs); send the request again later",
                    List.of());
        }
        if (jobs.openBytes() + comingBytes.addAndGet(bytes) > openBytes.toBytes()) {
            taken(bytes);
            throw new InvalidRequest(
                    ErrorCode.OVERLOADED,
                    "the requests of the open jobs and this one have more than " + openBytes.toBytes()
                            + " bytes, which is all that this installation takes at once (nexus.limits.open-bytes); send the"
                            + " request again later",
                    List.of());
        }
    }

    void taken(int bytes) {
        coming.decrementAndGet();
        comingBytes.addAndGet(-bytes);
    }
}

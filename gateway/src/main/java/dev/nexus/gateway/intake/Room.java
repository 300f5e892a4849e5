package dev.nexus.gateway.intake;

import dev.nexus.contract.ErrorCode;
import dev.nexus.gateway.log.JobTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** Whether there is room for one job more. */
public final class Room {

    /** After which a job may have ended; nobody knows. */
    private static final Duration QUOTA_PAUSE = Duration.ofSeconds(10);

    private final JobTable jobs;
    private final int openJobs;
    private final DataSize openBytes;
    private final Supplier<@Nullable String> shortage;
    private final ToIntFunction<String> openJobsOf;
    private final Map<String, Integer> comingOf = new ConcurrentHashMap<>();
    private final AtomicInteger coming = new AtomicInteger();
    private final AtomicLong comingBytes = new AtomicLong();

    /**
     * @param openJobs how many may be open at once
     * @param openBytes how large their requests may be, all together: they are in every gateway's memory
     * @param shortage what the disks lack, if anything
     * @param openJobsOf how many of a tenant may be open; 0 for no limit
     */
    public Room(
            JobTable jobs,
            int openJobs,
            DataSize openBytes,
            Supplier<@Nullable String> shortage,
            ToIntFunction<String> openJobsOf) {
        this.jobs = jobs;
        this.openJobs = openJobs;
        this.openBytes = openBytes;
        this.shortage = shortage;
        this.openJobsOf = openJobsOf;
    }

    /**
     * Takes a place for a job that is about to be accepted; {@link #taken} gives it back when the job is in the table, or
     * never will be.
     *
     * @param tenant whose it is
     * @param bytes of its request
     * @throws InvalidRequest if there is none
     */
    void take(String tenant, int bytes) throws InvalidRequest {
        if (shortage.get() != null) { // which disk, and where, is for operators: the log and /health tell
            throw new InvalidRequest(
                    ErrorCode.INSUFFICIENT_STORAGE,
                    "Kafka's disks have too little room for new jobs; send the request again later",
                    List.of());
        }
        int most = openJobsOf.applyAsInt(tenant);
        if (jobs.openCount(tenant) + comingOf.merge(tenant, 1, Integer::sum) > most && most > 0) {
            leave(tenant);
            throw InvalidRequest.quota(
                    most + " jobs of this tenant are open, which is all that it may have at once (nexus.tenants."
                            + tenant + ".open-jobs, or that of default); send the request again when one has ended",
                    QUOTA_PAUSE);
        }
        if (jobs.openCount() + coming.incrementAndGet() > openJobs) {
            coming.decrementAndGet();
            leave(tenant);
            throw new InvalidRequest(
                    ErrorCode.OVERLOADED,
                    openJobs + " jobs are open, which is all that this installation takes at once"
                            + " (nexus.limits.open-jobs); send the request again later",
                    List.of());
        }
        if (jobs.openBytes() + comingBytes.addAndGet(bytes) > openBytes.toBytes()) {
            taken(tenant, bytes);
            throw new InvalidRequest(
                    ErrorCode.OVERLOADED,
                    "the requests of the open jobs and this one have more than " + openBytes.toBytes()
                            + " bytes, which is all that this installation takes at once (nexus.limits.open-bytes); send the"
                            + " request again later",
                    List.of());
        }
    }

    void taken(String tenant, int bytes) {
        leave(tenant);
        coming.decrementAndGet();
        comingBytes.addAndGet(-bytes);
    }

    private void leave(String tenant) {
        comingOf.computeIfPresent(tenant, (_, count) -> count == 1 ? null : count - 1);
    }
}

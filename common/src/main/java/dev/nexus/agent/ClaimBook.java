package dev.nexus.agent;

import dev.nexus.contract.EventId;
import dev.nexus.contract.JobId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this process has read of every job's claims, and the attempts in hand that are told. A job's knowledge begins at
 * some offset, and has no gaps from there on.
 */
final class ClaimBook {

    /** A stretch of a partition that must be read to know all about a job: from {@code from} up to before {@code to}. */
    record Gap(JobId job, int partition, long from, long to) {}

    /** Claims in all events of a job from offset {@code from} on. */
    private record Known(long from, Claims claims) {}

    private static final class Watched {
        private Known known;
        private final List<Attempt> attempts = new ArrayList<>();

        Watched(Known known) {
            this.known = known;
        }
    }

    private final String worker;
    private final Map<Integer, Long> nextOffsets = new HashMap<>();
    private final Map<JobId, Watched> watched = new HashMap<>();
    private final Map<JobId, Known> remembered;

    ClaimBook(String worker, int rememberedJobs) {
        this.worker = worker;
        this.remembered = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<JobId, Known> eldest) {
                return size() > rememberedJobs;
            }
        };
    }

    /** Reading of {@code partition} begins at {@code offset}, unless it has begun before. */
    synchronized void begin(int partition, long offset) {
        nextOffsets.putIfAbsent(partition, offset);
    }

    /** Everything before {@code offset} was read, whatever it was. */
    synchronized void reached(int partition, long offset) {
        if (nextOffsets.getOrDefault(partition, 0L) < offset) {
            nextOffsets.put(partition, offset);
            notifyAll();
        }
    }

    /** Waits until everything before {@code offset} was read. */
    synchronized void awaitRead(int partition, long offset) throws InterruptedException {
        while (nextOffsets.getOrDefault(partition, 0L) < offset) {
            wait();
        }
    }

    /** Where to read on; null if reading of {@code partition} has not begun. */
    synchronized @Nullable Long nextOffset(int partition) {
        return nextOffsets.get(partition);
    }

    /** From now on {@code attempt} is told how its claim stands. Returns what must be read before it can be won. */
    synchronized @Nullable Gap watch(Attempt attempt) {
        JobId job = attempt.job();
        int partition = attempt.since().partition();
        long since = attempt.since().offset();
        Watched of = watched.computeIfAbsent(job, j -> new Watched(recall(j, partition)));
        of.attempts.add(attempt);
        tell(of, attempt);
        return of.known.from() <= since ? null : new Gap(job, partition, since, of.known.from());
    }

    private Known recall(JobId job, int partition) {
        Known known = remembered.remove(job);
        return known != null ? known : new Known(nextOffsets.getOrDefault(partition, 0L), Claims.NONE);
    }

    synchronized void unwatch(Attempt attempt) {
        Watched of = watched.get(attempt.job());
        if (of == null) {
            return;
        }
        of.attempts.remove(attempt);
        if (of.attempts.isEmpty()) {
            watched.remove(attempt.job());
            remembered.put(attempt.job(), of.known);
        }
    }

    /** The next event of a partition; a null job or id is a record of no job. */
    synchronized void read(int partition, long offset, @Nullable JobId job, @Nullable EventId id, String type) {
        nextOffsets.put(partition, offset + 1);
        notifyAll();
        if (job == null || id == null) {
            return;
        }
        Watched of = watched.get(job);
        if (of == null) {
            Known known = remembered.get(job);
            long from = known == null ? offset : known.from();
            Claims claims = known == null ? Claims.NONE : known.claims();
            remembered.put(job, new Known(from, claims.after(id, type)));
            return;
        }
        Claims claims = of.known.claims().after(id, type);
        if (!claims.equals(of.known.claims())) {
            of.known = new Known(of.known.from(), claims);
            of.attempts.forEach(attempt -> tell(of, attempt));
        }
    }

    /** Puts what was found in a gap before what is known. */
    synchronized void fill(Gap gap, Claims found) {
        Watched of = watched.get(gap.job());
        if (of != null
                && gap.to() >= of.known.from()) { // else another gap lies between, and will be filled in its turn
            of.known = new Known(Math.min(gap.from(), of.known.from()), found.followedBy(of.known.claims()));
            of.attempts.forEach(attempt -> tell(of, attempt));
        }
    }

    /** The gap's events have left the log, and so has the job. */
    synchronized void expire(Gap gap) {
        Watched of = watched.get(gap.job());
        if (of != null) {
            of.attempts.forEach(attempt -> attempt.learn(new Standing.Lost("the job has left the log")));
        }
    }

    private void tell(Watched of, Attempt attempt) {
        boolean complete = of.known.from() <= attempt.since().offset();
        if (complete) { // with a gap, an earlier claim may be unread: anyone's, also this worker's own
            attempt.learn(of.known.claims().standing(attempt.task(), attempt.number(), worker));
        }
    }
}

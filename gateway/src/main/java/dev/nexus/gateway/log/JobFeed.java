package dev.nexus.gateway.log;

import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.gateway.job.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One job: its state now, and every counted event so far, for any number of followers. */
public final class JobFeed {

    private final List<Entry> entries = new ArrayList<>();
    private final Set<Runnable> followers = ConcurrentHashMap.newKeySet();
    private volatile JobState state;

    /** A counted event. */
    public static final class Entry {

        private final JobId job;
        private final long seq;
        private final String type;
        private final Instant time;
        private final byte[] json;
        private volatile byte @Nullable [] frame;

        Entry(long seq, LoggedEvent event, byte[] json) {
            this.job = event.job();
            this.seq = seq;
            this.type = event.event().type();
            this.time = event.time();
            this.json = json;
        }

        public JobId job() {
            return job;
        }

        public long seq() {
            return seq;
        }

        public String type() {
            return type;
        }

        public Instant time() {
            return time;
        }

        /** The value of its record, as it was written. */
        public byte[] json() {
            return json;
        }

        /** What {@code encoder} makes of it, made once and shared by all followers. */
        public byte[] frame(Function<Entry, byte[]> encoder) {
            byte[] made = frame;
            if (made == null) {
                made = encoder.apply(this);
                frame = made;
            }
            return made;
        }
    }

    private JobFeed(JobState first, LoggedEvent accepted, byte[] json) {
        state = first;
        entries.add(new Entry(1, accepted, json));
    }

    /** A job that begins with this event. */
    static JobFeed accepted(LoggedEvent first, JobAccepted request, byte[] json) {
        return new JobFeed(JobState.accepted(first, request), first, json);
    }

    public JobState state() {
        return state;
    }

    /** Folds the next event; only the thread that reads the log, or this job's past, calls this. */
    @SuppressWarnings("ReferenceEquality") // a fold that changes nothing gives the same object
    void fold(LoggedEvent next, byte[] json) {
        JobState before = state;
        JobState after = before.after(next);
        if (after == before) {
            return;
        }
        synchronized (entries) {
            if (after.seq() > before.seq()) {
                entries.add(new Entry(after.seq(), next, json));
            }
            state = after;
        }
        followers.forEach(Runnable::run);
    }

    /** At most {@code most} events behind {@code seq}, in order. */
    public List<Entry> after(long seq, int most) {
        synchronized (entries) {
            int from = Math.clamp(seq, 0, entries.size());
            return List.copyOf(entries.subList(from, Math.min(entries.size(), from + most)));
        }
    }

    /** Calls {@code wake} after each further event, on the log's thread, until {@link #unfollow}; it must not block. */
    public void follow(Runnable wake) {
        followers.add(wake);
    }

    public void unfollow(Runnable wake) {
        followers.remove(wake);
    }
}

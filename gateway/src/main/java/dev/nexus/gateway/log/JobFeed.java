package dev.nexus.gateway.log;

import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.Json;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Since;
import dev.nexus.gateway.job.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** One job: its state now, and every counted event so far, for any number of followers. */
public final class JobFeed {

    private static final Logger log = LoggerFactory.getLogger(JobFeed.class);

    private final List<Entry> entries = new ArrayList<>();
    private final Set<Runnable> followers = ConcurrentHashMap.newKeySet();
    /** What was read and is not yet part of the state; null if there is nothing. Guarded by {@code entries}. */
    private volatile @Nullable List<Unfolded> unfolded;

    private final int requestBytes;
    private volatile JobState state;
    private long last;

    /** An event of this job as it stands in the log, still to be decoded. */
    static final class Unfolded {

        private final String id;
        private final byte[] json;
        private final long offset;
        private final Instant time;

        Unfolded(String id, byte[] json, long offset, Instant time) {
            this.id = id;
            this.json = json;
            this.offset = offset;
            this.time = time;
        }

        @Nullable
        LoggedEvent in(JobFeed feed) {
            return EventLog.read(feed.id(), id, json, feed.since().partition(), offset, time);
        }
    }

    /** A counted event. */
    public static final class Entry {

        private final JobId job;
        private final long seq;
        private final String type;
        private final long offset;
        private final Instant time;
        private final byte[] json;
        private volatile byte @Nullable [] frame;

        Entry(long seq, LoggedEvent event, byte[] json) {
            this.job = event.job();
            this.seq = seq;
            this.offset = event.offset();
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

        /** What a stream shows of it, and a webhook sends: its fields behind those that every event has. */
        public ObjectNode data() {
            ObjectNode data = Json.MAPPER.createObjectNode();
            data.put("type", type);
            data.put("seq", seq);
            data.put("jobId", job.value());
            data.put("time", time.toString());
            for (var field : Json.tree(json).properties()) {
                if (!data.has(field.getKey())) {
                    data.set(field.getKey(), field.getValue());
                }
            }
            return data;
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
        requestBytes = json.length;
        state = first;
        last = accepted.offset();
        entries.add(new Entry(1, accepted, json));
    }

    /** A job that begins with this event. */
    static JobFeed accepted(LoggedEvent first, JobAccepted request, byte[] json) {
        return new JobFeed(JobState.accepted(first, request), first, json);
    }

    /** The job that these records of {@code job-events} tell of; empty if they do not begin with its {@code job.accepted}. */
    public static Optional<JobFeed> of(Iterable<ConsumerRecord<String, byte[]>> records) {
        JobFeed feed = null;
        for (ConsumerRecord<String, byte[]> record : records) {
            feed = grown(feed, record);
        }
        return Optional.ofNullable(feed);
    }

    /** The feed with one more record of its job; null until its {@code job.accepted} has come. */
    static @Nullable JobFeed grown(@Nullable JobFeed feed, ConsumerRecord<String, byte[]> record) {
        LoggedEvent event = EventLog.read(record);
        if (event == null) {
            return feed;
        }
        if (feed != null) {
            feed.fold(event, record.value());
            return feed;
        }
        return event.event() instanceof JobAccepted request ? accepted(event, request, record.value()) : null;
    }

    JobId id() {
        return state.id();
    }

    /** Bytes of its {@code job.accepted}. */
    int requestBytes() {
        return requestBytes;
    }

    /** Whose job it is. */
    public String tenant() {
        return state.request().tenant();
    }

    JobKind kind() {
        return state.request().kind();
    }

    /** Where it begins in the log. */
    Since since() {
        return state.since();
    }

    /** Where the newest of its events stands that counts or may count; for the log's thread. */
    long last() {
        return last;
    }

    public JobState state() {
        foldTheUnfolded();
        return state;
    }

    /** Folds the next event; only the thread that reads the log, or this job's past, calls this. */
    void fold(LoggedEvent next, byte[] json) {
        foldTheUnfolded();
        boolean news;
        synchronized (entries) {
            news = add(next, json);
        }
        if (news) {
            followers.forEach(Runnable::run);
        }
    }

    /** Keeps the next event until someone asks for the state or the events. */
    void foldLater(Unfolded next) {
        synchronized (entries) {
            List<Unfolded> more = unfolded == null ? new ArrayList<>() : unfolded;
            more.add(next);
            unfolded = more;
            last = next.offset;
        }
    }

    /** Whether {@code next}, an event about the job as a whole, ends it: all such events but the last are folded. */
    boolean isEndedBy(LoggedEvent next) {
        return JobState.ends(next) && !state.ids().contains(next.id());
    }

    private void foldTheUnfolded() {
        if (unfolded == null) {
            return;
        }
        synchronized (entries) {
            List<Unfolded> all = unfolded == null ? List.of() : unfolded;
            for (Unfolded next : all) {
                LoggedEvent event = next.in(this);
                if (event == null) {
                    log.warn("skipped a record of job {} that is no event: offset {}", id(), next.offset);
                } else {
                    add(event, next.json);
                }
            }
            unfolded = null;
        }
    }

    @SuppressWarnings("ReferenceEquality") // a fold that changes nothing gives the same object
    private boolean add(LoggedEvent next, byte[] json) {
        JobState before = state;
        JobState after = before.after(next);
        if (after.seq() > before.seq()) {
            entries.add(new Entry(after.seq(), next, json));
            last = next.offset();
        }
        state = after;
        return after != before;
    }

    /** At most {@code most} events behind {@code seq}, in order. */
    public List<Entry> after(long seq, int most) {
        foldTheUnfolded();
        synchronized (entries) {
            int from = Math.clamp(seq, 0, entries.size());
            return List.copyOf(entries.subList(from, Math.min(entries.size(), from + most)));
        }
    }

    /** The event that stands there in the log; empty if what stands there does not count. */
    public Optional<Entry> at(int partition, long offset) {
        foldTheUnfolded();
        if (partition != since().partition()) {
            return Optional.empty();
        }
        synchronized (entries) {
            int low = 0;
            int high = entries.size() - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                Entry entry = entries.get(middle);
                if (entry.offset == offset) {
                    return Optional.of(entry);
                }
                if (entry.offset < offset) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return Optional.empty();
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

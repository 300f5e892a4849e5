package dev.nexus.gateway.job;

import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import java.time.Duration;
import java.time.Instant;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Who is alive, as the heartbeats tell. Silence is counted in this gateway's own heartbeats, read back from the same
 * partition as the workers': when the broker is away or this process was stopped, they are missing too, so nobody is
 * taken for dead because of it. Broker times of two partitions are compared only to leave out heartbeats from before a
 * claim; should those clocks differ, a lost task is found later, by silence.
 *
 * @param self the id under which this gateway's own heartbeats come
 * @param ownBeats how many of them came
 * @param seen what each worker said last
 * @param claims attempts in hand, by worker: in how many later heartbeats it was not named
 */
public record Workers(
        String self, long ownBeats, PMap<String, Seen> seen, PMap<String, PMap<Heartbeat.InFlight, Claim>> claims) {

    /** Own heartbeats after which a worker that said nothing is taken for dead. */
    static final int SILENCE = 5;

    private static final int NOT_NAMED = 2;
    private static final int FORGOTTEN = 600;

    /**
     * A worker's last heartbeat.
     *
     * @param atOwnBeat how many own ones had come by then
     * @param freeSince how many own ones had come when it began to have free slots; -1 if it has none
     */
    public record Seen(Heartbeat last, long atOwnBeat, long freeSince) {}

    /** A claim that was read, and the worker's heartbeats since then that do not name it. */
    public record Claim(Instant at, int notNamed) {}

    public static Workers heardBy(String self) {
        return new Workers(self, 0, HashTreePMap.empty(), HashTreePMap.empty());
    }

    /** After one more heartbeat, appended at {@code at} by the broker's clock. */
    public Workers after(Heartbeat beat, Instant at) {
        if (beat.worker().equals(self)) {
            return new Workers(self, ownBeats + 1, withoutForgotten(), claims);
        }
        PMap<Heartbeat.InFlight, Claim> open = claims.getOrDefault(beat.worker(), HashTreePMap.empty());
        for (var entry : open.entrySet()) {
            Claim claim = entry.getValue();
            if (beat.tasks().contains(entry.getKey())) {
                open = open.plus(entry.getKey(), new Claim(claim.at(), 0));
            } else if (at.isAfter(claim.at())) {
                open = open.plus(entry.getKey(), new Claim(claim.at(), claim.notNamed() + 1));
            }
        }
        return new Workers(
                self,
                ownBeats,
                seen.plus(beat.worker(), new Seen(beat, ownBeats, freeSince(beat))),
                open.isEmpty() ? claims : claims.plus(beat.worker(), open));
    }

    /** After {@code worker} was seen to win an attempt. */
    public Workers claimed(String worker, JobId job, TaskId task, int attempt, Instant at) {
        PMap<Heartbeat.InFlight, Claim> open = claims.getOrDefault(worker, HashTreePMap.empty());
        return withClaims(worker, open.plus(new Heartbeat.InFlight(job, task, attempt), new Claim(at, 0)));
    }

    /** After an attempt is over, however it ended. */
    public Workers ended(String worker, JobId job, TaskId task, int attempt) {
        PMap<Heartbeat.InFlight, Claim> open = claims.getOrDefault(worker, HashTreePMap.empty());
        return withClaims(worker, open.minus(new Heartbeat.InFlight(job, task, attempt)));
    }

    private Workers withClaims(String worker, PMap<Heartbeat.InFlight, Claim> open) {
        return new Workers(self, ownBeats, seen, open.isEmpty() ? claims.minus(worker) : claims.plus(worker, open));
    }

    /** Whether an attempt that {@code worker} claimed will not be finished by it. */
    public boolean haveLost(String worker, JobId job, TaskId task, int attempt, Instant claimedAt, Instant now) {
        Seen last = seen.get(worker);
        if (last == null) {
            // a worker says that it is there before it claims anything, so this one was silent all the time
            return ownBeats >= SILENCE && claimedAt.plusSeconds(SILENCE).isBefore(now);
        }
        if (ownBeats - last.atOwnBeat() >= SILENCE) {
            return true;
        }
        Claim claim = claims.getOrDefault(worker, HashTreePMap.empty()).get(new Heartbeat.InFlight(job, task, attempt));
        return claim != null && claim.notNamed() >= NOT_NAMED;
    }

    private long freeSince(Heartbeat beat) {
        if (beat.tasks().size() >= beat.slots()) {
            return -1;
        }
        Seen before = seen.get(beat.worker());
        return before == null || before.freeSince() < 0 ? ownBeats : before.freeSince();
    }

    /** Whether a live worker of {@code service} could have taken more for all of that time, in whole seconds. */
    public boolean hadFreeSlots(Service service, Duration time) {
        return seen.values().stream()
                .filter(worker -> worker.last().service() == service && ownBeats - worker.atOwnBeat() < SILENCE)
                .anyMatch(worker -> worker.freeSince() >= 0 && ownBeats - worker.freeSince() >= time.toSeconds());
    }

    private PMap<String, Seen> withoutForgotten() {
        PMap<String, Seen> kept = seen;
        for (var entry : seen.entrySet()) {
            if (ownBeats - entry.getValue().atOwnBeat() > FORGOTTEN) {
                kept = kept.minus(entry.getKey());
            }
        }
        return kept;
    }
}

package dev.nexus.gateway.job;

import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import java.time.Duration;
import java.util.List;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Who is alive, as the heartbeats tell. All is counted in this gateway's own heartbeats, read back from the same partition
 * as the workers': when the broker is away or this process was stopped, they are missing too, so nobody is taken for dead
 * because of it. No clock is asked, so none needs to agree with another.
 *
 * @param self the id under which this gateway's own heartbeats come
 * @param ownBeats how many of them came
 * @param ownNumber of the last one that came; they are numbered as they are sent
 * @param countedFrom how many had come when silence was last counted anew
 * @param freeSince how many own ones had come when a service began to have free slots all along
 * @param seen what each worker said last
 * @param claims attempts in hand, by worker
 */
public record Workers(
        String self,
        long ownBeats,
        long ownNumber,
        long countedFrom,
        PMap<Service, Long> freeSince,
        PMap<String, Seen> seen,
        PMap<String, PMap<Heartbeat.InFlight, Claim>> claims) {

    /** Own heartbeats after which a worker that said nothing is taken for dead. */
    static final int SILENCE = 5;

    private static final int NOT_NAMED = 2;
    private static final int FORGOTTEN = 600;

    /**
     * A worker's last heartbeat.
     *
     * @param atOwnBeat how many own ones had come by then
     */
    public record Seen(Heartbeat last, long atOwnBeat) {}

    /**
     * A claim that was read.
     *
     * @param ownSent the number of the last own heartbeat sent when it was read: what stands behind a later one was
     *     written after the claim
     * @param atOwnBeat how many own ones had come when it was read
     * @param notNamed heartbeats of the worker in a row that were written after the claim and do not name it
     */
    public record Claim(long ownSent, long atOwnBeat, int notNamed) {}

    public static Workers heardBy(String self) {
        return new Workers(self, 0, 0, 0, HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());
    }

    /** After this gateway's own heartbeat with that number. */
    public Workers afterOwn(long number) {
        var next = new Workers(self, ownBeats + 1, number, countedFrom, freeSince, withoutForgotten(), claims);
        PMap<Service, Long> free = HashTreePMap.empty();
        for (Service service : Service.values()) {
            if (next.freeSlots(service) > 0) {
                free = free.plus(service, freeSince.getOrDefault(service, next.ownBeats));
            }
        }
        return new Workers(self, next.ownBeats, number, countedFrom, free, next.seen, claims);
    }

    /** After a time in which not even this gateway was heard: all others have their whole time to be heard again. */
    public Workers afterPause() {
        return new Workers(self, ownBeats, ownNumber, ownBeats, freeSince, seen, claims);
    }

    /** After a worker's heartbeat. */
    public Workers after(Heartbeat beat) {
        PMap<Heartbeat.InFlight, Claim> open = claims.getOrDefault(beat.worker(), HashTreePMap.empty());
        for (var entry : open.entrySet()) {
            Claim claim = entry.getValue();
            if (beat.tasks().contains(entry.getKey())) {
                open = open.plus(entry.getKey(), new Claim(claim.ownSent(), claim.atOwnBeat(), 0));
            } else if (ownNumber > claim.ownSent()) {
                open = open.plus(entry.getKey(), new Claim(claim.ownSent(), claim.atOwnBeat(), claim.notNamed() + 1));
            }
        }
        return new Workers(
                self,
                ownBeats,
                ownNumber,
                countedFrom,
                freeSince,
                seen.plus(beat.worker(), new Seen(beat, ownBeats)),
                open.isEmpty() ? claims : claims.plus(beat.worker(), open));
    }

    /**
     * After {@code worker} was seen to win an attempt.
     *
     * @param ownSent the number of the last own heartbeat that was sent
     */
    public Workers claimed(String worker, JobId job, TaskId task, int attempt, long ownSent) {
        PMap<Heartbeat.InFlight, Claim> open = claims.getOrDefault(worker, HashTreePMap.empty());
        var key = new Heartbeat.InFlight(job, task, attempt);
        return open.containsKey(key) ? this : withClaims(worker, open.plus(key, new Claim(ownSent, ownBeats, 0)));
    }

    /** After an attempt is over, however it ended. */
    public Workers ended(String worker, JobId job, TaskId task, int attempt) {
        PMap<Heartbeat.InFlight, Claim> open = claims.getOrDefault(worker, HashTreePMap.empty());
        return withClaims(worker, open.minus(new Heartbeat.InFlight(job, task, attempt)));
    }

    private Workers withClaims(String worker, PMap<Heartbeat.InFlight, Claim> open) {
        return new Workers(
                self,
                ownBeats,
                ownNumber,
                countedFrom,
                freeSince,
                seen,
                open.isEmpty() ? claims.minus(worker) : claims.plus(worker, open));
    }

    /** Whether an attempt that {@code worker} claimed will not be finished by it. */
    public boolean haveLost(String worker, JobId job, TaskId task, int attempt) {
        Claim claim = claims.getOrDefault(worker, HashTreePMap.empty()).get(new Heartbeat.InFlight(job, task, attempt));
        if (claim == null) {
            return false; // read, but not yet noted
        }
        if (claim.notNamed() >= NOT_NAMED) {
            return true;
        }
        Seen last = seen.get(worker);
        // A worker says that it is there before it claims anything: one that was never heard has been silent since.
        long heardAt = last == null ? claim.atOwnBeat() : Math.max(last.atOwnBeat(), claim.atOwnBeat());
        return ownBeats - Math.max(heardAt, countedFrom) >= SILENCE;
    }

    /** How much more the live workers of {@code service} could take, as they said last. */
    public int freeSlots(Service service) {
        return live(service).stream()
                .mapToInt(worker -> Math.max(0, worker.slots() - worker.tasks().size()))
                .sum();
    }

    /** What the live workers of {@code service} said last. */
    public List<Heartbeat> live(Service service) {
        return seen.values().stream()
                .filter(worker -> worker.last().service() == service && ownBeats - worker.atOwnBeat() < SILENCE)
                .map(Seen::last)
                .toList();
    }

    /** Whether live workers of {@code service}, these or those, could have taken more for all of that time, in whole seconds. */
    public boolean hadFreeSlots(Service service, Duration time) {
        Long since = freeSince.get(service);
        return since != null && ownBeats - since >= time.toSeconds();
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

package dev.nexus.agent;

import dev.nexus.contract.Heartbeat;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The attempts that this worker has in hand, and the slots that are left. */
final class InHand {

    private final int slots;
    private final Map<Heartbeat.InFlight, Attempt> attempts = new LinkedHashMap<>();
    private boolean closed;
    private boolean taking = true;

    InHand(int slots) {
        this.slots = slots;
    }

    int slots() {
        return slots;
    }

    /** What a heartbeat may promise: a worker that takes no more has no slots but those in use. */
    synchronized int slotsOffered() {
        return closed || !taking ? attempts.size() : slots;
    }

    /** Whether orders are taken at the moment: no heartbeat offers what nobody would take. */
    synchronized void taking(boolean now) {
        taking = now;
    }

    /** Takes an attempt, a slot or none; false if it is in hand already. */
    synchronized boolean take(Attempt attempt) {
        return attempts.putIfAbsent(attempt.id(), attempt) == null;
    }

    synchronized void putDown(Attempt attempt) {
        attempts.remove(attempt.id(), attempt);
        notifyAll();
    }

    synchronized boolean hasFreeSlot() {
        return attempts.size() < slots;
    }

    /** Waits until a slot is free; false if no more orders are to be taken. */
    synchronized boolean awaitFreeSlot() throws InterruptedException {
        while (!closed && !hasFreeSlot()) {
            wait();
        }
        return !closed;
    }

    /** No more orders are to be taken. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Whether no more orders are to be taken. */
    synchronized boolean isClosed() {
        return closed;
    }

    /** Waits until nothing is in hand; false if {@code limit} passes before. */
    synchronized boolean awaitNone(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!attempts.isEmpty()) {
            long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return true;
    }

    synchronized List<Attempt> attempts() {
        return List.copyOf(attempts.values());
    }

    synchronized List<Heartbeat.InFlight> ids() {
        return List.copyOf(attempts.keySet());
    }
}

package dev.nexus.agent;

import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import org.jspecify.annotations.Nullable;

/** One attempt in this worker's hands: how its claim stands, and the thread to interrupt when it is lost. */
final class Attempt {

    private final Heartbeat.InFlight id;
    private final Since since;
    private Standing standing = Standing.PENDING;
    private @Nullable Thread thread;

    Attempt(Heartbeat.InFlight id, Since since) {
        this.id = id;
        this.since = since;
    }

    Heartbeat.InFlight id() {
        return id;
    }

    JobId job() {
        return id.job();
    }

    TaskId task() {
        return id.task();
    }

    int number() {
        return id.attempt();
    }

    Since since() {
        return since;
    }

    synchronized Standing standing() {
        return standing;
    }

    boolean isLost() {
        return standing() instanceof Standing.Lost;
    }

    boolean isWon() {
        return standing() instanceof Standing.Won;
    }

    /** Takes in what the log says; what is lost stays lost. Returns whether this news was taken. */
    synchronized boolean learn(Standing news) {
        if (standing instanceof Standing.Lost) {
            return false;
        }
        standing = news;
        notifyAll();
        if (news instanceof Standing.Lost && thread != null) {
            thread.interrupt();
        }
        return true;
    }

    /** From now on {@code worker} is interrupted when the claim is lost. */
    synchronized void runsOn(Thread worker) {
        thread = worker;
        if (standing instanceof Standing.Lost) {
            worker.interrupt();
        }
    }

    /** @throws InterruptedException if the claim is lost, or the thread interrupted */
    synchronized void awaitWon() throws InterruptedException {
        while (standing instanceof Standing.Pending) {
            wait();
        }
        if (standing instanceof Standing.Lost(String reason)) {
            throw new InterruptedException(reason);
        }
    }

    @Override
    public String toString() {
        return id.job() + "/" + id.task() + "/" + id.attempt();
    }
}

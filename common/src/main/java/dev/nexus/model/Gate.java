package dev.nexus.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lets only so many calls to a provider run at once, and so many tokens a minute. Whoever waits is let in group by group in
 * turn, so that a job with many calls does not keep one with a single call waiting.
 */
final class Gate {

    private static final double NANOS_PER_MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final int concurrency;
    private final long tokensPerMinute;
    private final LongSupplier nanoTime;
    /** Those who wait, by group; the group at the front is next, and goes to the back when one of it was let in. */
    private final Map<String, Deque<Waiting>> groups = new LinkedHashMap<>();

    private int running;
    /** What may be spent now; below zero when a call took more than was thought. */
    private double tokens;

    private long refilledAt;

    private final class Waiting {
        private final long tokens;
        private final Condition turn = lock.newCondition();
        private boolean isLetIn;

        private Waiting(long tokens) {
            this.tokens = tokens;
        }
    }

    /** Leave to make one call. */
    final class Pass implements AutoCloseable {
        private final long taken;
        private long used;

        private Pass(long taken) {
            this.taken = taken;
            this.used = taken;
        }

        /** What the call took in the end; if it is not said, what was thought counts. */
        void used(long tokens) {
            used = tokens;
        }

        /** The call has ended. */
        @Override
        public void close() {
            leave(taken - used);
        }
    }

    /**
     * @param tokensPerMinute 0 for no limit
     * @param nanoTime a clock such as {@link System#nanoTime()}
     */
    Gate(int concurrency, long tokensPerMinute, LongSupplier nanoTime) {
        this.concurrency = concurrency;
        this.tokensPerMinute = tokensPerMinute;
        this.nanoTime = nanoTime;
        this.tokens = (double) tokensPerMinute;
        this.refilledAt = nanoTime.getAsLong();
    }

    /**
     * Waits for leave to make a call.
     *
     * @param group to be treated like any other, however many calls it makes
     * @param wanted tokens that the call may take; what is above the limit of a minute counts as that limit
     */
    Pass enter(String group, long wanted) throws InterruptedException {
        long taken = tokensPerMinute == 0 ? 0 : Math.min(wanted, tokensPerMinute);
        lock.lockInterruptibly();
        try {
            var self = new Waiting(taken);
            groups.computeIfAbsent(group, _ -> new ArrayDeque<>()).add(self);
            try {
                letIn();
                while (!self.isLetIn) {
                    long nanos = nanosUntilTokens();
                    if (nanos > 0) {
                        var _ = self.turn.awaitNanos(nanos); // whoever wakes up lets in whose turn it is
                    } else {
                        self.turn.await();
                    }
                    letIn();
                }
                return new Pass(taken);
            } catch (InterruptedException e) {
                giveUp(group, self);
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private void giveUp(String group, Waiting self) {
        if (self.isLetIn) {
            running--;
            tokens += self.tokens;
        } else {
            remove(group, self);
        }
        letIn();
    }

    private void leave(long givenBack) {
        lock.lock();
        try {
            running--;
            tokens += givenBack;
            letIn();
        } finally {
            lock.unlock();
        }
    }

    private void letIn() {
        refill();
        while (running < concurrency && !groups.isEmpty()) {
            var front = groups.entrySet().iterator().next();
            Waiting next = front.getValue().getFirst();
            if (next.tokens > tokens && tokensPerMinute > 0) {
                next.turn.signal(); // to wait no longer than its tokens need
                return;
            }
            remove(front.getKey(), next);
            running++;
            tokens -= next.tokens;
            next.isLetIn = true;
            next.turn.signal();
        }
    }

    /** Takes one out of the queue; its group stands at the back from now on. */
    private void remove(String group, Waiting waiting) {
        Deque<Waiting> queue = groups.remove(group);
        if (queue != null && queue.remove(waiting) && !queue.isEmpty()) {
            groups.put(group, queue);
        }
    }

    private void refill() {
        long now = nanoTime.getAsLong();
        tokens = Math.min((double) tokensPerMinute, tokens + (now - refilledAt) / NANOS_PER_MINUTE * tokensPerMinute);
        refilledAt = now;
    }

    /** How long until the next in turn has its tokens; 0 if it does not wait for tokens. */
    private long nanosUntilTokens() {
        if (tokensPerMinute == 0 || running >= concurrency || groups.isEmpty()) {
            return 0;
        }
        long missing = (long) Math.ceil(groups.values().iterator().next().getFirst().tokens - tokens);
        return missing <= 0 ? 0 : (long) ((double) missing * NANOS_PER_MINUTE / tokensPerMinute) + 1;
    }
}

package dev.nexus.gateway.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Flux;

/** Whoever holds a stream of events open at this replica. */
public final class Readers {

    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();

    /** How many there are. */
    public int open() {
        return open.get();
    }

    /** How many were sent away because they did not read. */
    public long dropped() {
        return dropped.sum();
    }

    void drop() {
        dropped.increment();
    }

    /** A reader is one from its first frame's request until its stream is over, however it ends. */
    <T> Flux<T> counted(Flux<T> frames) {
        return Flux.defer(() -> {
            open.incrementAndGet();
            return frames.doFinally(_ -> open.decrementAndGet());
        });
    }
}

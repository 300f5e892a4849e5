package dev.nexus.tester;

import dev.nexus.tester.ControlGroups.ControlGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the memory of one sandbox as a whole: while a job runs in it, what its processes use together is added up, and
 * where the kernel gives it a control group, that holds it in the meantime.
 */
final class MemoryWall implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryWall.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final long limit;
    private final @Nullable ControlGroup group;
    private final Use use;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Tells what all processes below one use, in bytes. */
    @FunctionalInterface
    interface Use {
        long below(long ancestor) throws IOException;
    }

    /** @param limit in bytes, of all processes below the sandbox's first together */
    MemoryWall(long limit, @Nullable ControlGroup group) {
        this(limit, group, new MemoryUse()::below);
    }

    MemoryWall(long limit, @Nullable ControlGroup group, Use use) {
        this.limit = limit;
        this.group = group;
        this.use = use;
    }

    /** The command that starts the sandbox within the wall. */
    List<String> around(List<String> command) {
        return group == null ? command : group.enter(command);
    }

    /**
     * Looks from now on until it is closed.
     *
     * @param bwrap the process that the sandbox is below
     * @param exceeded called once, on another thread
     */
    void watch(long bwrap, Runnable exceeded) {
        Thread.ofPlatform().daemon().name("sandbox-memory").start(() -> {
            try {
                while (!closed.await(BETWEEN_LOOKS.toNanos(), TimeUnit.NANOSECONDS)) {
                    if (wasExceeded() || use.below(bwrap) > limit) {
                        exceeded.run();
                        return;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Throwable e) { // whatever it is: nothing else bounds what the sandbox takes
                if (closed.getCount() > 0) {
                    exceeded.run();
                    LOG.error("A sandbox is ended, because what it has in memory cannot be seen", e);
                }
            }
        });
    }

    /** Whether the kernel has killed a process of the sandbox for its memory. */
    boolean wasExceeded() {
        return group != null && group.ranOut();
    }

    /** Once all processes of the sandbox have ended. */
    @Override
    public void close() {
        closed.countDown();
        if (group != null) {
            group.close();
        }
    }
}

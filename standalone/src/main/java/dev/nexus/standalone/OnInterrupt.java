package dev.nexus.standalone;

import java.util.concurrent.CountDownLatch;

/** Does something when Ctrl-C or a termination signal ends the process, as long as this is open. */
final class OnInterrupt implements AutoCloseable {

    private final Thread hook;

    private OnInterrupt(Thread hook) {
        this.hook = hook;
    }

    static OnInterrupt then(Runnable action) {
        Thread hook = Thread.ofPlatform().name("on-interrupt").unstarted(action);
        Runtime.getRuntime().addShutdownHook(hook);
        return new OnInterrupt(hook);
    }

    /** Never returns once the process is ending: the action has the last word then. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            awaitEnd();
        }
    }

    private static void awaitEnd() {
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}

package dev.nexus.standalone;

import dev.nexus.standalone.client.StreamedEvent;

/** Shows whoever looks on what happens to a job while it happens. */
interface Progress extends AutoCloseable {

    void show(StreamedEvent event);

    /** Leaves what is shown where it stands; what comes next stands below what is printed meanwhile. */
    default void leave() {}

    /** Shows how it is now, and nothing more. */
    default void stop() {}

    @Override
    default void close() {
        stop();
    }
}

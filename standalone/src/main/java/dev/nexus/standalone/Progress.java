package dev.nexus.standalone;

import dev.nexus.standalone.client.StreamedEvent;

/** Shows a person what happens to a job while it happens. */
interface Progress {

    void show(StreamedEvent event);

    /** Leaves what is shown where it stands; what comes next stands below what is printed meanwhile. */
    default void leave() {}
}

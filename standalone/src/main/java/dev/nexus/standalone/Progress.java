package dev.nexus.standalone;

import dev.nexus.standalone.client.StreamedEvent;

/** Shows a person what happens to a job while it happens. */
interface Progress {

    void show(StreamedEvent event);
}

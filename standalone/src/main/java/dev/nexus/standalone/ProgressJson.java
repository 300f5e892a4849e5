package dev.nexus.standalone;

import dev.nexus.standalone.client.StreamedEvent;
import java.io.PrintWriter;

/** Progress for programs: each event as the gateway streams it, on a line of its own. */
final class ProgressJson implements Progress {

    private final PrintWriter out;

    ProgressJson(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void show(StreamedEvent event) {
        out.println(event.json());
        out.flush();
    }
}

package dev.nexus.standalone;

import dev.nexus.contract.JobEvent;
import dev.nexus.standalone.client.StreamedEvent;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Progress as plain lines, one per change, for pipes and files. */
final class ProgressLines implements Progress {

    private final PrintWriter out;
    private final Map<String, String> lastOfTask = new HashMap<>();
    private @Nullable Instant start;

    ProgressLines(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void show(StreamedEvent event) {
        line(event).ifPresent(line -> {
            out.println(line);
            out.flush();
        });
    }

    /** The line for {@code event}; nothing if it changes nothing that a person waits for. */
    Optional<String> line(StreamedEvent event) {
        if (start == null) {
            start = event.time();
        }
        if (event.event() instanceof JobEvent.TaskScheduled scheduled && scheduled.attempt() == 1) {
            return Optional.empty(); // a worker takes it at once
        }
        String task = event.event() instanceof JobEvent.OfTask e ? e.task().toString() : "";
        String text = EventText.of(event.event());
        if (text.equals(lastOfTask.put(task, text))) {
            return Optional.empty();
        }
        String time = EventText.duration(Duration.between(start, event.time()).toMillis());
        return Optional.of(
                String.format("%8s  %s", time, task.isEmpty() ? text : String.format("%-16s %s", task, text)));
    }
}

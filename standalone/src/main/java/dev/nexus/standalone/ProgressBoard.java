package dev.nexus.standalone;

import dev.nexus.contract.JobEvent;
import dev.nexus.standalone.client.StreamedEvent;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Progress as a small table, one row per task, drawn again in its place on a terminal. */
final class ProgressBoard implements Progress {

    private static final int MOST_ROWS = 14;

    private final PrintWriter out;
    private final int columns;
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private String headline = "";
    private @Nullable Instant start;
    private Duration elapsed = Duration.ZERO;
    private int drawn;

    /** What is known of a task: whether it is waiting, at work, done or failed, and the last words about it. */
    private record Row(String mark, String text) {}

    /** @param columns of the terminal: a longer line would wrap, and break the drawing in place */
    ProgressBoard(PrintWriter out, int columns) {
        this.out = out;
        this.columns = columns;
    }

    @Override
    public void show(StreamedEvent event) {
        take(event);
        List<String> lines = lines();
        out.print(drawn == 0 ? "" : "\033[" + drawn + "A\r\033[J");
        lines.forEach(out::println);
        out.flush();
        drawn = lines.size();
    }

    @Override
    public void leave() {
        drawn = 0;
    }

    /** Notes what {@code event} changes. */
    void take(StreamedEvent event) {
        if (start == null) {
            start = event.time();
        }
        elapsed = Duration.between(start, event.time());
        String text = EventText.of(event.event());
        if (event.event() instanceof JobEvent.OfTask task) {
            rows.put(task.task().toString(), new Row(mark(task), text));
        } else {
            headline = text;
        }
    }

    /** The whole table. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(fit(headline + ", " + EventText.duration(elapsed.toMillis())));
        int hidden = Math.max(0, rows.size() - MOST_ROWS);
        if (hidden > 0) {
            lines.add(fit("  … " + EventText.count(hidden, "earlier task")));
        }
        rows.entrySet().stream()
                .skip(hidden)
                .map(row -> fit(String.format(
                        "  %s %-16s %s",
                        row.getValue().mark(), row.getKey(), row.getValue().text())))
                .forEach(lines::add);
        return lines;
    }

    private static String mark(JobEvent.OfTask event) {
        return switch (event) {
            case JobEvent.TaskScheduled e -> "·";
            case JobEvent.TaskReleased e -> "·";
            case JobEvent.TaskStarted e -> "▸";
            case JobEvent.TaskProgress e -> "▸";
            case JobEvent.TaskCompleted e -> "✓";
            case JobEvent.TaskFailed e -> "✗";
        };
    }

    private String fit(String line) {
        return line.length() < columns ? line : line.substring(0, columns - 2) + "…";
    }
}

package dev.nexus.standalone;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Usd;
import dev.nexus.standalone.client.StreamedEvent;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Progress as a small table, one row per task, drawn again in its place on a terminal. */
final class ProgressBoard implements Progress {

    private static final Duration TICK = Duration.ofMillis(200);

    private static final int TASK = 16;
    private static final int WORKER = 8;
    private static final int TIME = 11;
    /** Below these, a row has no room for a worker, and for a time. */
    private static final int WIDE = 64;

    private static final int MEDIUM = 48;
    private static final int MOST_ROWS = 20;
    private static final int WORKER_CHARS = 6;

    private final Screen screen;
    private final Canvas canvas;
    private final @Nullable ScheduledExecutorService clock;
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private String headline = "";
    private Usage usage = Usage.NONE;
    private @Nullable Instant start;
    private Instant last = Instant.EPOCH;
    private long lastNanos;
    private boolean over;
    private boolean closed;

    private enum State {
        WAITING("·", "."),
        RUNNING("▸", ">"),
        DONE("✓", "+"),
        FAILED("✗", "x");

        private final String symbol;
        private final String ascii;

        State(String symbol, String ascii) {
            this.symbol = symbol;
            this.ascii = ascii;
        }

        String in(Screen screen) {
            String mark = screen.symbols() ? symbol : ascii;
            Ink ink = screen.ink();
            return switch (this) {
                case WAITING -> ink.faint(mark);
                case RUNNING -> ink.busy(mark);
                case DONE -> ink.good(mark);
                case FAILED -> ink.bad(mark);
            };
        }
    }

    /**
     * What is known of a task.
     *
     * @param text the last words about it
     * @param since when its state began
     * @param until when it ended; null while it has not
     */
    private record Row(
            State state,
            String text,
            @Nullable String worker,
            Instant since,
            @Nullable Instant until) {}

    private ProgressBoard(PrintWriter out, Screen screen, @Nullable ScheduledExecutorService clock) {
        this.screen = screen;
        this.canvas = new Canvas(out, screen);
        this.clock = clock;
    }

    /** One that is drawn after each event alone. */
    ProgressBoard(PrintWriter out, Screen screen) {
        this(out, screen, null);
    }

    /** One whose times go on while nothing happens, and that is not drawn more often than one can see. */
    static ProgressBoard live(PrintWriter out, Screen screen) {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("progress").factory());
        var board = new ProgressBoard(out, screen, clock);
        var _ = clock.scheduleAtFixedRate(board::draw, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
        return board;
    }

    @Override
    public void show(StreamedEvent event) {
        take(event);
        if (clock == null) {
            draw();
        }
    }

    private synchronized void draw() {
        if (start != null && !closed) {
            canvas.draw(lines());
        }
    }

    @Override
    public synchronized void leave() {
        draw();
        canvas.leave();
    }

    @Override
    public synchronized void stop() {
        draw();
        closed = true;
        if (clock != null) {
            clock.shutdownNow();
        }
    }

    /** Notes what {@code event} changes. */
    synchronized void take(StreamedEvent event) {
        if (start == null) {
            start = event.time();
        }
        last = event.time();
        lastNanos = System.nanoTime();
        over |= event.event() instanceof JobEvent.Final;
        String text = EventText.of(event.event());
        if (event.event() instanceof JobEvent.OfTask task) {
            String id = task.task().toString();
            rows.put(id, row(rows.get(id), task, text, event.time()));
            usage = usage.plus(usage(task));
        } else {
            headline = text;
        }
    }

    private static Row row(@Nullable Row before, JobEvent.OfTask event, String text, Instant at) {
        String worker = before == null ? null : before.worker();
        Instant since = before == null ? at : before.since();
        return switch (event) {
            case JobEvent.TaskScheduled _ -> new Row(State.WAITING, text, null, at, null);
            case JobEvent.TaskReleased _ -> new Row(State.WAITING, text, null, at, null);
            case JobEvent.TaskStarted e -> new Row(State.RUNNING, text, e.worker(), at, null);
            case JobEvent.TaskProgress _ -> new Row(State.RUNNING, text, worker, since, null);
            case JobEvent.TaskCompleted _ -> new Row(State.DONE, text, worker, since, at);
            case JobEvent.TaskFailed _ -> new Row(State.FAILED, text, worker, since, at);
        };
    }

    private static Usage usage(JobEvent.OfTask event) {
        return switch (event) {
            case JobEvent.TaskCompleted e -> e.usage();
            case JobEvent.TaskFailed e -> e.usage();
            case JobEvent.TaskScheduled _, JobEvent.TaskReleased _ -> Usage.NONE;
            case JobEvent.TaskStarted _, JobEvent.TaskProgress _ -> Usage.NONE;
        };
    }

    /** The brokers' time, as far as the last event told it; on a board that is not live it stands between events. */
    private Instant now() {
        return over || clock == null ? last : last.plusNanos(System.nanoTime() - lastNanos);
    }

    /** The whole table. */
    synchronized List<String> lines() {
        Instant now = now();
        int columns = screen.columns();
        List<String> lines = new ArrayList<>();
        String cost = usage.costUsd().signum() == 0 ? "" : ", " + Usd.text(usage.costUsd());
        String elapsed = ", " + time(start == null ? now : start, now) + cost;
        lines.add(screen.ink().strong(Columns.fit(headline, Math.max(1, columns - Columns.width(elapsed))) + elapsed));
        int hidden = Math.max(0, rows.size() - mostRows());
        if (hidden > 0) {
            lines.add(screen.ink().faint("  … " + EventText.count(hidden, "more task")));
        }
        for (var row : shown(hidden).entrySet()) {
            lines.add(line(row.getKey(), row.getValue(), columns, now));
        }
        return lines;
    }

    private int mostRows() {
        return Math.clamp(screen.rows() - 4L, 1, MOST_ROWS);
    }

    /** Without {@code hidden} of them: the earliest that are done, and only then others. */
    private Map<String, Row> shown(int hidden) {
        Map<String, Row> shown = new LinkedHashMap<>(rows);
        List<String> leaving = new ArrayList<>();
        rows.forEach((id, row) -> {
            if (row.state() == State.DONE) {
                leaving.add(id);
            }
        });
        rows.keySet().stream().filter(id -> !leaving.contains(id)).forEach(leaving::add);
        leaving.stream().limit(hidden).forEach(shown::remove);
        return shown;
    }

    private String line(String id, Row row, int columns, Instant now) {
        String time = time(row.since(), row.until() == null ? now : row.until());
        int worker = columns < WIDE ? 0 : WORKER;
        int clocked = columns < MEDIUM ? 0 : TIME;
        int task = columns < MEDIUM ? TASK - 4 : TASK;
        int text = columns - "  x ".length() - task - 1 - worker - clocked;
        Ink ink = screen.ink();
        String told = worker + clocked == 0 ? Columns.fit(row.text(), text) : Columns.left(row.text(), text);
        return "  " + row.state().in(screen) + " " + Columns.left(id, task) + " "
                + (row.state() == State.FAILED ? ink.bad(told) : told)
                + (worker == 0 ? "" : ink.faint(Columns.right(shortened(row.worker()), worker)))
                + (clocked == 0 ? "" : ink.faint(Columns.right(time, clocked)));
    }

    /** The end of a worker's id tells it from the others. */
    private static String shortened(@Nullable String worker) {
        if (worker == null) {
            return "";
        }
        String end = worker.substring(worker.lastIndexOf('-') + 1);
        return "@" + EventText.printable(end.substring(0, Math.min(WORKER_CHARS, end.length())));
    }

    private static String time(Instant from, Instant to) {
        return EventText.duration(Math.max(0, Duration.between(from, to).toMillis()));
    }
}

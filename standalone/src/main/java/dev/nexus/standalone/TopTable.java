package dev.nexus.standalone;

import dev.nexus.standalone.client.JobView;
import dev.nexus.standalone.client.SystemView;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The installation as lines that fit a screen, the newest trouble first. */
final class TopTable {

    /** Of a file's lines; what is longer is cut there, too. */
    private static final int FILE_COLUMNS = 160;

    private static final long SILENT_MILLIS = 5000;
    private static final int SHORT_ID = 8;
    private static final int WIDE = 72;
    /** Below it, not even a status has its place. */
    private static final int NARROW = 36;

    private final int columns;
    private final int rows;
    private final Ink ink;

    private TopTable(int columns, int rows, Ink ink) {
        this.columns = columns;
        this.rows = rows;
        this.ink = ink;
    }

    static TopTable on(Screen screen) {
        return new TopTable(screen.columns(), screen.rows() - 1, screen.ink());
    }

    static TopTable forFiles() {
        return new TopTable(FILE_COLUMNS, Integer.MAX_VALUE, Ink.NONE);
    }

    /** @param jobs newest first; as many are shown as there is room for */
    List<String> lines(URI server, SystemView system, List<JobView> jobs) {
        List<String> lines = new ArrayList<>();
        addHead(lines, server, system);
        lines.add("");
        addStages(lines, system);
        lines.add("");
        addWorkers(lines, system);
        addJobs(lines, system, jobs);
        return lines;
    }

    private void addHead(List<String> lines, URI server, SystemView system) {
        SystemView.Here here = system.gateway();
        lines.add(ink.strong(fit("nexus " + here.version() + " at " + server + ", "
                + system.time().toString().replaceFirst("\\..*", "Z"))));
        add(lines, "gateways", gateways(system), 0);
        if (!here.ready()) {
            addAlarm(lines, "this gateway still reads the log: " + here.lag() + " events to go");
        } else if (here.lag() > 0) {
            add(lines, "lag", EventText.count((int) Math.min(Integer.MAX_VALUE, here.lag()), "event"), 0);
        }
        addAlarm(lines, here.trouble());
        addAlarm(lines, here.refusesJobs() == null ? null : "takes no new jobs: " + here.refusesJobs());
        if (system.brokers().isEmpty()) {
            addAlarm(lines, "no broker answers");
        } else {
            add(lines, "brokers", brokers(system), 0);
        }
        add(lines, "jobs", jobs(system), 0);
    }

    private static String gateways(SystemView system) {
        return system.gateways().stream()
                .map(gateway -> gateway.id()
                        + (gateway.driving() ? " (drives)" : "")
                        + (gateway.seenMillisAgo() >= SILENT_MILLIS
                                ? " silent for " + ago(gateway.seenMillisAgo())
                                : ""))
                .collect(Collectors.joining(", "));
    }

    private static String brokers(SystemView system) {
        return system.brokers().stream()
                .map(broker -> broker.id() + " at " + broker.host() + ":" + broker.port()
                        + (broker.controller() ? " (controller)" : ""))
                .collect(Collectors.joining(", "));
    }

    private static String jobs(SystemView system) {
        String counts = Stream.of("queued", "in_progress", "awaiting_approval", "completed", "failed", "cancelled")
                .filter(status -> system.jobs().getOrDefault(status, 0) > 0)
                .map(status -> system.jobs().get(status) + " " + status.replace('_', ' '))
                .collect(Collectors.joining(", "));
        return counts.isEmpty() ? "none" : counts;
    }

    private void addStages(List<String> lines, SystemView system) {
        boolean wide = columns >= WIDE;
        List<String> heads = wide
                ? List.of("stage", "workers", "slots", "running", "waiting", "oldest", "done/m")
                : List.of("stage", "work", "slot", "run", "wait", "age", "done");
        lines.add(ink.faint(row(heads)));
        for (SystemView.Stage stage : system.stages()) {
            String line = row(List.of(
                    wide ? stage.service() : stage.service().replace("-service", ""),
                    String.valueOf(stage.workers()),
                    String.valueOf(stage.slots()),
                    String.valueOf(stage.running()),
                    String.valueOf(stage.waiting()),
                    stage.oldestWaitingMillis() == null ? "-" : ago(stage.oldestWaitingMillis()),
                    String.valueOf(stage.doneLastMinute())));
            boolean starving = stage.workers() == 0;
            lines.add(starving ? (stage.waiting() > 0 ? ink.bad(line) : ink.warning(line)) : line);
            if (starving) {
                add(lines, "", "no " + stage.service() + " is there; start one", 2);
            }
        }
    }

    private String row(List<String> cells) {
        int name = columns < WIDE ? 8 : 16;
        int number = columns < WIDE ? 5 : 8;
        return fit(Columns.left(cells.getFirst(), name)
                + cells.stream()
                        .skip(1)
                        .map(cell -> Columns.right(cell, number))
                        .collect(Collectors.joining()));
    }

    private void addWorkers(List<String> lines, SystemView system) {
        if (system.workers().isEmpty()) {
            return;
        }
        lines.add(ink.faint(fit("workers")));
        for (SystemView.Worker worker : system.workers()) {
            boolean silent = worker.seenMillisAgo() >= SILENT_MILLIS;
            int inHand = worker.tasks().size() + worker.hiddenTasks();
            String line = fit("  " + worker.id() + "  " + inHand + "/" + worker.slots()
                    + (worker.draining() ? "  draining" : "")
                    + (silent ? "  silent for " + ago(worker.seenMillisAgo()) : "")
                    + (inHand == 0 ? "" : "  " + tasks(worker)));
            lines.add(silent ? ink.warning(line) : line);
            addAlarm(lines, worker.problem());
        }
        lines.add("");
    }

    private static String tasks(SystemView.Worker worker) {
        List<String> tasks = new ArrayList<>(worker.tasks().stream()
                .map(task -> task.task() + " of " + shortened(task.jobId())
                        + (task.attempt() > 1 ? " (attempt " + task.attempt() + ")" : "") + " "
                        + ago(task.runningMillis()))
                .toList());
        if (worker.hiddenTasks() > 0) {
            tasks.add(worker.hiddenTasks() + " of others");
        }
        return EventText.printable(String.join(", ", tasks));
    }

    private void addJobs(List<String> lines, SystemView system, List<JobView> jobs) {
        if (jobs.isEmpty()) {
            lines.add(ink.faint(fit(system.gateway().ready() ? "no jobs; nexus submit \"…\" makes one" : "")));
            return;
        }
        lines.add(ink.faint(fit("newest jobs")));
        long room = Math.max(1L, (long) rows - lines.size());
        jobs.stream().limit(room).forEach(job -> lines.add(line(job, system.time())));
    }

    private String line(JobView job, Instant now) {
        String id = columns < WIDE ? shortened(job.id()) : job.id();
        String status = job.status().replace('_', ' ') + (job.isScaffold() ? " (scaffold)" : "");
        Duration age = Duration.between(job.createdAt(), now);
        String before = "  " + id + " " + Columns.right(ago(Math.max(0, age.toMillis())), 7) + "  ";
        String title = job.title() == null ? "" : EventText.printable(job.title());
        int width = columns < WIDE ? 11 : 19;
        String shown = Columns.left(status, width);
        if (columns < NARROW) {
            return fit(before + status);
        }
        return before
                + switch (job.status()) {
                    case "completed" -> ink.good(shown);
                    case "failed" -> ink.bad(shown);
                    case "in_progress" -> ink.busy(shown);
                    case "awaiting_approval" -> ink.warning(shown);
                    default -> shown;
                }
                + " " + Columns.fit(title, Math.max(1, columns - Columns.width(before) - width - 1));
    }

    /** The end of an id tells jobs of the same moment apart. */
    private static String shortened(String id) {
        return id.length() <= SHORT_ID ? id : "…" + id.substring(id.length() - SHORT_ID);
    }

    private void addAlarm(List<String> lines, @Nullable String alarm) {
        if (alarm == null) {
            return;
        }
        for (String line : Columns.wrap("! " + EventText.printable(alarm), columns - 2)) { // no remedy is cut
            lines.add(ink.bad("  " + line));
        }
    }

    private void add(List<String> lines, String name, String text, int indent) {
        String before = " ".repeat(indent) + (name.isEmpty() ? "" : Columns.left(name, 10));
        lines.add(fit(before + EventText.printable(text)));
    }

    private String fit(String line) {
        return Columns.fit(line, columns);
    }

    /** Such as {@code 0.3s}, {@code 12s}, {@code 5m}, {@code 3h} or {@code 2d}: how much it is, in few columns. */
    static String ago(long millis) {
        long seconds = millis / 1000;
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1fs", millis / 1000.0);
        }
        if (seconds < 100) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 100) {
            return minutes + "m";
        }
        return minutes < 48 * 60 ? minutes / 60 + "h" : minutes / (24 * 60) + "d";
    }
}

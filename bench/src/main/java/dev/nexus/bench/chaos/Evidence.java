package dev.nexus.bench.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Writes down beside the logs what is needed to find out why a promise was not kept. */
final class Evidence {

    private final Path folder;

    Evidence(Path folder) {
        this.folder = folder;
    }

    void breaches(List<Breach> breaches) throws IOException {
        Files.write(
                folder.resolve("breaches.txt"),
                breaches.stream().map(Breach::toString).toList());
    }

    /** When what was done to which process. */
    void blows(List<Striker.Done> blows) throws IOException {
        Files.write(
                folder.resolve("blows.txt"),
                blows.stream()
                        .sorted(java.util.Comparator.comparingLong(Striker.Done::from))
                        .map(blow -> time(blow.from()) + " " + blow.name() + " " + blow.blow() + ", back "
                                + (blow.to() == Long.MAX_VALUE ? "never" : time(blow.to())) + ", work " + blow.work()
                                + (blow.driving() ? ", driving" : "") + " " + blow.worker())
                        .toList());
    }

    /** What the log and the client tell of one job: facts, places and times, no contents. */
    void job(JobHistory job, List<Frame> frames) throws IOException {
        List<String> lines = new ArrayList<>();
        Stream.concat(job.counted().stream(), job.later().stream()).forEach(record -> {
            int seq = job.counted().indexOf(record) + 1;
            lines.add(time(record.time()) + " " + record.place() + " " + (seq == 0 ? "(repeat or late)" : "seq " + seq)
                    + " " + record.fact() + " " + record.type() + " " + record.text("worker"));
        });
        lines.add("received:");
        frames.forEach(frame -> lines.add(time(frame.time()) + " id " + frame.id() + " " + frame.event()
                + " on connection " + frame.connection() + " to " + frame.gateway()));
        Files.write(folder.resolve("job-" + job.job() + ".txt"), lines);
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}

package dev.nexus.tester;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sandboxes that were just starting when their tester was killed: until the kernel has been told that a sandbox
 * is to die with its parent, it does not, and waits for ever. A small process beside the tester does it, whose stdin ends
 * when the tester does; where there are control groups, theirs does.
 */
final class Orphans implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);

    /** A second is long enough for what the tester was about to start. */
    private static final String REAPER = """
            trap '' HUP INT TERM
            cat >/dev/null
            tries=0
            while [ $tries -lt 20 ]; do
                for pid in $(grep -alF "$1" /proc/[0-9]*/cmdline | cut -d/ -f3); do
                    [ "$(cat /proc/$pid/comm)" = bwrap ] && kill -9 "$pid"
                done
                sleep 0.05
                tries=$((tries + 1))
            done 2>/dev/null
            """;

    private final String mark;
    private final Process reaper;

    private Orphans(String mark, Process reaper) {
        this.mark = mark;
        this.reaper = reaper;
    }

    static Orphans watch() throws IOException {
        String mark = "nexus-tester-" + UUID.randomUUID();
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", REAPER, "nexus-tester-orphans", mark)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        return new Orphans(mark, builder.start());
    }

    /** The command of a sandbox, such that it can be told from others; inside nothing of that is seen. */
    List<String> marked(List<String> command) {
        List<String> line = new ArrayList<>(command);
        int before = line.indexOf("--clearenv");
        if (before >= 0) {
            line.addAll(before, List.of("--setenv", "NEXUS_TESTER", mark));
        }
        return line;
    }

    /** To be called when all have ended. */
    @Override
    public void close() {
        try {
            reaper.getOutputStream().close();
        } catch (IOException e) {
            LOG.warn("A process that waits for the end of the tester may be left until then", e);
        }
    }
}

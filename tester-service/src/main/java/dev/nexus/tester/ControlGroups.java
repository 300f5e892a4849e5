package dev.nexus.tester;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control groups of this tester's sandboxes, one each, in a folder of its own. A small process beside the tester
 * removes what is left when the tester is gone, however it went.
 */
final class ControlGroups implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlGroups.class);

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final AtomicLong NUMBER = new AtomicLong();

    /** Waits for the end of its stdin, which comes with the tester's end, then clears the folder. */
    private static final String REAPER = """
            trap '' HUP INT TERM
            cat >/dev/null
            tries=0
            while [ -d "$1" ] && [ $tries -lt 200 ]; do
                for pid in $(cat "$1"/*/cgroup.procs); do kill -9 "$pid"; done
                rmdir "$1"/*/
                rmdir "$1" && break
                sleep 0.02
                tries=$((tries + 1))
            done 2>/dev/null
            """;

    /** A shell enters the group, and becomes what is to run in it: nothing of that was ever outside. */
    private static final String ENTER = "echo $$ >\"$1\" && shift && exec \"$@\"";

    private final Home home;
    private final Path folder;
    private final Process reaper;

    private ControlGroups(Home home, Path folder, Process reaper) {
        this.home = home;
        this.folder = folder;
        this.reaper = reaper;
    }

    /** Which of the kernel's two interfaces a group has. */
    enum Version {
        /** {@code memory.limit_in_bytes} and its kind. */
        ONE,
        /** {@code memory.max} and its kind. */
        TWO
    }

    /** A group that others may perhaps be made in. */
    record Home(Version version, Path folder) {

        /**
         * Where this process may look for one, best first.
         *
         * @param mounts of this process, {@code /proc/self/mountinfo}
         * @param groups of this process, {@code /proc/self/cgroup}
         */
        static List<Home> among(Stream<String> mounts, List<String> groups) {
            List<Home> homes = new ArrayList<>();
            mounts.forEach(mount -> {
                String[] parts = mount.split(" - ", 2);
                String[] place = parts[0].split(" ", -1);
                String[] kind = parts.length < 2 ? new String[0] : parts[1].split(" ", -1);
                if (place.length < 5 || kind.length < 3) {
                    return;
                }
                Path root = Path.of(place[3]);
                Path folder = Path.of(place[4]);
                if (kind[0].equals("cgroup")
                        && Arrays.asList(kind[2].split(",", -1)).contains("memory")) {
                    ownGroup(groups, "memory")
                            .map(own -> below(root, folder, own))
                            .ifPresent(own -> homes.addFirst(new Home(Version.ONE, own)));
                } else if (kind[0].equals("cgroup2")) {
                    ownGroup(groups, "").map(own -> below(root, folder, own)).ifPresent(own -> {
                        homes.add(new Home(Version.TWO, own));
                        // A group with processes in it may have no groups that are limited; one beside it may be made.
                        if (!own.equals(folder)) {
                            homes.add(new Home(Version.TWO, own.resolve("..").normalize()));
                        }
                    });
                }
            });
            return List.copyOf(homes);
        }

        private static Optional<String> ownGroup(List<String> groups, String controller) {
            return groups.stream()
                    .map(line -> line.split(":", 3))
                    .filter(line -> line.length == 3
                            && Arrays.asList(line[1].split(",", -1)).contains(controller))
                    .map(line -> line[2])
                    .findFirst();
        }

        /** A container sees part of the tree only, and may name its groups from the root of all. */
        private static Path below(Path root, Path folder, String own) {
            Path group = Path.of(own);
            Path relative = group.startsWith(root)
                    ? root.relativize(group)
                    : Path.of("/").relativize(group);
            return folder.resolve(relative).normalize();
        }
    }

    /** Where groups may be made, limited and entered; empty where they may not. */
    static Optional<ControlGroups> open() throws IOException {
        Path mounts = Path.of("/proc/self/mountinfo");
        Path groups = Path.of("/proc/self/cgroup");
        if (!Files.exists(mounts) || !Files.exists(groups)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(mounts)) {
            for (Home home : Home.among(lines, Files.readAllLines(groups))) {
                Optional<ControlGroups> opened = open(home);
                if (opened.isPresent()) {
                    return opened;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<ControlGroups> open(Home home) throws IOException {
        if (!Files.isWritable(home.folder())) {
            return Optional.empty();
        }
        Path folder =
                home.folder().resolve("nexus-tester-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet());
        // It stands before there is anything to remove.
        Process reaper = started(List.of("/bin/sh", "-c", REAPER, "nexus-tester-groups", folder.toString()));
        ControlGroups groups = new ControlGroups(home, folder, reaper);
        try {
            Files.createDirectory(folder);
            if (home.version() == Version.TWO) {
                Files.writeString(folder.resolve("cgroup.subtree_control"), "+memory");
            }
            try (ControlGroup trial = groups.make(1L << 30)) {
                Process inside = started(trial.enter(List.of("/bin/sh", "-c", "exit 0")));
                if (inside.waitFor(PATIENCE) && inside.exitValue() == 0) {
                    return Optional.of(groups);
                }
                inside.destroyForcibly();
            }
        } catch (IOException e) {
            LOG.debug("No control groups can be made in {}", home.folder(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        groups.close();
        return Optional.empty();
    }

    private static Process started(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        return builder.start();
    }

    /** @param bytes that all processes in the group may use together, files in memory among them */
    ControlGroup make(long bytes) throws IOException {
        ControlGroup group =
                new ControlGroup(home.version(), Files.createDirectory(folder.resolve("" + NUMBER.incrementAndGet())));
        try {
            group.limit(bytes);
            return group;
        } catch (IOException e) {
            group.close();
            throw e;
        }
    }

    /** The folder that this tester's groups are in. */
    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        try {
            reaper.getOutputStream().close();
            reaper.waitFor(PATIENCE);
        } catch (IOException e) {
            LOG.warn("{} may be left behind", folder, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is on its way all the same
        }
    }

    /** One group, for one sandbox. */
    static final class ControlGroup implements AutoCloseable {

        private final Version version;
        private final Path folder;

        private ControlGroup(Version version, Path folder) {
            this.version = version;
            this.folder = folder;
        }

        private void limit(long bytes) throws IOException {
            switch (version) {
                case ONE -> {
                    write("memory.limit_in_bytes", bytes);
                    writeIfThere("memory.memsw.limit_in_bytes", bytes); // memory and swap together
                }
                case TWO -> {
                    write("memory.max", bytes);
                    writeIfThere("memory.swap.max", 0);
                    writeIfThere("memory.oom.group", 1);
                }
            }
        }

        private void write(String file, long value) throws IOException {
            // The kernel has made the file; where it has not, there is no such controller.
            if (!Files.exists(folder.resolve(file))) {
                throw new AccessDeniedException(folder.resolve(file).toString(), null, "there is no such controller");
            }
            Files.writeString(folder.resolve(file), String.valueOf(value));
        }

        private void writeIfThere(String file, long value) throws IOException {
            if (Files.exists(folder.resolve(file))) {
                write(file, value);
            }
        }

        /** The command, run in this group from its first moment on. */
        List<String> enter(List<String> command) {
            List<String> line = new ArrayList<>(List.of(
                    "/bin/sh", "-c", ENTER, "sh", folder.resolve("cgroup.procs").toString()));
            line.addAll(command);
            return line;
        }

        /** Whether the kernel has killed a process of the group because its memory was used up. */
        boolean ranOut() {
            String file = version == Version.ONE ? "memory.oom_control" : "memory.events";
            try {
                return Files.readString(folder.resolve(file))
                        .lines()
                        .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
            } catch (IOException e) {
                if (Files.notExists(folder)) {
                    return false; // the sandbox is over
                }
                LOG.warn("Cannot read {} of a sandbox's control group", file, e);
                return false;
            }
        }

        /** Removes it; its processes have ended, or are about to. */
        @Override
        public void close() {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                try {
                    Files.deleteIfExists(folder);
                    return;
                } catch (IOException e) {
                    if (System.nanoTime() > deadline) {
                        LOG.warn("{} may be left behind until the tester ends", folder, e);
                        return;
                    }
                    LockSupport.parkNanos(1_000_000);
                }
            }
        }
    }
}

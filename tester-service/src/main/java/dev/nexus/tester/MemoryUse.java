package dev.nexus.tester;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a family of processes has in memory: each page counts once, however many of them share it (proc(5), "Pss"), so
 * that forking alone costs nothing.
 */
final class MemoryUse {

    private static final long PAGE = 4096;

    private final Path proc;

    MemoryUse() {
        this(Path.of("/proc"));
    }

    MemoryUse(Path proc) {
        this.proc = proc;
    }

    /** Bytes in use by all processes that descend from one, without that one. */
    long below(long ancestor) throws IOException {
        Deque<String> left = new ArrayDeque<>();
        addChildren(String.valueOf(ancestor), left);
        long sum = 0;
        while (!left.isEmpty()) {
            String pid = left.pop();
            sum += of(pid);
            addChildren(pid, left);
        }
        return sum;
    }

    private void addChildren(String pid, Deque<String> found) throws IOException {
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(proc.resolve(pid).resolve("task"))) {
            for (Path thread : threads) {
                String children = read(thread.resolve("children"));
                for (String child : children.split(" ", -1)) {
                    if (!child.isBlank()) {
                        found.push(child.strip());
                    }
                }
            }
        } catch (IOException e) {
            if (Files.exists(proc.resolve(pid))) {
                throw e;
            }
        }
    }

    private long of(String pid) throws IOException {
        try {
            return read(proc.resolve(pid).resolve("smaps_rollup"))
                    .lines()
                    .filter(line -> line.startsWith("Pss:") || line.startsWith("SwapPss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .sum();
        } catch (AccessDeniedException e) {
            // The whole of it then, at which a limit is reached rather sooner than later.
            String[] pages = read(proc.resolve(pid).resolve("statm")).split(" ", -1);
            return pages.length < 2 ? 0 : Long.parseLong(pages[1]) * PAGE;
        }
    }

    /** Nothing if the process has ended meanwhile. */
    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (AccessDeniedException e) {
            throw e;
        } catch (IOException e) {
            return "";
        }
    }
}

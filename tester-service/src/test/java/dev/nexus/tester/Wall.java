package dev.nexus.tester;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** One protection of a sandbox, and how to take it away. */
enum Wall {
    HOST_FILES(Wall::withHostFiles),
    OWN_TMP(line -> replaced(line, List.of("--tmpfs", "/tmp"), List.of("--bind", "/tmp", "/tmp"))),
    OWN_DEVICES(line -> replaced(
            // Remounted, devices would be none.
            replaced(line, List.of("--dev", "/dev"), List.of("--dev-bind", "/dev", "/dev")),
            List.of("--remount-ro", "/dev"),
            List.of())),
    READ_ONLY_SYSTEM(line -> replaced(line, List.of("--ro-bind", "/usr"), List.of("--bind", "/usr"))),
    READ_ONLY_ROOT(line -> replaced(line, List.of("--remount-ro", "/"), List.of())),
    READ_ONLY_DEVICES(line -> replaced(line, List.of("--remount-ro", "/dev"), List.of())),
    ENVIRONMENT(line -> replaced(line, List.of("--clearenv"), List.of())),
    HOST_NAME(line ->
            replaced(replaced(line, List.of("--unshare-uts"), List.of()), List.of("--hostname", "sandbox"), List.of())),
    PROCESSES_OF_ITS_OWN(line -> replaced(
            replaced(
                    replaced(line, List.of("--unshare-pid"), List.of()),
                    List.of("--proc", "/proc"),
                    List.of("--ro-bind", "/proc", "/proc")),
            List.of("--as-pid-1"),
            List.of())),
    PROCESS_ONE(line -> replaced(line, List.of("--as-pid-1"), List.of())),
    NETWORK(line -> replaced(line, List.of("--unshare-net"), List.of())),
    NO_NAMESPACES(line -> replaced(line, List.of("--disable-userns"), List.of())),
    NO_CAPABILITIES(line -> replaced(line, List.of("--cap-drop", "ALL"), List.of("--cap-add", "ALL"))),
    NOT_ROOT(line -> replaced(line, List.of("--uid", "1000", "--gid", "1000"), List.of("--uid", "0", "--gid", "0"))),
    SIZE_OF_FOLDERS(Wall::withoutSizes),
    ADDRESS_SPACE(line -> without(line, "--as=")),
    NUMBER_OF_PROCESSES(line -> without(line, "--nproc=")),
    SIZE_OF_FILES(line -> without(line, "--fsize=")),
    OPEN_FILES(line -> without(line, "--nofile=")),
    CORE_DUMPS(line -> without(line, "--core=")),
    SYSTEM_CALLS(line -> inReferee(line, "    install_filter()")),
    REFEREE_OUT_OF_REACH(line -> inReferee(line, "    set_dumpable(0)")),
    CLOSED_DESCRIPTORS(line -> inReferee(inReferee(line, "os.closerange(3, os.sysconf"), "os.closerange(high + 1")),
    NUMBER_OF_FILES(line -> inReferee(line, "            self.count_files()")),
    /** All processes together, see {@link Attack}. */
    MEMORY(line -> line),
    TIME(line -> without(line, "--cpu=")),
    OUTPUT(line -> line);

    private static final List<String> FOLDERS_OF_A_HOST = List.of("/etc", "/root", "/home", "/var", "/run", "/sys");

    private final UnaryOperator<List<String>> takeAway;

    Wall(UnaryOperator<List<String>> takeAway) {
        this.takeAway = takeAway;
    }

    static Wall named(String name) {
        return valueOf(name.replace('-', '_').toUpperCase(Locale.ROOT));
    }

    /** The command line of a sandbox, without this wall. */
    List<String> takeAway(List<String> line) {
        return takeAway.apply(line);
    }

    private static List<String> withHostFiles(List<String> line) {
        List<String> binds = FOLDERS_OF_A_HOST.stream()
                .flatMap(folder -> Stream.of("--ro-bind-try", folder, folder))
                .toList();
        List<String> more = new ArrayList<>(line);
        more.addAll(line.indexOf("--remount-ro"), binds);
        return more;
    }

    private static List<String> withoutSizes(List<String> line) {
        List<String> less = new ArrayList<>(line);
        for (int at = less.indexOf("--size"); at >= 0; at = less.indexOf("--size")) {
            less.subList(at, at + 2).clear();
        }
        return less;
    }

    private static List<String> replaced(List<String> line, List<String> words, List<String> others) {
        int at = Collections.indexOfSubList(line, words);
        if (at < 0) {
            throw new AssertionError("there is no wall " + words + " to take away");
        }
        List<String> changed = new ArrayList<>(line);
        changed.subList(at, at + words.size()).clear();
        changed.addAll(at, others);
        if (at > 1 && changed.get(at - 2).equals("--size") && !others.isEmpty()) {
            changed.subList(at - 2, at).clear(); // it was of a tmpfs that is gone
        }
        return changed;
    }

    private static List<String> without(List<String> line, String start) {
        List<String> less = new ArrayList<>(line);
        if (!less.removeIf(word -> word.startsWith(start))) {
            throw new AssertionError("there is no limit " + start + " to take away");
        }
        return less;
    }

    private static List<String> inReferee(List<String> line, String part) {
        List<String> changed = new ArrayList<>(line);
        changed.set(line.size() - 1, ForgeryTest.without(List.of(part), line.getLast()));
        return changed;
    }
}

package dev.nexus.tester;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** One protection of a sandbox, which can be taken away. */
enum Wall {
    HOST_FILES,
    OWN_TMP,
    OWN_DEVICES,
    READ_ONLY_SYSTEM,
    READ_ONLY_ROOT,
    READ_ONLY_DEVICES,
    ENVIRONMENT,
    HOST_NAME,
    PROCESSES_OF_ITS_OWN,
    PROCESS_ONE,
    NETWORK,
    NO_NAMESPACES,
    NO_CAPABILITIES,
    NOT_ROOT,
    SIZE_OF_FOLDERS,
    ADDRESS_SPACE,
    NUMBER_OF_PROCESSES,
    SIZE_OF_FILES,
    OPEN_FILES,
    CORE_DUMPS,
    SYSTEM_CALLS,
    REFEREE_OUT_OF_REACH,
    CLOSED_DESCRIPTORS,
    NUMBER_OF_FILES,
    /** Of all processes together: it is not in the command line, see {@link Attack}; the same holds for the next two. */
    MEMORY,
    OUTPUT,
    TIME;

    private static final List<String> FOLDERS_OF_A_HOST = List.of("/etc", "/root", "/home", "/var", "/run", "/sys");

    static Wall named(String name) {
        return valueOf(name.replace('-', '_').toUpperCase(Locale.ROOT));
    }

    /** The command line of a sandbox, without these walls. */
    static List<String> without(Set<Wall> walls, List<String> whole) {
        List<String> line = whole;
        for (Wall wall : walls) {
            line = wall.takeAway(line);
        }
        return line;
    }

    private List<String> takeAway(List<String> line) {
        return switch (this) {
            case HOST_FILES -> withHostFiles(line);
            case OWN_TMP -> replaced(line, List.of("--tmpfs", "/tmp"), List.of("--bind", "/tmp", "/tmp"));
            case OWN_DEVICES ->
                // Remounted, devices would be none.
                without(
                        replaced(line, List.of("--dev", "/dev"), List.of("--dev-bind", "/dev", "/dev")),
                        "--remount-ro",
                        "/dev");
            case READ_ONLY_SYSTEM -> replaced(line, List.of("--ro-bind", "/usr"), List.of("--bind", "/usr"));
            case READ_ONLY_ROOT -> without(line, "--remount-ro", "/");
            case READ_ONLY_DEVICES -> without(line, "--remount-ro", "/dev");
            case ENVIRONMENT -> without(line, "--clearenv");
            case HOST_NAME -> without(without(line, "--unshare-uts"), "--hostname", "sandbox");
            case PROCESSES_OF_ITS_OWN ->
                replaced(
                        without(without(line, "--unshare-pid"), "--as-pid-1"),
                        List.of("--proc", "/proc"),
                        List.of("--ro-bind", "/proc", "/proc"));
            case PROCESS_ONE -> without(line, "--as-pid-1");
            case NETWORK -> without(line, "--unshare-net");
            case NO_NAMESPACES -> without(line, "--disable-userns");
            case NO_CAPABILITIES -> replaced(line, List.of("--cap-drop", "ALL"), List.of("--cap-add", "ALL"));
            case NOT_ROOT ->
                replaced(line, List.of("--uid", "1000", "--gid", "1000"), List.of("--uid", "0", "--gid", "0"));
            case SIZE_OF_FOLDERS -> withoutSizes(line);
            case ADDRESS_SPACE -> withoutLimit(line, "--as=");
            case NUMBER_OF_PROCESSES -> withoutLimit(line, "--nproc=");
            case SIZE_OF_FILES -> withoutLimit(line, "--fsize=");
            case OPEN_FILES -> withoutLimit(line, "--nofile=");
            case CORE_DUMPS -> withoutLimit(line, "--core=");
            case TIME -> withoutLimit(line, "--cpu=");
            case SYSTEM_CALLS -> inReferee(line, "    install_filter()");
            case REFEREE_OUT_OF_REACH -> inReferee(line, "    set_dumpable(0)");
            case CLOSED_DESCRIPTORS ->
                inReferee(inReferee(line, "os.closerange(3, os.sysconf"), "os.closerange(last + 1, os.sysconf");
            case NUMBER_OF_FILES -> inReferee(line, "            self.count_files()");
            case MEMORY, OUTPUT -> line;
        };
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

    private static List<String> without(List<String> line, String... words) {
        return replaced(line, List.of(words), List.of());
    }

    private static List<String> withoutLimit(List<String> line, String start) {
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

package dev.nexus.tester;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import dev.nexus.tester.SandboxSettings.Cgroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A test that passes where a job gets out of its sandbox, or gets more of the machine than it may.
 *
 * @param without walls that stand in its way, and without which it gets through
 * @param verdict that it gets where they stand
 * @param within the time limit that it runs under
 */
record Attack(String name, String code, Set<Wall> without, Verdict verdict, Duration within) {

    /** The corpus; whoever runs it from elsewhere says where it is. */
    static final Path FOLDER = Path.of(System.getProperty("nexus.attacks", "src/test/resources/attacks"));

    private static final Duration USUAL_LIMIT = Duration.ofSeconds(20);
    private static final Duration NO_LIMIT = Duration.ofSeconds(30);

    private static final Map<Duration, SandboxCommand> COMMANDS = Stream.of(Duration.ofSeconds(2), USUAL_LIMIT)
            .collect(Collectors.toMap(limit -> limit, limit -> new SandboxCommand(Sandboxes.settings(limit))));

    /**
     * A secret in the environment and an open file, which whatever starts the tester might have: they stand before each
     * sandbox.
     */
    private static final List<String> CARELESS_PARENT = List.of(
            "/bin/sh", "-c", "exec 9</etc/passwd; NEXUS_SECRET=do-not-tell; export NEXUS_SECRET; exec \"$@\"", "sh");

    static List<Attack> all() {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".py"))
                    .filter(file -> !file.getParent().equals(FOLDER))
                    .sorted()
                    .map(Attack::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Attack read(Path file) {
        try {
            String code = Files.readString(file);
            Set<Wall> walls = EnumSet.noneOf(Wall.class);
            said(code, "without")
                    .flatMap(line -> Stream.of(line.split(" ")))
                    .map(Wall::named)
                    .forEach(walls::add);
            Verdict verdict = said(code, "verdict")
                    .map(word -> Verdict.valueOf(word.toUpperCase(Locale.ROOT)))
                    .findFirst()
                    .orElse(Verdict.FAILED);
            return new Attack(
                    FOLDER.relativize(file).toString().replace(".py", ""),
                    Files.readString(FOLDER.resolve("prelude.py")) + code,
                    walls,
                    verdict,
                    walls.contains(Wall.TIME) ? Duration.ofSeconds(2) : USUAL_LIMIT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> said(String code, String what) {
        String start = "# " + what + ": ";
        return code.lines().filter(line -> line.startsWith(start)).map(line -> line.substring(start.length()));
    }

    /** What becomes of it where every wall stands. */
    TestReport againstAllWalls(AttackedHost host, Cgroup cgroup) throws Exception {
        return run(Set.of(), host, cgroup);
    }

    /** What becomes of it without the walls that it names. */
    TestReport withoutItsWalls(AttackedHost host, Cgroup cgroup) throws Exception {
        return run(without, host, cgroup);
    }

    private TestReport run(Set<Wall> gone, AttackedHost host, Cgroup cgroup) throws Exception {
        SandboxSettings settings = Sandboxes.settings(
                gone.contains(Wall.TIME) ? NO_LIMIT : within,
                0,
                gone.contains(Wall.MEMORY),
                gone.contains(Wall.OUTPUT),
                cgroup);
        SandboxCommand command = COMMANDS.get(within);
        try (Sandbox sandbox = new Sandbox(
                settings,
                () -> Stream.concat(CARELESS_PARENT.stream(), Wall.without(gone, command.ofReferee()).stream())
                        .toList())) {
            return Sandboxes.run(sandbox, "test_attack.py", host.in(code));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

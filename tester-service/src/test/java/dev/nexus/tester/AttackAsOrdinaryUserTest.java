package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nexus.contract.Verdict;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same attacks, where the tester has no rights that it could give up, and no control groups. */
@Timeout(300)
class AttackAsOrdinaryUserTest {

    private static final String UID = "64987";
    /** Before that of the test, which an interrupt would end with no word on what took so long. */
    private static final Duration LIMIT = Duration.ofSeconds(270);

    /** Where nobody but root can look, an ordinary user has no use for it. */
    private final List<String> classPath = new ArrayList<>();

    @Test
    void theWallsHoldAndWithoutThemTheAttacksGetThrough(@TempDir Path folder) throws Exception {
        assumeTrue(isRoot(), "these tests run as an ordinary user already: see AttackTest");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        assumeTrue(isOpenToAll(java), java + " cannot be run by other users");
        shareClassPath(folder);

        Process run = new ProcessBuilder(
                        "/usr/bin/setpriv",
                        "--reuid=" + UID,
                        "--regid=" + UID,
                        "--clear-groups",
                        "--inh-caps=-all",
                        java.toString(),
                        "-XX:-UsePerfData",
                        "-Dnexus.attacks=" + folder.resolve("attacks"),
                        "-cp",
                        String.join(File.pathSeparator, classPath),
                        AttackRun.class.getName())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        // No interrupt ends a read from a pipe; the end of the process does.
        var reading = new FutureTask<>(() -> run.inputReader().lines().toList());
        Thread.ofPlatform().daemon().start(reading);
        boolean ended;
        try {
            ended = run.waitFor(LIMIT);
        } finally {
            run.destroyForcibly();
        }
        assertThat(ended).as("it came to an end within %s", LIMIT).isTrue();
        List<String> said = reading.get(10, TimeUnit.SECONDS);

        Map<String, AttackRun.Line> results = said.stream()
                .filter(line -> line.matches(AttackRun.Line.PATTERN))
                .map(AttackRun.Line::read)
                .collect(Collectors.toMap(AttackRun.Line::attack, Function.identity()));
        assertThat(results.keySet())
                .as("%s", said)
                .containsExactlyInAnyOrderElementsOf(
                        Attack.all().stream().map(Attack::name).toList());
        for (Attack attack : Attack.all()) {
            assertThat(results.get(attack.name()))
                    .isEqualTo(new AttackRun.Line(attack.name(), attack.verdict(), Verdict.PASSED));
        }
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static boolean isOpenToAll(Path program) throws IOException {
        for (Path path = program.toRealPath(); path != null; path = path.getParent()) {
            if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                    .endsWith("x")) {
                return false;
            }
        }
        return true;
    }

    /** The libraries may be in root's own folder. */
    private void shareClassPath(Path folder) throws IOException {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            Path to = folder.resolve(String.valueOf(classPath.size()));
            if (Files.isDirectory(from)) {
                share(from, to);
            } else if (Files.exists(from)) {
                to = folder.resolve(classPath.size() + ".jar");
                Files.copy(from, to);
            }
            classPath.add(to.toString());
        }
        share(Attack.FOLDER, folder.resolve("attacks"));
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    private static void share(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}

package dev.nexus.tester;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.unit.DataSize;

/** The command line of a sandbox: whose it is, what it sees, and what it may use. */
final class SandboxCommand {

    /** The first release with {@code --disable-userns}. */
    static final String OLDEST_BUBBLEWRAP = "0.8.0";

    private static final List<Path> TOOL_FOLDERS =
            List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/local/bin"), Path.of("/usr/sbin"));
    private static final List<String> SYSTEM_LINKS = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");
    private static final String REFEREE = resource("sandbox/worker.py")
            + Stream.of("mutants", "proxies", "lines")
                    .map(part -> "PARTS['" + part + "'] = r'''" + resource("sandbox/" + part + ".py") + "'''\n")
                    .collect(Collectors.joining())
            + resource("sandbox/referee.py");

    private final SandboxSettings settings;
    private final Interpreters interpreters;

    SandboxCommand(SandboxSettings settings) {
        this.settings = settings;
        this.interpreters = new Interpreters(settings);
    }

    /** Runs the referee, which takes a job on its stdin. */
    List<String> ofReferee() throws SandboxUnavailable, InterruptedException {
        List<String> command = new ArrayList<>(ofBubblewrap());
        Path python = interpreters.first(List.copyOf(command));
        // Inside, where the sandbox's own user namespace counts: outside, the processes of everything else that
        // belongs to this user would count too, the threads of this very process among them.
        command.addAll(List.of(
                "/usr/bin/prlimit",
                "--as=" + settings.memory().toBytes(),
                "--nproc=" + settings.processes(),
                "--fsize=" + settings.fileSize().toBytes(),
                "--nofile=" + settings.openFiles(),
                // Only a second line: the time limit is by the clock, and its end is an end for everything.
                "--cpu=" + (settings.timeLimit().toSeconds() + 1),
                "--core=0",
                "--",
                python.toString(),
                "-s",
                "-B",
                "-c",
                "FILES = " + settings.files() + "\n" + "SYSCALL_FILTER = \"" + SyscallFilter.ofThisMachine() + "\"\n"
                        + REFEREE));
        return command;
    }

    /** Runs what is appended to it. */
    List<String> ofBubblewrap() throws SandboxUnavailable {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            // Limits on processes do not bind root, and a way out of the sandbox would lead to root.
            String uid = String.valueOf(settings.uid());
            command.addAll(List.of(
                    tool("setpriv", "util-linux"),
                    "--reuid",
                    uid,
                    "--regid",
                    uid,
                    "--clear-groups",
                    "--inh-caps=-all"));
        }
        command.add(tool("bwrap", "bubblewrap"));
        command.addAll(List.of(
                "--unshare-user",
                "--unshare-pid",
                "--unshare-net",
                "--unshare-ipc",
                "--unshare-uts",
                "--unshare-cgroup",
                "--disable-userns",
                "--die-with-parent",
                "--new-session",
                "--as-pid-1"));
        command.addAll(List.of("--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "sandbox"));
        command.addAll(List.of("--ro-bind", "/usr", "/usr"));
        for (String name : SYSTEM_LINKS) {
            command.addAll(systemFolder(Path.of("/", name)));
        }
        command.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        command.addAll(tmpfs(SandboxSettings.SHARED_MEMORY, "/dev/shm"));
        command.addAll(tmpfs(settings.workArea(), "/tmp"));
        command.addAll(tmpfs(settings.workArea(), "/job"));
        Interpreters.venv(settings).map(Path::toString).ifPresent(venv -> {
            command.addAll(List.of("--ro-bind", venv, venv));
        });
        // Both are large writable tmpfs otherwise.
        command.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/job", "--clearenv"));
        command.addAll(environment("PATH", "/usr/bin:/bin"));
        command.addAll(environment("HOME", "/tmp"));
        command.addAll(environment("LANG", "C.UTF-8"));
        command.addAll(environment("PYTHONDONTWRITEBYTECODE", "1"));
        // Each thread would reserve 64 MB of address space otherwise.
        command.addAll(environment("MALLOC_ARENA_MAX", "2"));
        // Sets in the same order every time: a verdict is not a matter of luck.
        command.addAll(environment("PYTHONHASHSEED", "0"));
        command.add("--");
        return command;
    }

    /** The path of a program that Nexus itself starts; an empty environment has no search path. */
    private static String tool(String name, String debianPackage) throws SandboxUnavailable {
        for (Path folder : TOOL_FOLDERS) {
            Path candidate = folder.resolve(name);
            if (Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        throw new SandboxUnavailable(debianPackage + " is not installed; run: apt-get install " + debianPackage);
    }

    /** {@code /lib} and the like are links into {@code /usr} nearly everywhere, and folders elsewhere. */
    private static List<String> systemFolder(Path path) {
        if (Files.isSymbolicLink(path)) {
            try {
                return List.of("--symlink", Files.readSymbolicLink(path).toString(), path.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Files.isDirectory(path) ? List.of("--ro-bind", path.toString(), path.toString()) : List.of();
    }

    private static List<String> tmpfs(DataSize size, String path) {
        return List.of("--size", String.valueOf(size.toBytes()), "--tmpfs", path);
    }

    private static List<String> environment(String name, String value) {
        return List.of("--setenv", name, value);
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read from /proc who this process belongs to", e);
        }
    }

    static String resource(String name) {
        try (InputStream in = SandboxCommand.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + name + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

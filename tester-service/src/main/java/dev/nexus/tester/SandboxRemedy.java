package dev.nexus.tester;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** What to do about a sandbox that does not start, from what its parts said. */
final class SandboxRemedy {

    private SandboxRemedy() {}

    /**
     * One line for a person: what is wrong, and the command that mends it.
     *
     * @param said by bwrap, Python or pytest
     */
    static String of(String said, Path interpreter) {
        return of(PlainText.line(said, 500), interpreter, SandboxRemedy::kernelSetting);
    }

    /** @param kernelSetting the value under {@code /proc/sys}, if the kernel has such a setting */
    static String of(String said, Path interpreter, Function<String, Optional<String>> kernelSetting) {
        if (said.contains("No module named 'pytest'") || said.contains("No module named pytest")) {
            return "python3 at " + interpreter + " cannot import pytest; run: apt-get install python3-pytest";
        }
        if (said.contains("Can't find source path")) {
            return "the sandbox cannot see what it is to be given (" + said
                    + "); set nexus.tester.venv to a folder that is there, and that nexus.tester.uid may read";
        }
        if (said.contains("Unknown option")) {
            return "bubblewrap is older than " + SandboxCommand.OLDEST_BUBBLEWRAP + " (" + said
                    + "); install a newer one";
        }
        if (said.contains("setpriv:")) {
            return "running as root, the tester cannot become another user for the sandbox (" + said
                    + "); start it as an ordinary user, or set nexus.tester.uid to one that exists in this container";
        }
        if (said.contains("Unexpected capabilities")) {
            return "bubblewrap does not start with part of root's capabilities (" + said
                    + "); start the tester without any, in a container with --cap-drop ALL";
        }
        if (said.contains("mount proc")) {
            return "this container hides parts of /proc, so bubblewrap cannot give a sandbox its own (" + said
                    + "); start the container with --security-opt systempaths=unconfined";
        }
        if (said.contains("namespace") || said.contains("uid map") || said.contains("Operation not permitted")) {
            int furtherReading = said.indexOf(". See <"); // how Debian's bubblewrap ends it
            return "the kernel does not allow user namespaces here ("
                    + (furtherReading < 0 ? said : said.substring(0, furtherReading))
                    + "); "
                    + allowNamespaces(kernelSetting);
        }
        if (said.contains(interpreter.toString())) {
            return "the sandbox cannot run " + interpreter + " (" + said
                    + "); set nexus.tester.interpreter to a Python inside /usr";
        }
        return "the sandbox does not work: " + said;
    }

    private static String allowNamespaces(Function<String, Optional<String>> kernelSetting) {
        if (is(kernelSetting, "kernel/unprivileged_userns_clone", "0")) {
            return "run: sysctl -w kernel.unprivileged_userns_clone=1";
        }
        if (is(kernelSetting, "user/max_user_namespaces", "0")) {
            return "run: sysctl -w user.max_user_namespaces=10000";
        }
        if (is(kernelSetting, "kernel/apparmor_restrict_unprivileged_userns", "1")) {
            return "run: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
        }
        return "in a container, start it with --security-opt seccomp=deploy/seccomp/tester.json --security-opt"
                + " systempaths=unconfined, and --security-opt apparmor=unconfined where AppArmor is on";
    }

    private static boolean is(Function<String, Optional<String>> kernelSetting, String name, String value) {
        return kernelSetting.apply(name).filter(value::equals).isPresent();
    }

    private static Optional<String> kernelSetting(String name) {
        try {
            return Optional.of(Files.readString(Path.of("/proc/sys", name)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SandboxRemedyTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ModuleNotFoundError: No module named 'pytest' | - | run: apt-get install python3-pytest",
                "bwrap: Unknown option --disable-userns | - | older than 0.8.0",
                "bwrap: Can't mount proc on /newroot/proc: Operation not permitted | - | systempaths=unconfined",
                "bwrap: Creating new namespace failed: No space left on device | user/max_user_namespaces=0"
                        + " | run: sysctl -w user.max_user_namespaces=10000",
                "bwrap: No permissions to create new namespace | kernel/unprivileged_userns_clone=0"
                        + " | run: sysctl -w kernel.unprivileged_userns_clone=1",
                "bwrap: setting up uid map: Permission denied | kernel/apparmor_restrict_unprivileged_userns=1"
                        + " | run: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
                "bwrap: No permissions to create new namespace. See <a page> or <a file> | - "
                        + "| No permissions to create new namespace); in a container, start it with --security-opt seccomp=",
                "setpriv: setresuid failed: Operation not permitted | - | nexus.tester.uid",
                "bwrap: Unexpected capabilities but not setuid, old file caps config? | - | --cap-drop ALL",
                "prlimit: failed to execute /usr/bin/python3: No such file or directory | - | nexus.tester.interpreter",
            })
    void everyKnownCauseHasARemedy(String said, String setting, String remedy) {
        String[] nameAndValue = setting.split("=", 2);
        Map<String, String> kernel = nameAndValue.length == 2 ? Map.of(nameAndValue[0], nameAndValue[1]) : Map.of();

        assertThat(SandboxRemedy.of(said, Path.of("/usr/bin/python3"), name -> Optional.ofNullable(kernel.get(name))))
                .contains(remedy)
                .doesNotContain("\n");
    }
}

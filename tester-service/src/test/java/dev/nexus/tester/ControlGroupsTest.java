package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nexus.tester.ControlGroups.ControlGroup;
import dev.nexus.tester.ControlGroups.Home;
import dev.nexus.tester.ControlGroups.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ControlGroupsTest {

    private static final String V1 = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory";
    private static final String V1_CPU = "36 31 0:33 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu";
    private static final String V2 = "40 31 0:34 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate";
    private static final String DISK = "1 0 8:1 / / rw - ext4 /dev/sda1 rw";

    private static List<Home> homes(Stream<String> mounts, String... groups) {
        return Home.among(mounts, List.of(groups));
    }

    @Test
    void theFirstVersionHasAFolderForMemoryAlone() {
        assertThat(homes(Stream.of(DISK, V1_CPU, V1), "5:cpu:/other", "4:memory:/nexus", "0::/"))
                .containsExactly(new Home(Version.ONE, Path.of("/sys/fs/cgroup/memory/nexus")));
    }

    @Test
    void theSecondHasOneForEverythingAndTheOneBesideItWillDo() {
        assertThat(homes(Stream.of(DISK, V2), "0::/system.slice/nexus.service"))
                .containsExactly(
                        new Home(Version.TWO, Path.of("/sys/fs/cgroup/system.slice/nexus.service")),
                        new Home(Version.TWO, Path.of("/sys/fs/cgroup/system.slice")));
    }

    @Test
    void whereBothAreThereTheOneThatHasTheMemoryComesFirst() {
        assertThat(homes(Stream.of(V2.replace("/sys/fs/cgroup", "/sys/fs/cgroup/unified"), V1), "4:memory:/a", "0::/"))
                .first()
                .isEqualTo(new Home(Version.ONE, Path.of("/sys/fs/cgroup/memory/a")));
    }

    @Test
    void aContainerSeesAPartOnly() {
        String mount = V1.replace("0:32 / ", "0:32 /docker/abc ");

        assertThat(homes(Stream.of(mount), "4:memory:/docker/abc/x"))
                .containsExactly(new Home(Version.ONE, Path.of("/sys/fs/cgroup/memory/x")));
        assertThat(homes(Stream.of(V2), "0::/")).containsExactly(new Home(Version.TWO, Path.of("/sys/fs/cgroup")));
    }

    @Test
    void whereThereAreNoneThereIsNoHome() {
        assertThat(homes(Stream.of(DISK), "0::/")).isEmpty();
        assertThat(homes(Stream.of(V1), "5:cpu:/")).isEmpty();
    }

    @Test
    void theKernelKillsWhatUsesMore() throws Exception {
        Optional<ControlGroups> opened = ControlGroups.open();
        assumeTrue(opened.isPresent(), "no control groups can be made here");
        try (ControlGroups groups = opened.get();
                ControlGroup group = groups.make(32 << 20)) {
            assertThat(group.ranOut()).isFalse();
            Process hog = new ProcessBuilder(group.enter(
                            List.of("/usr/bin/python3", "-c", "print(len(bytes(bytearray(b'x' * 64000000))))")))
                    .start();

            assertThat(hog.waitFor()).isNotZero();
            assertThat(group.ranOut()).isTrue();
        }
    }

    @Test
    void nothingIsLeftWhenTheyAreClosed() throws Exception {
        Optional<ControlGroups> opened = ControlGroups.open();
        assumeTrue(opened.isPresent(), "no control groups can be made here");
        Path folder = opened.get().folder();
        ControlGroup group = opened.get().make(1L << 30);
        Process inside = new ProcessBuilder(group.enter(List.of("/usr/bin/sleep", "1000"))).start();
        assertThat(folder).isDirectory();

        opened.get().close();

        await().atMost(Duration.ofSeconds(2)).until(() -> Files.notExists(folder) && !inside.isAlive());
    }
}

package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryUseTest {

    @TempDir
    private Path proc;

    /** @param children of its threads, one word list each */
    private void process(int pid, int pssKilobytes, String... children) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(String.valueOf(pid)));
        Files.writeString(folder.resolve("smaps_rollup"), """
                00400000-7fff00000000 ---p 00000000 00:00 0 [rollup]
                Rss:              999999 kB
                Pss:              %6d kB
                Pss_Dirty:        999999 kB
                SwapPss:               1 kB
                """.formatted(pssKilobytes));
        for (int i = 0; i < children.length; i++) {
            Path thread = Files.createDirectories(folder.resolve("task/" + (pid + i)));
            Files.writeString(thread.resolve("children"), children[i]);
        }
    }

    @Test
    void everyDescendantCountsAndTheAncestorDoesNot() throws Exception {
        process(10, 5000, "20 ");
        process(20, 100, "30 40 ", "50 ");
        process(30, 10, "");
        process(40, 20, "");
        process(50, 40, "");

        assertThat(new MemoryUse(proc).below(10)).isEqualTo((101 + 11 + 21 + 41) * 1024L);
    }

    @Test
    void whatHasEndedMeanwhileUsesNothing() throws Exception {
        process(10, 5000, "20 30 ");
        process(20, 100, "");

        assertThat(new MemoryUse(proc).below(10)).isEqualTo(101 * 1024L);
        assertThat(new MemoryUse(proc).below(11)).isZero();
    }

    @Test
    void realProcessesAreSeen() throws Exception {
        Process child = new ProcessBuilder("/usr/bin/sleep", "1000").start();
        try {
            assertThat(new MemoryUse().below(ProcessHandle.current().pid())).isPositive();
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void aProcessThatHidesItsChildrenIsNoProcessWithoutAny() throws Exception {
        Files.createDirectories(proc.resolve("10"));

        assertThatThrownBy(() -> new MemoryUse(proc).below(10)).isInstanceOf(IOException.class);
    }
}

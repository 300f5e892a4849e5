package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OrphansTest {

    private static final List<String> ENDLESS =
            List.of("/usr/bin/bwrap", "--dev-bind", "/", "/", "--clearenv", "/bin/sleep", "1000");

    @Test
    void whatWasStartingEndsWithItsTesterAndNothingElseDoes() throws Exception {
        try (Orphans others = Orphans.watch()) {
            Orphans orphans = Orphans.watch();
            Process ours = started(orphans.marked(ENDLESS));
            Process theirs = started(others.marked(ENDLESS));
            try {
                orphans.close(); // as the end of the tester does

                await().atMost(Duration.ofSeconds(2)).until(() -> !ours.isAlive());
                assertThat(theirs.isAlive()).isTrue();
            } finally {
                ours.descendants().forEach(ProcessHandle::destroyForcibly);
                ours.destroyForcibly();
                theirs.descendants().forEach(ProcessHandle::destroyForcibly);
                theirs.destroyForcibly();
            }
        }
    }

    /** Outside of a sandbox, so that nothing else ends it. */
    private static Process started(List<String> command) throws IOException {
        return new ProcessBuilder(command).start();
    }
}

package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blows on a process that does nothing. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class MemberTest {

    private final Sleeper sleeper = new Sleeper();
    private final Member member = new Member(Kind.PLANNER, "planner-1", sleeper);

    @AfterEach
    void end() {
        member.end();
    }

    @Test
    void aBlowOnAProcessThatIsGoneDidNotFall() throws Exception {
        member.start();
        sleeper.process.destroyForcibly().waitFor();

        assertThatThrownBy(() -> member.suffer(Blow.STOP)).isInstanceOf(IOException.class);
    }

    @Test
    void aStoppedProcessIsAwayUntilItComesBack() throws Exception {
        member.start();

        member.suffer(Blow.STOP);
        boolean away = !member.isUp();
        member.comeBack(Blow.STOP, Duration.ZERO);

        assertThat(away).isTrue();
        assertThat(member.isUp()).isTrue();
        assertThat(sleeper.lives).isEqualTo(1);
    }

    @Test
    void aKilledProcessIsFollowedByAnother() throws Exception {
        member.start();

        member.suffer(Blow.KILL);
        member.comeBack(Blow.KILL, Duration.ZERO);

        assertThat(member.isUp()).isTrue();
        assertThat(sleeper.lives).isEqualTo(2);
        assertThat(member.ownEnds()).isZero();
    }

    private static final class Sleeper implements Member.Body {

        private volatile Process process;
        private volatile int lives;

        @Override
        public Process start(int life) throws IOException {
            lives = life;
            process = new ProcessBuilder("sleep", "60").start();
            return process;
        }

        @Override
        public void stop(Process process) {
            process.destroy();
        }

        @Override
        public boolean isReady(int life) {
            return true;
        }
    }
}

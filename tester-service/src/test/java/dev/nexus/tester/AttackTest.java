package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import dev.nexus.tester.SandboxSettings.Cgroup;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way out of a sandbox that we know, one file of {@code attacks} each. None is open; and each is, once the walls
 * that the file names are taken away.
 */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class AttackTest {

    private static AttackedHost host;

    @BeforeAll
    static void open() throws Exception {
        Sandboxes.open(Sandboxes.SETTINGS).close();
        host = new AttackedHost();
    }

    @AfterAll
    static void close() throws Exception {
        host.close();
    }

    static List<Attack> attacks() {
        return Attack.all();
    }

    static List<Attack> attacksOnMemory() {
        return Attack.all().stream()
                .filter(attack -> attack.without().contains(Wall.MEMORY))
                .toList();
    }

    @Test
    void thereAreManyAndAllOfThemNameAWall() {
        assertThat(attacks())
                .hasSizeGreaterThan(80)
                .noneMatch(attack -> attack.without().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void theWallsHold(Attack attack) throws Exception {
        TestReport report = attack.againstAllWalls(host, Cgroup.AUTO);

        assertThat(report.verdict()).as("%s", report).isEqualTo(attack.verdict());
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void withoutItsWallsAnAttackGetsThrough(Attack attack) throws Exception {
        TestReport report = attack.withoutItsWalls(host, Cgroup.AUTO);

        assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASSED);
    }

    @ParameterizedTest
    @MethodSource("attacksOnMemory")
    void theWallsHoldWithoutAControlGroup(Attack attack) throws Exception {
        TestReport report = attack.againstAllWalls(host, Cgroup.OFF);

        assertThat(report.verdict()).as("%s", report).isEqualTo(attack.verdict());
    }
}

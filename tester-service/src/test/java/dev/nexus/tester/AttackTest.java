package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import dev.nexus.tester.SandboxSettings.Cgroup;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way out of a sandbox that we know, one file of {@code attacks} each. None is open; and each is, once the walls
 * that the file names are taken away.
 */
class AttackTest {

    private static Map<Attack, AttackRun.Result> results;
    private static Map<Attack, AttackRun.Result> resultsWithoutControlGroups;

    @BeforeAll
    static void attack() throws Exception {
        Sandboxes.open(Sandboxes.SETTINGS).close();
        results = AttackRun.of(attacks(), Cgroup.AUTO);
        resultsWithoutControlGroups = AttackRun.of(attacksWithoutControlGroups(), Cgroup.OFF);
    }

    static List<Attack> attacks() {
        return Attack.all();
    }

    /** Those that would notice the difference, unless there is time for all. */
    static List<Attack> attacksWithoutControlGroups() {
        return attacks().stream()
                .filter(attack ->
                        Boolean.getBoolean("nexus.all") || attack.without().contains(Wall.MEMORY))
                .toList();
    }

    private static TestReport withAllWalls(Map<Attack, AttackRun.Result> results, Attack attack) {
        return Objects.requireNonNull(results.get(attack)).withAllWalls();
    }

    private static TestReport withoutItsWalls(Map<Attack, AttackRun.Result> results, Attack attack) {
        return Objects.requireNonNull(results.get(attack)).withoutItsWalls();
    }

    @Test
    void thereAreManyAndAllOfThemNameAWall() {
        assertThat(attacks())
                .hasSizeGreaterThan(80)
                .noneMatch(attack -> attack.without().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void theWallsHold(Attack attack) {
        TestReport report = withAllWalls(results, attack);

        assertThat(report.verdict()).as("%s", report).isEqualTo(attack.verdict());
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void withoutItsWallsAnAttackGetsThrough(Attack attack) {
        TestReport report = withoutItsWalls(results, attack);

        assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASSED);
    }

    @ParameterizedTest
    @MethodSource("attacksWithoutControlGroups")
    void theWallsHoldWithoutControlGroups(Attack attack) {
        TestReport report = withAllWalls(resultsWithoutControlGroups, attack);

        assertThat(report.verdict()).as("%s", report).isEqualTo(attack.verdict());
    }

    @ParameterizedTest
    @MethodSource("attacksWithoutControlGroups")
    void withoutItsWallsAndControlGroupsAnAttackGetsThrough(Attack attack) {
        TestReport report = withoutItsWalls(resultsWithoutControlGroups, attack);

        assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASSED);
    }
}

package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StrikerTest {

    private static final List<Striker.Done> ALL = Stream.of(Kind.values())
            .flatMap(kind -> Stream.of(Blow.values()).map(blow -> blow(kind, blow, 1, kind == Kind.GATEWAY)))
            .toList();

    @Test
    void nothingIsMissingWhenEveryKindWithWorkWasHitInEveryWay() {
        assertThat(Striker.missing(ALL)).isEmpty();
    }

    @Test
    void aBlowThatDidNotFallOrFellOnAnIdleProcessIsMissing() {
        List<Striker.Done> without = without(Kind.TESTER, Blow.STOP);
        List<Striker.Done> idle = with(without, blow(Kind.TESTER, Blow.STOP, 0, false));

        assertThat(Striker.missing(without)).containsExactly("no tester with work was stopped");
        assertThat(Striker.missing(idle)).containsExactly("no tester with work was stopped");
    }

    @Test
    void aBlowOnTheOtherGatewayIsNoneOnTheDriver() {
        List<Striker.Done> other = with(without(Kind.GATEWAY, Blow.KILL), blow(Kind.GATEWAY, Blow.KILL, 3, false));

        assertThat(Striker.missing(other)).containsExactly("no gateway that drives jobs was killed");
    }

    private static List<Striker.Done> without(Kind kind, Blow blow) {
        return ALL.stream()
                .filter(each -> each.kind() != kind || each.blow() != blow)
                .toList();
    }

    private static List<Striker.Done> with(List<Striker.Done> some, Striker.Done another) {
        return Stream.concat(some.stream(), Stream.of(another)).toList();
    }

    private static Striker.Done blow(Kind kind, Blow blow, int work, boolean driving) {
        return new Striker.Done(kind, kind + "-1", blow, "", work, driving, 1, 2);
    }
}

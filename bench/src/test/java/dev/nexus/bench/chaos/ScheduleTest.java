package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void aRoundHasEveryBlowForEveryKindOnce() {
        List<Schedule.Strike> round = new Schedule(7, Duration.ofMinutes(2)).round();

        assertThat(round)
                .extracting(strike -> strike.kind() + " " + strike.blow())
                .containsExactlyInAnyOrderElementsOf(Stream.of(Kind.values())
                        .flatMap(kind -> Stream.of(Blow.values()).map(blow -> kind + " " + blow))
                        .toList());
    }

    @Test
    void theSameSeedGivesTheSameSchedule() {
        Schedule one = new Schedule(7, Duration.ofMinutes(2));
        Schedule two = new Schedule(7, Duration.ofMinutes(2));

        assertThat(two.round()).isEqualTo(one.round()).isNotEqualTo(new Schedule(8, Duration.ofMinutes(2)).round());
    }

    @Test
    void stopsAreLongEnoughForAWorkerToBeMissed() {
        Schedule schedule = new Schedule(7, Duration.ofMinutes(10));

        assertThat(Stream.generate(schedule::round).limit(20).flatMap(List::stream))
                .filteredOn(strike -> strike.blow() == Blow.STOP)
                .allSatisfy(
                        strike -> assertThat(strike.away()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(30)));
    }
}

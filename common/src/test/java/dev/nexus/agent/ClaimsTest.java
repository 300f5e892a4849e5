package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.nexus.contract.EventId;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsTest {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    private static final String ME = "planner-service-me";
    private static final String OTHER = "planner-service-other";

    /** An event as the fold sees it. */
    private record Seen(String id, String type) {}

    @Test
    void noClaimIsWonBeforeItIsReadBack() {
        assertThat(given(scheduled(1)).standing(1, ME)).isEqualTo(Standing.PENDING);
    }

    @Test
    void theFirstClaimWins() {
        var log = given(scheduled(1), started(1, ME), started(1, OTHER));

        assertThat(log.standing(1, ME)).isEqualTo(Standing.WON);
        assertThat(log.standing(1, OTHER)).isEqualTo(new Standing.Lost(ME + " claimed it first"));
    }

    @Test
    void aClaimMayComeBeforeItsScheduling() {
        assertThat(given(started(1, ME), scheduled(1)).standing(1, ME)).isEqualTo(Standing.WON);
    }

    @Test
    void aLaterAttemptTakesTheTaskAway() {
        assertThat(given(started(1, ME), scheduled(2)).standing(1, ME)).isInstanceOf(Standing.Lost.class);
        assertThat(given(started(1, ME), started(2, OTHER)).standing(1, ME)).isInstanceOf(Standing.Lost.class);
    }

    @Test
    void aClaimOfAnEarlierAttemptDoesNotCountForALaterOne() {
        var log = given(started(1, OTHER), scheduled(2), started(2, ME));

        assertThat(log.standing(2, ME)).isEqualTo(Standing.WON);
    }

    @Test
    void aLateClaimOfAnEarlierAttemptChangesNothing() {
        var log = given(scheduled(2), started(1, OTHER), started(2, ME));

        assertThat(log.standing(2, ME)).isEqualTo(Standing.WON);
        assertThat(log.standing(1, OTHER)).isInstanceOf(Standing.Lost.class);
    }

    @Test
    void anAttemptWithAResultIsOver() {
        assertThat(given(started(1, ME), completed(1)).standing(1, ME)).isInstanceOf(Standing.Lost.class);
        assertThat(given(started(1, OTHER), failed(1)).standing(1, ME)).isInstanceOf(Standing.Lost.class);
        assertThat(given(failed(1), started(1, ME)).standing(1, ME)).isInstanceOf(Standing.Lost.class);
    }

    @Test
    void aFailureEndsOnlyItsOwnAttempt() {
        var log = given(started(1, OTHER), started(2, ME), failed(1));

        assertThat(log.standing(2, ME)).isEqualTo(Standing.WON);
    }

    @Test
    void aCompletionOfAnyAttemptEndsTheTask() {
        var log = given(started(1, OTHER), started(2, ME), completed(1));

        assertThat(log.standing(2, ME)).isEqualTo(new Standing.Lost("the task has completed"));
    }

    @Test
    void aReleaseEndsOnlyTheClaimOfItsWorker() {
        var log = given(started(1, ME), started(1, OTHER));

        assertThat(log.and(released(1, ME)).standing(1, ME)).isEqualTo(new Standing.Lost("the claim was given back"));
        assertThat(log.and(released(1, OTHER)).standing(1, ME)).isEqualTo(Standing.WON);
    }

    @Test
    void nothingIsWonOnceTheJobIsCancelledOrEnded() {
        for (String fact : List.of("cancel", "final", "deleted")) {
            var log = given(started(1, ME), new Seen(JOB + "/" + fact, "job." + fact), scheduled(2), started(2, ME));

            assertThat(log.standing(1, ME)).as(fact).isInstanceOf(Standing.Lost.class);
            assertThat(log.standing(2, ME)).as(fact).isInstanceOf(Standing.Lost.class);
        }
    }

    @Test
    void tasksDoNotTouchEachOther() {
        var log = given(new Seen(JOB + "/tests/1/result", Claims.COMPLETED), started(1, ME));

        assertThat(log.standing(1, ME)).isEqualTo(Standing.WON);
    }

    @Test
    void eventsOfNewerVersionsSayNothing() {
        var log = given(new Seen(JOB + "/plan/1/paused/x", "task.paused"), new Seen("elsewhere", "x"), started(1, ME));

        assertThat(log.standing(1, ME)).isEqualTo(Standing.WON);
    }

    @Test
    void completionsAreKnownByTheTypeOnTheWire() {
        assertThat(JobEvent.TaskCompleted.class
                        .getAnnotation(JsonTypeName.class)
                        .value())
                .isEqualTo(Claims.COMPLETED);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anySplitOfTheLogSaysTheSame(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<Seen> log = randomLog(random);
            int cut = random.nextInt(log.size() + 1);
            int gapEnd = cut + random.nextInt(log.size() + 1 - cut);

            Claims whole = fold(log);
            Claims twoParts = fold(log.subList(0, cut)).followedBy(fold(log.subList(cut, log.size())));
            Claims threeParts = fold(log.subList(0, cut))
                    .followedBy(fold(log.subList(cut, gapEnd)).followedBy(fold(log.subList(gapEnd, log.size()))));

            assertSameStandings(twoParts, whole, log);
            assertSameStandings(threeParts, whole, log);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void aRepeatedRecordChangesNothing(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<Seen> log = randomLog(random);
            List<Seen> repeated = new ArrayList<>(log);
            int again = random.nextInt(log.size());
            repeated.add(again + 1 + random.nextInt(log.size() - again), log.get(again));

            assertSameStandings(fold(repeated), fold(log), repeated);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void atMostOneWorkerHasWonAndWhatIsLostStaysLost(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<Seen> log = randomLog(random);
            Claims claims = Claims.NONE;
            List<String> lost = new ArrayList<>();
            for (Seen next : log) {
                claims = claims.after(EventId.parse(JOB, next.id()), next.type());
                int winners = 0;
                for (int attempt = 1; attempt <= 3; attempt++) {
                    for (String worker : List.of(ME, OTHER)) {
                        Standing standing = claims.standing(TaskId.plan(), attempt, worker);
                        if (standing instanceof Standing.Won) {
                            winners++;
                            assertThat(lost).as(log.toString()).doesNotContain(attempt + worker);
                        } else if (standing instanceof Standing.Lost) {
                            lost.add(attempt + worker);
                        }
                    }
                }
                assertThat(winners).as(log.toString()).isLessThanOrEqualTo(1);
            }
        }
    }

    private static void assertSameStandings(Claims actual, Claims expected, List<Seen> log) {
        for (int attempt = 1; attempt <= 3; attempt++) {
            for (String worker : List.of(ME, OTHER)) {
                assertThat(actual.standing(TaskId.plan(), attempt, worker))
                        .as("attempt %d of %s after %s", attempt, worker, log)
                        .isEqualTo(expected.standing(TaskId.plan(), attempt, worker));
            }
        }
    }

    private static List<Seen> randomLog(Random random) {
        List<Seen> log = new ArrayList<>();
        int length = 1 + random.nextInt(12);
        for (int i = 0; i < length; i++) {
            int attempt = 1 + random.nextInt(3);
            String worker = random.nextBoolean() ? ME : OTHER;
            log.add(
                    switch (random.nextInt(20)) {
                        case 0, 1, 2 -> scheduled(attempt);
                        case 3, 4, 5, 6, 7, 8, 9 -> started(attempt, worker);
                        case 10, 11 -> released(attempt, worker);
                        case 12, 13 -> failed(attempt);
                        case 14 -> completed(attempt);
                        case 15 -> new Seen(JOB + "/cancel", "job.cancel_requested");
                        default -> new Seen(JOB + "/plan/" + attempt + "/progress/" + i, "task.progress");
                    });
        }
        return log;
    }

    private static Claims fold(List<Seen> events) {
        Claims claims = Claims.NONE;
        for (Seen event : events) {
            claims = claims.after(EventId.parse(JOB, event.id()), event.type());
        }
        return claims;
    }

    private static Given given(Seen... events) {
        return new Given(List.of(events));
    }

    private record Given(List<Seen> events) {
        Given and(Seen more) {
            List<Seen> all = new ArrayList<>(events);
            all.add(more);
            return new Given(all);
        }

        Standing standing(int attempt, String worker) {
            return fold(events).standing(TaskId.plan(), attempt, worker);
        }
    }

    private static Seen scheduled(int attempt) {
        return new Seen(JOB + "/plan/" + attempt + "/scheduled", "task.scheduled");
    }

    private static Seen started(int attempt, String worker) {
        return new Seen(JOB + "/plan/" + attempt + "/started/" + worker, "task.started");
    }

    private static Seen released(int attempt, String worker) {
        return new Seen(JOB + "/plan/" + attempt + "/released/" + worker, "task.released");
    }

    private static Seen completed(int attempt) {
        return new Seen(JOB + "/plan/" + attempt + "/result", Claims.COMPLETED);
    }

    private static Seen failed(int attempt) {
        return new Seen(JOB + "/plan/" + attempt + "/result", "task.failed");
    }
}

package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkersTest {

    private static final TaskId TASK = TaskId.plan();
    private static final Duration THIRTY = Duration.ofSeconds(30);
    private static final Workers CLAIMED =
            Workers.heardBy("me").after(beat("w1", false)).claimed("w1", Story.JOB, TASK, 1, 0);

    @Test
    void aWorkerIsLostAfterFiveOwnBeatsWithoutOneOfIts() {
        Workers workers = CLAIMED.after(beat("w1", true));

        assertThat(lost(own(workers, 4))).isFalse();
        assertThat(lost(own(workers, 5))).isTrue();
    }

    @Test
    void whenNobodyIsHeardNotEvenThisGatewayNobodyIsLost() {
        Workers workers = own(CLAIMED, 4);

        assertThat(lost(workers)).isFalse();
    }

    @Test
    void afterAPauseEveryoneHasTheWholeTimeToBeHeardAgain() {
        Workers workers = own(CLAIMED, 4).afterPause();

        assertThat(lost(own(workers, 4))).isFalse();
        assertThat(lost(own(workers, 5))).isTrue();
    }

    @Test
    void aBacklogReadAfterAPauseShowsThatTheWorkerLived() {
        Workers workers = own(CLAIMED, 4);

        for (int i = 0; i < 30; i++) {
            workers = workers.after(beat("w1", true));
        }

        assertThat(lost(own(workers, 2))).isFalse();
    }

    @Test
    void aTaskIsLostWhenTwoLaterHeartbeatsDoNotNameIt() {
        Workers heard = own(CLAIMED, 1);
        Workers once = heard.after(beat("w1", false));
        Workers twice = once.after(beat("w1", false));

        assertThat(lost(once)).isFalse();
        assertThat(lost(twice)).isTrue();
    }

    @Test
    void heartbeatsThatMayBeFromBeforeTheClaimSayNothingAboutIt() {
        Workers claimed = own(Workers.heardBy("me"), 3).claimed("w1", Story.JOB, TASK, 1, 4);

        Workers workers = claimed.after(beat("w1", false))
                .after(beat("w1", false))
                .afterOwn(4)
                .after(beat("w1", false))
                .after(beat("w1", false));

        assertThat(lost(workers)).isFalse();
    }

    @Test
    void aHeartbeatThatNamesTheTaskBeginsTheCountAnew() {
        Workers workers =
                own(CLAIMED, 1).after(beat("w1", false)).after(beat("w1", true)).after(beat("w1", false));

        assertThat(lost(workers)).isFalse();
    }

    @Test
    void aWorkerThatWasNeverHeardIsLostOnceThisGatewayListenedLongEnough() {
        Workers workers = Workers.heardBy("me").claimed("w1", Story.JOB, TASK, 1, 0);

        assertThat(lost(own(workers, 4))).isFalse();
        assertThat(lost(own(workers, 5))).isTrue();
    }

    @Test
    void aClaimThatIsReadTwiceIsCountedFromTheFirstTime() {
        Workers workers = own(CLAIMED, 4).claimed("w1", Story.JOB, TASK, 1, 4);

        assertThat(lost(own(workers, 1))).isTrue();
    }

    @Test
    void slotsWereFreeOnlyIfALiveWorkerHadThemAllTheTime() {
        Workers workers = Workers.heardBy("me").after(beat("w1", false));
        Workers free = workers;
        for (int i = 0; i <= 30; i++) {
            free = own(free, 1).after(beat("w1", false));
        }

        assertThat(free.hadFreeSlots(Service.PLANNER, THIRTY)).isTrue();
        assertThat(free.hadFreeSlots(Service.BUILDER, THIRTY)).isFalse();
        assertThat(own(workers, 4).hadFreeSlots(Service.PLANNER, THIRTY)).isFalse();
        assertThat(own(free, 5).hadFreeSlots(Service.PLANNER, THIRTY)).isFalse();
    }

    @Test
    void aBusyMomentBeginsTheTimeOfFreeSlotsAnew() {
        Workers workers = Workers.heardBy("me").after(beat("w1", false));
        for (int i = 0; i < 40; i++) {
            workers = own(workers, 1).after(i == 35 ? full("w1") : beat("w1", false));
        }

        assertThat(workers.hadFreeSlots(Service.PLANNER, THIRTY)).isFalse();
    }

    @Test
    void slotsWereFreeAllTheTimeIfTheyWereOfThisWorkerOrOfThat() {
        Workers workers = Workers.heardBy("me").after(beat("w1", false)).after(full("w2"));
        for (int i = 0; i <= 30; i++) {
            boolean first = i % 2 == 0;
            workers = own(workers, 1)
                    .after(first ? full("w1") : beat("w1", false))
                    .after(first ? beat("w2", false) : full("w2"));
        }

        assertThat(workers.hadFreeSlots(Service.PLANNER, THIRTY)).isTrue();
    }

    @Test
    void freeSlotsAreThoseOfAllLiveWorkersOfTheService() {
        Workers workers =
                Workers.heardBy("me").after(beat("w1", false)).after(full("w2")).after(beat("w3", true));

        assertThat(workers.freeSlots(Service.PLANNER)).isEqualTo(3);
        assertThat(workers.freeSlots(Service.TESTER)).isZero();
        assertThat(own(workers, 5).freeSlots(Service.PLANNER)).isZero();
    }

    private static Heartbeat full(String worker) {
        return new Heartbeat(worker, Service.PLANNER, "1", 1, List.of(new Heartbeat.InFlight(Story.JOB, TASK, 1)));
    }

    private static boolean lost(Workers workers) {
        return workers.haveLost("w1", Story.JOB, TASK, 1);
    }

    private static Workers own(Workers workers, int beats) {
        Workers after = workers;
        for (int i = 0; i < beats; i++) {
            after = after.afterOwn(after.ownNumber() + 1);
        }
        return after;
    }

    private static Heartbeat beat(String worker, boolean naming) {
        var tasks = naming ? List.of(new Heartbeat.InFlight(Story.JOB, TASK, 1)) : List.<Heartbeat.InFlight>of();
        return new Heartbeat(worker, Service.PLANNER, "1", 2, tasks);
    }
}

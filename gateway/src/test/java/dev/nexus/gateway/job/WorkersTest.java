package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkersTest {

    private static final Instant CLAIM = Instant.parse("2026-01-01T00:00:10Z");
    private static final Instant LATER = CLAIM.plusSeconds(60);
    private static final TaskId TASK = TaskId.plan();
    private static final Duration THIRTY = Duration.ofSeconds(30);

    @Test
    void aWorkerIsLostAfterFiveOwnBeatsWithoutOneOfIts() {
        Workers workers = Workers.heardBy("me").after(beat("w1", true), CLAIM);

        assertThat(lost(own(workers, 4))).isFalse();
        assertThat(lost(own(workers, 5))).isTrue();
    }

    @Test
    void whenNobodyIsHeardNotEvenThisGatewayNobodyIsLost() {
        Workers workers = own(Workers.heardBy("me").after(beat("w1", true), CLAIM), 4);

        assertThat(workers.haveLost("w1", Story.JOB, TASK, 1, CLAIM, CLAIM.plusSeconds(3600)))
                .isFalse();
    }

    @Test
    void aBacklogReadAfterAPauseShowsThatTheWorkerLived() {
        Workers workers = own(Workers.heardBy("me").after(beat("w1", true), CLAIM), 4);

        for (int i = 0; i < 30; i++) {
            workers = workers.after(beat("w1", true), CLAIM.plusSeconds(i));
        }

        assertThat(lost(own(workers, 2))).isFalse();
    }

    @Test
    void aTaskIsLostWhenTwoLaterHeartbeatsDoNotNameIt() {
        Workers claimed = Workers.heardBy("me").claimed("w1", Story.JOB, TASK, 1, CLAIM);
        Workers once = claimed.after(beat("w1", false), CLAIM.plusSeconds(1));
        Workers twice = once.after(beat("w1", false), CLAIM.plusSeconds(2));

        assertThat(lost(once)).isFalse();
        assertThat(lost(twice)).isTrue();
    }

    @Test
    void heartbeatsFromBeforeTheClaimSayNothingAboutIt() {
        Workers workers = Workers.heardBy("me")
                .claimed("w1", Story.JOB, TASK, 1, CLAIM)
                .after(beat("w1", false), CLAIM.minusSeconds(2))
                .after(beat("w1", false), CLAIM.minusSeconds(1));

        assertThat(lost(workers)).isFalse();
    }

    @Test
    void aHeartbeatThatNamesTheTaskBeginsTheCountAnew() {
        Workers workers = Workers.heardBy("me")
                .claimed("w1", Story.JOB, TASK, 1, CLAIM)
                .after(beat("w1", false), CLAIM.plusSeconds(1))
                .after(beat("w1", true), CLAIM.plusSeconds(2))
                .after(beat("w1", false), CLAIM.plusSeconds(3));

        assertThat(lost(workers)).isFalse();
    }

    @Test
    void aWorkerThatWasNeverHeardIsLostOnceThisGatewayListenedLongEnough() {
        Workers workers = Workers.heardBy("me");

        assertThat(lost(own(workers, 4))).isFalse();
        assertThat(lost(own(workers, 5))).isTrue();
    }

    @Test
    void slotsWereFreeOnlyIfALiveWorkerHadThemAllTheTime() {
        Workers workers = Workers.heardBy("me").after(beat("w1", false), CLAIM);
        Workers free = workers;
        for (int i = 0; i < 30; i++) {
            free = own(free, 1).after(beat("w1", false), CLAIM);
        }

        assertThat(free.hadFreeSlots(Service.PLANNER, THIRTY)).isTrue();
        assertThat(free.hadFreeSlots(Service.BUILDER, THIRTY)).isFalse();
        assertThat(own(workers, 4).hadFreeSlots(Service.PLANNER, THIRTY)).isFalse();
        assertThat(own(free, 5).hadFreeSlots(Service.PLANNER, THIRTY)).isFalse();
    }

    @Test
    void aBusyMomentBeginsTheTimeOfFreeSlotsAnew() {
        Workers workers = Workers.heardBy("me").after(beat("w1", false), CLAIM);
        for (int i = 0; i < 40; i++) {
            workers = own(workers, 1).after(i == 35 ? full("w1") : beat("w1", false), CLAIM);
        }

        assertThat(workers.hadFreeSlots(Service.PLANNER, THIRTY)).isFalse();
    }

    private static Heartbeat full(String worker) {
        return new Heartbeat(worker, Service.PLANNER, "1", 1, List.of(new Heartbeat.InFlight(Story.JOB, TASK, 1)));
    }

    private static boolean lost(Workers workers) {
        return workers.haveLost("w1", Story.JOB, TASK, 1, CLAIM, LATER);
    }

    private static Workers own(Workers workers, int beats) {
        Workers after = workers;
        for (int i = 0; i < beats; i++) {
            after = after.after(new Heartbeat("me", Service.GATEWAY, "1", 0, List.of()), LATER);
        }
        return after;
    }

    private static Heartbeat beat(String worker, boolean naming) {
        var tasks = naming ? List.of(new Heartbeat.InFlight(Story.JOB, TASK, 1)) : List.<Heartbeat.InFlight>of();
        return new Heartbeat(worker, Service.PLANNER, "1", 2, tasks);
    }
}

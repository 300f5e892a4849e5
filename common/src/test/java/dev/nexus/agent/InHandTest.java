package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class InHandTest {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");

    private final InHand inHand = new InHand(4);

    @Test
    void aWorkerWhoseIntakeStandsStillOffersNoSlotButThoseInUse() {
        inHand.take(new Attempt(new Heartbeat.InFlight(JOB, TaskId.plan(), 1), new Since(0, 0, Instant.EPOCH)));

        inHand.taking(false);

        assertThat(inHand.slotsOffered()).isEqualTo(1);
    }

    @Test
    void itOffersAllOfThemAgainWhenItGoesOn() {
        inHand.taking(false);

        inHand.taking(true);

        assertThat(inHand.slotsOffered()).isEqualTo(4);
    }
}

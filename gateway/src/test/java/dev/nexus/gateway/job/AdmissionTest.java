package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.EventId;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final TaskId PLAN = TaskId.plan();
    private static final Workers NOBODY = Workers.heardBy("gateway");

    private final Admission admission = new Admission(2);

    @Test
    void onlyAsManyOrdersWaitAsTheReserveAllowsWhenNobodyIsThere() {
        due(1, 2, 3, 4, 5);

        assertThat(sent(NOBODY)).containsExactly(job(1), job(2));
    }

    @Test
    void freeSlotsLetMoreThrough() {
        due(1, 2, 3, 4, 5);
        Workers free = NOBODY.after(new Heartbeat("w1", Service.PLANNER, "1", 2, List.of()));

        assertThat(sent(free)).containsExactly(job(1), job(2), job(3), job(4));
    }

    @Test
    void aClaimMakesRoomForTheNext() {
        due(1, 2, 3);
        sent(NOBODY);

        JobState claimed = accepted(1, "default")
                .after(told(1, 1, new JobEvent.TaskScheduled(PLAN, 1)))
                .after(told(1, 2, new JobEvent.TaskStarted(PLAN, 1, "w1")));
        admission.update(claimed, List.of(), List.of());

        assertThat(sent(NOBODY)).containsExactly(job(3));
    }

    @Test
    void anAttemptThatWasIssuedAgainCountsOnce() {
        due(1, 2, 3);
        sent(NOBODY);

        JobState again = accepted(1, "default")
                .after(told(1, 1, new JobEvent.TaskScheduled(PLAN, 1)))
                .after(told(1, 2, new JobEvent.TaskScheduled(PLAN, 2)))
                .after(told(1, 3, new JobEvent.TaskStarted(PLAN, 2, "w1")));
        admission.update(again, List.of(), List.of());

        assertThat(sent(NOBODY)).containsExactly(job(3));
    }

    @Test
    void whatIsSentAndNotYetReadBackStillCounts() {
        due(1, 2, 3);
        sent(NOBODY);

        JobState state = accepted(1, "default");
        admission.update(state, List.of(), orders(state));

        assertThat(sent(NOBODY)).isEmpty();
    }

    @Test
    void theEndOfAJobMakesRoomAndTakesItsOrdersAway() {
        due(1, 2, 3, 4);
        sent(NOBODY);

        admission.update(cancelled(1), List.of(), List.of());
        admission.update(cancelled(3), List.of(), List.of());

        assertThat(sent(NOBODY)).containsExactly(job(4));
    }

    @Test
    void theTenantWithTheFewestTasksComesFirst() {
        for (int i = 1; i <= 4; i++) {
            due(i, "busy");
        }
        due(9, "quiet");

        assertThat(sent(NOBODY)).containsExactly(job(1), job(9));
    }

    @Test
    void anOrderThatIsDueTwiceIsSentOnce() {
        due(1, 1);

        assertThat(sent(NOBODY)).containsExactly(job(1));
    }

    private void due(int... jobs) {
        for (int job : jobs) {
            due(job, "default");
        }
    }

    private void due(int job, String tenant) {
        JobState state = accepted(job, tenant);
        admission.update(state, orders(state), List.of());
    }

    private static List<Order> orders(JobState state) {
        return NextSteps.of(state, state.createdAt(), NOBODY, Story.DEADLINES).stream()
                .map(step -> ((Step.Issue) step).order())
                .toList();
    }

    private List<JobId> sent(Workers workers) {
        List<JobId> jobs = new ArrayList<>();
        for (var due = admission.next(workers); due.isPresent(); due = admission.next(workers)) {
            jobs.add(due.get().job());
        }
        return jobs;
    }

    private static JobState cancelled(int job) {
        return accepted(job, "default").after(told(job, 1, new JobEvent.JobCancelled()));
    }

    private static JobState accepted(int job, String tenant) {
        var request = new JobEvent.JobAccepted(
                JobKind.PLAN, tenant, "A bank", null, List.of(), null, JobOptions.DEFAULTS, Map.of(), "hash");
        return JobState.accepted(told(job, 0, request), request);
    }

    private static LoggedEvent told(int job, int offset, JobEvent event) {
        String id = EventId.of(job(job), event, "").toString();
        return new LoggedEvent(job(job), id, event, 0, offset, Story.START.plusSeconds(job));
    }

    private static JobId job(int number) {
        return new JobId("0198c5a2-7c00-7000-8000-00000000000" + number);
    }
}

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {

    private static final TaskId PLAN = TaskId.plan();
    private static final Workers NOBODY = Workers.heardBy("gateway");

    private final Admission admission = new Admission(2, _ -> 0);

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
    void aTenantAtItsLimitGetsNoFurtherOrderUntilATaskEnds() {
        var limited = new Admission(10, tenant -> tenant.equals("small") ? 2 : 0);
        for (int i = 1; i <= 4; i++) {
            JobState state = accepted(i, "small");
            limited.update(state, orders(state), List.of());
        }
        JobState other = accepted(9, "other");
        limited.update(other, orders(other), List.of());

        assertThat(sent(limited, NOBODY)).containsExactlyInAnyOrder(job(1), job(2), job(9));
        limited.update(cancelled(1, "small"), List.of(), List.of());

        assertThat(sent(limited, NOBODY)).containsExactly(job(3));
    }

    /** Workers of one slot, and tasks that all take the same time, so that what one waits for is a question of turns alone. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aThousandJobsDoNotDelayASingleOneOfAnotherTenantByMoreThanATaskForEachWorker(int workers) {
        var fair = new Admission(workers, _ -> 0);
        for (int i = 1; i <= 1000; i++) {
            JobState state = accepted(i, "busy");
            fair.update(state, orders(state), List.of());
        }
        List<JobId> topic = new ArrayList<>(sent(fair, NOBODY)); // hands them out in this order
        List<JobId> running = claim(fair, topic, workers);
        JobState single = accepted(5000, "quiet");
        fair.update(single, orders(single), List.of());

        int turns = 0;
        while (!running.contains(single.id())) {
            assertThat(turns++).isLessThan(20);
            running.forEach(done -> fair.update(cancelled(number(done), "busy"), List.of(), List.of()));
            topic.addAll(sent(fair, NOBODY));
            running = claim(fair, topic, workers);
            topic.addAll(sent(fair, NOBODY));
        }

        // those that run, and those that wait on the topic already: a turn each
        assertThat(turns).isLessThanOrEqualTo(2);
    }

    private static List<JobId> claim(Admission admission, List<JobId> topic, int workers) {
        List<JobId> claimed = new ArrayList<>();
        while (claimed.size() < workers && !topic.isEmpty()) {
            JobId next = topic.removeFirst();
            int number = number(next);
            JobState state = accepted(number, number == 5000 ? "quiet" : "busy")
                    .after(told(number, 1, new JobEvent.TaskScheduled(PLAN, 1)))
                    .after(told(number, 2, new JobEvent.TaskStarted(PLAN, 1, "w1")));
            admission.update(state, List.of(), List.of());
            claimed.add(next);
        }
        return claimed;
    }

    private static int number(JobId job) {
        return Integer.parseInt(job.value().substring(24));
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
        return sent(admission, workers);
    }

    private static List<JobId> sent(Admission admission, Workers workers) {
        List<JobId> jobs = new ArrayList<>();
        for (var due = admission.next(workers); due.isPresent(); due = admission.next(workers)) {
            jobs.add(due.get().job());
        }
        return jobs;
    }

    private static JobState cancelled(int job) {
        return cancelled(job, "default");
    }

    private static JobState cancelled(int job, String tenant) {
        return accepted(job, tenant).after(told(job, 1, new JobEvent.JobCancelled()));
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
        return new JobId("0198c5a2-7c00-7000-8000-" + String.format("%012d", number));
    }
}

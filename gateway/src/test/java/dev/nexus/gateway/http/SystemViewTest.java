package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.EventId;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Json;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Service;
import dev.nexus.contract.TaskId;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.job.Roster;
import dev.nexus.gateway.log.Brokers.Broker;
import dev.nexus.gateway.log.LogReader.Outlook;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SystemViewTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = START.plusSeconds(10);
    private static final JobId MINE = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    private static final JobId THEIRS = new JobId("0198c5a2-7c00-7000-8000-000000000002");
    private static final SystemView.Here HERE = new SystemView.Here("gateway-1", "1.0", true, true, 3, null, null);

    @Test
    void stagesAreAllThreeInTheOrderOfTheChainWithoutAnyWorker() {
        JsonNode shown = json(Roster.EMPTY, List.of(), SystemViewTest::everyone);

        assertThat(shown.get("stages").values().stream()
                        .map(stage -> stage.get("service").stringValue()))
                .containsExactly("planner-service", "builder-service", "tester-service");
        assertThat(shown.at("/stages/0/workers").intValue()).isZero();
        assertThat(shown.at("/stages/0").has("oldestWaitingMillis")).isFalse();
        assertThat(shown.get("workers").isEmpty()).isTrue();
    }

    @Test
    void whatIsScheduledWaitsAndWhatIsClaimedRuns() {
        JobState waiting = job(MINE, "acme", new JobEvent.TaskScheduled(TaskId.plan(), 1));
        JobState running = job(
                THEIRS,
                "acme",
                new JobEvent.TaskScheduled(TaskId.plan(), 1),
                new JobEvent.TaskStarted(TaskId.plan(), 1, "w1"));

        JsonNode stage = json(heard("w1", 4), List.of(waiting, running), SystemViewTest::everyone)
                .at("/stages/0");

        assertThat(stage.get("waiting").intValue()).isEqualTo(1);
        assertThat(stage.get("oldestWaitingMillis").longValue()).isEqualTo(9000);
        assertThat(stage.get("running").intValue()).isEqualTo(1);
        assertThat(stage.get("workers").intValue()).isEqualTo(1);
        assertThat(stage.get("slots").intValue()).isEqualTo(4);
        assertThat(stage.get("doneLastMinute").intValue()).isEqualTo(5);
    }

    @Test
    void tasksOfOtherTenantsAreOnlyCounted() {
        JobState mine = job(MINE, "acme", new JobEvent.TaskStarted(TaskId.plan(), 2, "w1"));
        JobState theirs = job(THEIRS, "rival", new JobEvent.TaskStarted(TaskId.plan(), 1, "w1"));

        JsonNode shown = json(heard("w1", 4), List.of(mine, theirs), "acme"::equals);

        assertThat(shown.at("/workers/0/tasks").size()).isEqualTo(1);
        assertThat(shown.at("/workers/0/tasks/0/jobId").stringValue()).isEqualTo(MINE.value());
        assertThat(shown.at("/workers/0/tasks/0/task").stringValue()).isEqualTo("plan");
        assertThat(shown.at("/workers/0/tasks/0/attempt").intValue()).isEqualTo(2);
        assertThat(shown.at("/workers/0/tasks/0/runningMillis").longValue()).isEqualTo(9000);
        assertThat(shown.at("/workers/0/hiddenTasks").intValue()).isEqualTo(1);
        assertThat(shown.at("/jobs/in_progress").intValue()).isEqualTo(1);
        assertThat(shown.toString()).doesNotContain(THEIRS.value()).doesNotContain("rival");
    }

    @Test
    void aWorkerThatIsSilentIsShownAndDoesNotCount() {
        Roster roster = Roster.EMPTY.after(new Heartbeat("w1", Service.PLANNER, "1", 4, List.of()), START);

        JsonNode shown = json(roster, List.of(), SystemViewTest::everyone);

        assertThat(shown.at("/workers/0/seenMillisAgo").longValue()).isEqualTo(10_000);
        assertThat(shown.at("/stages/0/workers").intValue()).isZero();
        assertThat(shown.at("/stages/0/slots").intValue()).isZero();
    }

    @Test
    void aProblemOfAWorkerAndThatItStopsAreTold() {
        var beat = new Heartbeat(
                "t1",
                Service.TESTER,
                "1",
                1,
                List.of(new Heartbeat.InFlight(MINE, TaskId.test(0), 1)),
                Map.of(),
                "bubblewrap is missing",
                true,
                null);

        JsonNode worker = json(Roster.EMPTY.after(beat, NOW), List.of(), SystemViewTest::everyone)
                .at("/workers/0");

        assertThat(worker.get("problem").stringValue()).isEqualTo("bubblewrap is missing");
        assertThat(worker.get("draining").booleanValue()).isTrue();
    }

    @Test
    void jobsAreCountedByStatusWithThoseThatHaveEnded() {
        SystemView view = SystemView.of(
                HERE,
                List.of(),
                new Outlook(NOW, Roster.EMPTY, Map.of()),
                List.of(job(MINE, "acme"), job(THEIRS, "acme", new JobEvent.TaskStarted(TaskId.plan(), 1, "w1"))),
                Map.of(JobStatus.COMPLETED, 7, JobStatus.FAILED, 2),
                SystemViewTest::everyone);

        assertThat(view.jobs().keySet())
                .containsExactly("queued", "in_progress", "awaiting_approval", "completed", "failed", "cancelled");
        assertThat(view.jobs())
                .containsEntry("queued", 1)
                .containsEntry("in_progress", 1)
                .containsEntry("completed", 7)
                .containsEntry("failed", 2)
                .containsEntry("cancelled", 0);
    }

    @Test
    void thisGatewayTellsWhatIsSoNowAndOthersWhatTheySaidLast() {
        Roster roster = Roster.EMPTY
                .after(gatewayBeat("gateway-1", false), NOW)
                .after(gatewayBeat("gateway-2", true), NOW.minusSeconds(1));

        JsonNode shown = json(roster, List.of(), SystemViewTest::everyone);

        assertThat(shown.get("gateways").toString())
                .isEqualTo("[{\"id\":\"gateway-1\",\"version\":\"1.0\",\"driving\":true,\"seenMillisAgo\":0},"
                        + "{\"id\":\"gateway-2\",\"version\":\"0.9\",\"driving\":true,\"seenMillisAgo\":1000}]");
        assertThat(shown.at("/gateway/lag").longValue()).isEqualTo(3);
        assertThat(shown.at("/brokers/0").toString())
                .isEqualTo("{\"id\":1,\"host\":\"127.0.0.1\",\"port\":9092,\"controller\":true}");
    }

    @Test
    void whoIsNoOperatorIsToldThatSomethingIsWrongAndNotWhere() {
        var beat = new Heartbeat("t1", Service.TESTER, "1", 1, List.of(), Map.of(), "no bwrap on host-7", null, null);
        SystemView view = SystemView.of(
                new SystemView.Here("gateway-1", "1.0", true, true, 0, "broker-3:9092 is away", "/data is full"),
                List.of(new Broker(1, "broker-3", 9092, true)),
                new Outlook(NOW, Roster.EMPTY.after(beat, NOW), Map.of()),
                List.of(),
                Map.of(),
                SystemViewTest::everyone);

        String shown = new String(Views.json(view.withoutHosts()), StandardCharsets.UTF_8);

        assertThat(shown).doesNotContain("broker-3", "/data", "host-7");
        JsonNode told = Json.tree(shown.getBytes(StandardCharsets.UTF_8));
        assertThat(told.at("/gateway/trouble").stringValue()).isEqualTo(Routes.IN_THE_LOG);
        assertThat(told.at("/gateway/refusesJobs").stringValue()).isEqualTo(Routes.IN_THE_LOG);
        assertThat(told.at("/workers/0/problem").stringValue()).contains("log has the reason");
        assertThat(told.get("brokers").isEmpty()).isTrue();
        assertThat(told.get("stages").size()).isEqualTo(3);
    }

    private static boolean everyone(String tenant) {
        return !tenant.isEmpty();
    }

    private static Heartbeat gatewayBeat(String id, boolean driving) {
        return new Heartbeat(id, Service.GATEWAY, "0.9", 0, List.of(), Map.of(), null, null, driving);
    }

    private static Roster heard(String worker, int slots) {
        return Roster.EMPTY.after(new Heartbeat(worker, Service.PLANNER, "1", slots, List.of()), NOW);
    }

    private static JsonNode json(Roster roster, List<JobState> open, Predicate<String> sees) {
        return Json.tree(Views.json(SystemView.of(
                HERE,
                List.of(new Broker(1, "127.0.0.1", 9092, true)),
                new Outlook(NOW, roster, Map.of(Service.PLANNER, 5)),
                open,
                Map.of(),
                sees)));
    }

    /** Accepted at the start; each event is a second after the one before. */
    private static JobState job(JobId id, String tenant, JobEvent... events) {
        var request = new JobEvent.JobAccepted(
                JobKind.PIPELINE, tenant, "a stack", null, List.of(), null, JobOptions.DEFAULTS, Map.of(), "hash");
        JobState state = JobState.accepted(logged(id, request, 0), request);
        for (int i = 0; i < events.length; i++) {
            state = state.after(logged(id, events[i], i + 1));
        }
        return state;
    }

    private static LoggedEvent logged(JobId id, JobEvent event, int second) {
        String detail = event instanceof JobEvent.TaskStarted(var _, var _, String worker, var _) ? worker : "";
        return new LoggedEvent(
                id, EventId.of(id, event, detail).toString(), event, 0, second, START.plusSeconds(second));
    }
}

package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.EventId;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobEvent.JobCancelRequested;
import dev.nexus.contract.JobEvent.JobRejected;
import dev.nexus.contract.JobEvent.TaskCompleted;
import dev.nexus.contract.JobEvent.TaskFailed;
import dev.nexus.contract.JobEvent.TaskProgress;
import dev.nexus.contract.JobEvent.TaskReleased;
import dev.nexus.contract.JobEvent.TaskScheduled;
import dev.nexus.contract.JobEvent.TaskStarted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.Limits;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.ModelCall;
import dev.nexus.contract.Order;
import dev.nexus.contract.Order.PlanOrder;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Service;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Terms;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Usage;
import dev.nexus.model.Caller;
import dev.nexus.model.LanguageModel;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AgentRuntimeIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static KafkaForTests kafka;

    private final List<AgentRuntime<?>> runtimes = new ArrayList<>();

    @BeforeAll
    static void startBroker() throws InterruptedException {
        kafka = new KafkaForTests();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @AfterEach
    void stopRuntimes() {
        runtimes.forEach(AgentRuntime::stop);
    }

    @Test
    void anOrderIsClaimedAndItsResultWritten() {
        var model = new CountingModel("a reply");
        var runtime = runtime(AgentRuntimeIT::askOnce, model);
        JobId job = kafka.newJob();

        kafka.order(job, kafka.accept(job), 1);

        var completed = await().atMost(SOON).until(() -> kafka.events(job, TaskCompleted.class), e -> !e.isEmpty());
        assertThat(kafka.events(job, TaskStarted.class))
                .containsExactly(new TaskStarted(TaskId.plan(), 1, runtime.worker()));
        assertThat(completed).hasSize(1);
        assertThat(completed.getFirst().usage().calls()).isEqualTo(1);
        assertThat(completed.getFirst().fidelity()).isEqualTo(Fidelity.SCAFFOLD);
        assertThat(calls(job)).extracting(ModelCall::reply).containsExactly("a reply");
    }

    @Test
    void paidWorkRunsOnceThoughTheOrderIsDeliveredTwice() {
        var model = new CountingModel("a reply");
        runtime(AgentRuntimeIT::askOnce, model, AgentSettings.withSlots(1));
        runtime(AgentRuntimeIT::askOnce, model, AgentSettings.withSlots(1));
        JobId job = kafka.newJob();
        Since since = kafka.accept(job);

        for (int i = 0; i < 6; i++) {
            kafka.order(job, since, 1);
        }

        await().atMost(SOON).until(() -> !kafka.events(job, TaskCompleted.class).isEmpty());
        JobId next = afterAllOrdersSoFar();
        assertThat(kafka.events(next, TaskCompleted.class)).hasSize(1);
        assertThat(kafka.events(job, TaskCompleted.class)).hasSize(1);
        assertThat(calls(job)).hasSize(1);
    }

    @Test
    void anOrderWhoseWorkerDiedBetweenClaimAndAcknowledgementIsDoneByItsNextAttemptAlone() {
        JobId job = kafka.newJob();
        Since since = kafka.accept(job);
        kafka.order(job, since, 1);
        kafka.claimNextOrderAndGo(job, "gone");
        var model = new CountingModel("a reply");
        runtime(AgentRuntimeIT::askOnce, model);

        kafka.order(job, since, 2); // behind the first one, which is handed out again

        var completed = await().atMost(SOON).until(() -> kafka.events(job, TaskCompleted.class), e -> !e.isEmpty());
        afterAllOrdersSoFar();
        assertThat(completed).extracting(TaskCompleted::attempt).containsExactly(2);
        assertThat(calls(job)).extracting(ModelCall::attempt).containsExactly(2);
    }

    @Test
    void anOrderRepeatedAfterItsCompletionNeverAsksTheModel() {
        var model = new CountingModel("a reply");
        runtime(AgentRuntimeIT::askOnce, model);
        JobId job = kafka.newJob();
        Since since = kafka.accept(job);
        kafka.order(job, since, 1);
        await().atMost(SOON).until(() -> !kafka.events(job, TaskCompleted.class).isEmpty());

        kafka.order(job, since, 1);

        afterAllOrdersSoFar();
        assertThat(kafka.events(job, TaskStarted.class)).hasSize(1);
        assertThat(calls(job)).hasSize(1);
    }

    @Test
    void cancelInterruptsARunningModelCallAndNoResultIsWritten() throws InterruptedException {
        var model = new BlockingModel();
        var runtime = runtime(AgentRuntimeIT::askOnce, model);
        JobId job = kafka.newJob();
        kafka.order(job, kafka.accept(job), 1);
        assertThat(model.asked.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

        kafka.append(job, new JobCancelRequested(null));

        assertThat(model.interrupted.await(1, TimeUnit.SECONDS)).isTrue();
        await().atMost(SOON).until(() -> runtime.health().tasksInHand() == 0);
        assertThat(kafka.events(job, TaskCompleted.class)).isEmpty();
        assertThat(kafka.events(job, TaskFailed.class)).isEmpty();
        assertThat(kafka.events(job, TaskReleased.class)).isEmpty();
    }

    @Test
    void aPoisonOrderIsPutAsideAndTheNextOneRuns() {
        runtime(AgentRuntimeIT::nothing, new CountingModel("unused"));
        JobId poisoned = kafka.newJob();
        Since since = kafka.accept(poisoned);
        var badSince =
                "{\"type\":\"plan\",\"task\":\"plan\",\"attempt\":1,\"since\":7}".getBytes(StandardCharsets.UTF_8);
        byte[] anothersOrder = Json.write(new Order.RunTestsOrder(TaskId.test(0), 1, since, List.of()));
        int before = kafka.records("plan-requests-dlt").size();

        kafka.send(Topic.PLAN_REQUESTS, poisoned.value(), badSince, "ce_id", scheduled(poisoned, TaskId.plan()));
        kafka.send(Topic.PLAN_REQUESTS, poisoned.value(), anothersOrder, "ce_id", scheduled(poisoned, TaskId.test(0)));

        afterAllOrdersSoFar();
        var putAside = kafka.records("plan-requests-dlt").stream().skip(before).toList();
        assertThat(putAside).extracting(r -> r.value()).containsExactly(badSince, anothersOrder);
        assertThat(putAside).allSatisfy(record -> {
            assertThat(Envelope.header(record, "dlt-reason")).isEqualTo("unreadable_order");
            assertThat(Envelope.header(record, "dlt-message")).isNotBlank();
            assertThat(Envelope.header(record, "tenant")).isEqualTo("acme");
        });
        assertThat(kafka.events(poisoned, TaskFailed.class))
                .extracting(TaskFailed::task, e -> e.error().code())
                .containsExactly(
                        Tuple.tuple(TaskId.plan(), ErrorCode.UNREADABLE_ORDER),
                        Tuple.tuple(TaskId.test(0), ErrorCode.UNREADABLE_ORDER));
    }

    @Test
    void aPoisonOrderThatNoAttemptWaitsForIsRejectedAtItsPlace() {
        runtime(AgentRuntimeIT::nothing, new CountingModel("unused"));

        var at = kafka.send(Topic.PLAN_REQUESTS, "no-job", "{\"attempt\":1}".getBytes(StandardCharsets.UTF_8));

        afterAllOrdersSoFar();
        JobId derived = JobId.ofRecord("plan-requests", 0, at.offset());
        assertThat(kafka.events(derived, JobRejected.class)).singleElement().satisfies(rejected -> {
            assertThat(rejected.source()).isEqualTo("plan-requests/0/" + at.offset());
            assertThat(rejected.error().message())
                    .isEqualTo("the record is no order for the planner-service: its key is no job id");
        });
    }

    @Test
    void whatGrewTooLargeForAnyTopicIsRejectedAndPutAsideWithoutItsBytes() {
        runtime(AgentRuntimeIT::nothing, new CountingModel("unused"));
        byte[] direct = ("{\"spec\":\"" + "x".repeat(6_000_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        int before = kafka.records("plan-requests-dlt").size();

        var at = kafka.sendCompressed(Topic.PLAN_REQUESTS, direct);

        afterAllOrdersSoFar();
        assertThat(kafka.records("plan-requests-dlt").stream().skip(before))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.value()).isNull();
                    assertThat(Envelope.header(letter, "dlt-reason")).isEqualTo("too_large");
                    assertThat(Envelope.header(letter, "dlt-value-bytes")).isEqualTo(Integer.toString(direct.length));
                });
        assertThat(kafka.events(JobId.ofRecord("plan-requests", 0, at.offset()), JobRejected.class))
                .extracting(rejected -> rejected.error().message())
                .containsExactly("the request is larger than 1048576 bytes; shorten it");
    }

    @Test
    void whatCameFromOutsideIsForwardedUnchangedAsARequestRightOrWrong() {
        runtime(AgentRuntimeIT::nothing, new CountingModel("unused"));
        var request = "{\"type\":\"plan\",\"spec\":\"from outside\"}".getBytes(StandardCharsets.UTF_8);
        byte[] notJson = {(byte) 0xff, '{'};
        int before = kafka.records("job-requests").size();

        var at = kafka.send(Topic.PLAN_REQUESTS, "their-key", request, "origin", "theirs");
        kafka.send(Topic.PLAN_REQUESTS, "their-key", notJson);
        kafka.send(Topic.PLAN_REQUESTS, "their-key", null);

        afterAllOrdersSoFar();
        var forwarded = kafka.records("job-requests").stream().skip(before).toList();
        assertThat(forwarded).extracting(r -> r.value()).containsExactly(request, notJson, null);
        assertThat(forwarded).allSatisfy(record -> {
            assertThat(record.key()).isEqualTo("their-key");
            assertThat(Envelope.header(record, "tenant")).isEqualTo("acme");
        });
        assertThat(forwarded.getFirst().headers().headers(Envelope.ORIGIN))
                .extracting(header -> new String(header.value(), StandardCharsets.UTF_8))
                .containsExactly("plan-requests/0/" + at.offset());
    }

    @Test
    void aRecordThatOnlyNamesAnAttemptIsNotTheEndOfIt() {
        runtime(AgentRuntimeIT::askOnce, new CountingModel("a reply"));
        JobId job = kafka.newJob();
        Since since = kafka.accept(job);

        kafka.send(
                Topic.PLAN_REQUESTS,
                job.value(),
                "{\"type\":\"paln\",\"task\":\"plan\",\"attempt\":1}".getBytes(StandardCharsets.UTF_8));
        kafka.order(job, since, 1);

        await().atMost(SOON).until(() -> !kafka.events(job, TaskCompleted.class).isEmpty());
        assertThat(kafka.events(job, TaskFailed.class)).isEmpty();
        assertThat(kafka.events(job, JobRejected.class)).hasSize(1);
    }

    /** A process that was stopped for a while must learn that its claim is gone before it pays for another call. */
    @Test
    void whoeverWaitsForThePresentKnowsThatItsClaimIsLost() throws InterruptedException {
        try (var claims = new ClaimLog(kafka.clients("test"), kafka.topics(), "w1", 100)) {
            claims.start();
            for (int i = 0; i < 20; i++) {
                JobId job = kafka.newJob();
                var attempt = new Attempt(new Heartbeat.InFlight(job, TaskId.plan(), 1), kafka.accept(job));
                claims.watch(attempt);
                kafka.append(job, new TaskStarted(TaskId.plan(), 1, "w1"));
                attempt.awaitWon();
                kafka.append(job, new TaskScheduled(TaskId.plan(), 2));

                claims.awaitPresent(attempt);

                assertThat(attempt.isLost()).isTrue();
            }
        }
    }

    @Test
    void attemptTwoUsesTheRecordedReply() {
        var paid = new CountingModel("paid for");
        var first = runtime(
                (order, task) -> {
                    askOnce(order, task);
                    throw new IllegalStateException("crash after the call");
                },
                paid);
        JobId job = kafka.newJob();
        Since since = kafka.accept(job);
        kafka.order(job, since, 1);
        await().atMost(SOON).until(() -> !kafka.events(job, TaskFailed.class).isEmpty());
        first.stop();
        var unused = new CountingModel("must not be asked");
        runtime(AgentRuntimeIT::askOnce, unused);

        kafka.order(job, since, 2);

        var completed = await().atMost(SOON).until(() -> kafka.events(job, TaskCompleted.class), e -> !e.isEmpty());
        assertThat(unused.calls).hasValue(0);
        assertThat(paid.calls).hasValue(1);
        assertThat(completed.getFirst().usage()).isEqualTo(new Usage(0, 1, 0, 0, BigDecimal.ZERO));
        assertThat(summary(completed.getFirst())).isEqualTo("paid for");
        assertThat(completed.getFirst().fidelity()).isEqualTo(Fidelity.SCAFFOLD);
        assertThat(kafka.events(job, TaskFailed.class).getFirst().error().code())
                .isEqualTo(ErrorCode.INTERNAL_ERROR);
    }

    @Test
    void aReplayUsesTheReplyOfItsOriginalAndLeavesNoCallOfItsOwn() {
        var model = new CountingModel("paid for");
        runtime(AgentRuntimeIT::askOnce, model);
        JobId original = kafka.newJob();
        Since since = kafka.accept(original);
        kafka.order(original, since, 1);
        await().atMost(SOON)
                .until(() -> !kafka.events(original, TaskCompleted.class).isEmpty());
        JobId replay = kafka.newJob();

        kafka.order(replay, kafka.accept(replay), new Terms.Replay(original, since.time(), List.of(), null, Map.of()));

        var completed = await().atMost(SOON).until(() -> kafka.events(replay, TaskCompleted.class), e -> !e.isEmpty());
        assertThat(summary(completed.getFirst())).isEqualTo("paid for");
        assertThat(completed.getFirst().usage()).isEqualTo(new Usage(0, 1, 0, 0, BigDecimal.ZERO));
        assertThat(completed.getFirst().fidelity()).isEqualTo(Fidelity.SCAFFOLD);
        assertThat(model.calls).hasValue(1);
        assertThat(calls(replay)).isEmpty();
    }

    @Test
    void aReplayWithAModelThatTheWorkerDoesNotHaveFailsWithItsName() {
        var model = new CountingModel("must not be asked");
        runtime(AgentRuntimeIT::askOnce, model);
        JobId original = kafka.newJob();
        Since since = kafka.accept(original);
        JobId replay = kafka.newJob();

        kafka.order(
                replay, kafka.accept(replay), new Terms.Replay(original, since.time(), List.of(), "big/one", Map.of()));

        var failed = await().atMost(SOON).until(() -> kafka.events(replay, TaskFailed.class), e -> !e.isEmpty());
        assertThat(failed.getFirst().error().message()).isEqualTo("this worker knows no model 'big/one'");
        assertThat(failed.getFirst().error().retryable()).isFalse();
        assertThat(model.calls).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"JOB_EVENTS", "MODEL_CALLS"})
    void whatIsForeignOnATopicThatOnlyNexusWritesIsSkipped(Topic topic) {
        var model = new CountingModel("a reply");
        runtime(AgentRuntimeIT::askOnce, model);
        JobId job = kafka.newJob();
        Since since = kafka.accept(job);
        for (String value : List.of("", "nonsense", "null", "{}", "[]", "{\"task\":7}", "{\"task\":\"plan\"}")) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            kafka.send(topic, job.value(), bytes);
            kafka.send(topic, job.value(), bytes, Envelope.ID, job + "/what/1/ever", Envelope.TYPE, "theirs");
            kafka.send(topic, "their-key", bytes, Envelope.ID, "/");
        }
        kafka.send(topic, job.value(), null);

        kafka.order(job, since, 2); // looks for replies on record

        var completed = await().atMost(SOON).until(() -> kafka.events(job, TaskCompleted.class), e -> !e.isEmpty());
        assertThat(summary(completed.getFirst())).isEqualTo("a reply");
        assertThat(model.calls).hasValue(1);
    }

    @Test
    void filesAndProgressGoIntoTheLog() {
        runtime(
                (order, task) -> {
                    task.progress("held until the claim has won");
                    task.awaitClaim();
                    var file = task.save("src/main.py", "print()".getBytes(StandardCharsets.UTF_8));
                    for (int i = 0; i < 10; i++) {
                        task.progress("x".repeat(Limits.PROGRESS_CHARS + i));
                    }
                    return planned(new String(task.read(file), StandardCharsets.UTF_8));
                },
                new CountingModel("unused"));
        JobId job = kafka.newJob();

        kafka.order(job, kafka.accept(job), 1);

        var completed = await().atMost(SOON).until(() -> kafka.events(job, TaskCompleted.class), e -> !e.isEmpty());
        assertThat(summary(completed.getFirst())).isEqualTo("print()");
        assertThat(kafka.events(job, TaskProgress.class))
                .extracting(TaskProgress::message)
                .hasSizeBetween(4, 8)
                .startsWith("held until the claim has won", "x".repeat(Limits.PROGRESS_CHARS));
        assertThat(kafka.events(job))
                .extracting(LoggedEvent::id)
                .contains(job + "/plan/1/progress/1", job + "/plan/1/progress/2");
    }

    @Test
    void aFailureIsToldWithTheEndOfItsDetail() {
        runtime(
                (order, task) -> {
                    var error = new ErrorInfo(ErrorCode.INVALID_MODEL_OUTPUT, "no plan", false);
                    throw new TaskFailure(error, "x".repeat(20_000) + "the end");
                },
                new CountingModel("unused"));
        JobId job = kafka.newJob();

        kafka.order(job, kafka.accept(job), 1);

        var failed = await().atMost(SOON)
                .until(() -> kafka.events(job, TaskFailed.class), e -> !e.isEmpty())
                .getFirst();
        assertThat(failed.error().code()).isEqualTo(ErrorCode.INVALID_MODEL_OUTPUT);
        assertThat(failed.detail()).hasSize(8 * 1024).endsWith("the end");
    }

    @Test
    void aStoppingWorkerHandsUnfinishedTasksBack() throws InterruptedException {
        var model = new BlockingModel();
        var impatient = new AgentSettings(16, Duration.ofSeconds(1), Duration.ZERO, 1_000);
        var runtime = runtime(AgentRuntimeIT::askOnce, model, impatient);
        JobId job = kafka.newJob();
        kafka.order(job, kafka.accept(job), 1);
        assertThat(model.asked.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

        runtime.stop();

        assertThat(kafka.events(job, TaskReleased.class))
                .containsExactly(new TaskReleased(TaskId.plan(), 1, runtime.worker()));
        assertThat(heartbeats(runtime).getLast().tasks()).isEmpty();
        assertThat(heartbeats(runtime).getLast().isDraining()).isTrue();
        assertThat(runtime.isRunning()).isFalse();
    }

    @Test
    void aStoppingWorkerLetsTasksFinish() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        var runtime = runtime(
                (order, task) -> {
                    begun.countDown();
                    mayEnd.await();
                    return nothing(order, task);
                },
                new CountingModel("unused"));
        JobId job = kafka.newJob();
        kafka.order(job, kafka.accept(job), 1);
        assertThat(begun.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

        Thread stopping = Thread.ofVirtual().start(runtime::stop);
        mayEnd.countDown();

        assertThat(stopping.join(SOON)).isTrue();
        assertThat(kafka.events(job, TaskCompleted.class)).hasSize(1);
        assertThat(kafka.events(job, TaskReleased.class)).isEmpty();
    }

    @Test
    void heartbeatsTellWhyTheAgentCannotWork() {
        var runtime = new AgentRuntime<>(
                Service.PLANNER,
                PlanOrder.class,
                AgentRuntimeIT::nothing,
                "test-model",
                new CountingModel("unused"),
                ModelNames.NONE,
                AgentSettings.withSlots(1),
                kafka.clients("planner-service-" + runtimes.size()),
                kafka.topics(),
                "test",
                () -> "its tools are missing; install them",
                Telemetry.NONE);
        runtimes.add(runtime);
        runtime.start();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(heartbeats(runtime)).anySatisfy(heartbeat -> {
                    assertThat(heartbeat.problem()).isEqualTo("its tools are missing; install them");
                    assertThat(heartbeat.isDraining()).isFalse();
                }));
    }

    @Test
    void heartbeatsNameTheTaskInHand() {
        var runtime = runtime(AgentRuntimeIT::askOnce, new BlockingModel());
        JobId job = kafka.newJob();

        kafka.order(job, kafka.accept(job), 1);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(heartbeats(runtime)).anySatisfy(heartbeat -> {
                    assertThat(heartbeat.tasks()).containsExactly(new Heartbeat.InFlight(job, TaskId.plan(), 1));
                    assertThat(heartbeat.service()).isEqualTo(Service.PLANNER);
                    assertThat(heartbeat.slots()).isEqualTo(16);
                    assertThat(heartbeat.version()).isEqualTo("test");
                }));
        kafka.append(job, new JobCancelRequested(null));
    }

    @Test
    void manyBlockingTasksRunAtOnceOnOneConsumer() throws InterruptedException {
        int orders = 200;
        var allRunning = new CountDownLatch(orders);
        runtime(
                (order, task) -> {
                    allRunning.countDown();
                    allRunning.await();
                    return nothing(order, task);
                },
                new CountingModel("unused"),
                AgentSettings.withSlots(orders));
        List<JobId> jobs = new ArrayList<>();

        for (int i = 0; i < orders; i++) {
            JobId job = kafka.newJob();
            jobs.add(job);
            kafka.order(job, kafka.accept(job), 1);
        }

        assertThat(allRunning.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        JobId last = jobs.getLast();
        await().atMost(SOON)
                .until(() -> !kafka.events(last, TaskCompleted.class).isEmpty());
    }

    @Test
    void aWorkerThatIsBusyForLongStaysAMemberAndHoldsNoOrderBack() {
        var mayEnd = new CountDownLatch(1);
        Agent<PlanOrder> agent = (order, task) -> {
            if (order.attempt() == 1) {
                mayEnd.await();
            }
            return nothing(order, task);
        };
        var busy = runtime(agent, new CountingModel("unused"), AgentSettings.withSlots(1));
        JobId slow = kafka.newJob();
        Since sinceSlow = kafka.accept(slow);
        kafka.order(slow, sinceSlow, 1);
        await().atMost(SOON).until(() -> kafka.events(slow, TaskStarted.class).size() == 1);
        JobId quick = kafka.newJob();
        kafka.order(quick, kafka.accept(quick), 2);

        runtime(agent, new CountingModel("unused"), AgentSettings.withSlots(1));

        await().atMost(Duration.ofSeconds(4))
                .until(() -> !kafka.events(quick, TaskCompleted.class).isEmpty());
        await().during(KafkaForTests.PATIENCE.plusSeconds(2))
                .atMost(SOON)
                .until(() -> kafka.members(Service.PLANNER) == 2
                        && kafka.events(slow, TaskStarted.class).size() == 1);
        mayEnd.countDown();
        await().atMost(SOON)
                .until(() -> !kafka.events(slow, TaskCompleted.class).isEmpty());
        assertThat(busy.health().trouble()).isNull();
    }

    @Test
    void aTailThatBeganLaterReadsBackTheCancelInBetween() {
        JobId cancelled = kafka.newJob();
        Since since = kafka.accept(cancelled);
        kafka.append(cancelled, new JobCancelRequested(null));
        JobId open = kafka.newJob();
        Since sinceOpen = kafka.accept(open);
        var model = new CountingModel("a reply");
        var runtime = runtime(AgentRuntimeIT::askOnce, model);

        kafka.order(cancelled, since, 1);
        kafka.order(open, sinceOpen, 1);

        await().atMost(SOON)
                .until(() -> !kafka.events(open, TaskCompleted.class).isEmpty());
        await().atMost(SOON).until(() -> runtime.health().tasksInHand() == 0);
        assertThat(kafka.events(cancelled, TaskCompleted.class)).isEmpty();
        assertThat(calls(cancelled)).isEmpty();
        assertThat(model.calls).hasValue(1);
    }

    private AgentRuntime<PlanOrder> runtime(Agent<PlanOrder> agent, LanguageModel model) {
        return runtime(agent, model, AgentSettings.withSlots(16));
    }

    private AgentRuntime<PlanOrder> runtime(Agent<PlanOrder> agent, LanguageModel model, AgentSettings settings) {
        var runtime = new AgentRuntime<>(
                Service.PLANNER,
                PlanOrder.class,
                agent,
                "test-model",
                model,
                settings,
                kafka.clients("planner-service-" + runtimes.size()),
                kafka.topics(),
                "test");
        runtimes.add(runtime);
        runtime.start();
        return runtime;
    }

    /** Runs one more order through the one partition; whatever came before it was taken before it. */
    private JobId afterAllOrdersSoFar() {
        JobId job = kafka.newJob();
        kafka.order(job, kafka.accept(job), 1);
        await().atMost(SOON).until(() -> !kafka.events(job, TaskCompleted.class).isEmpty());
        await().atMost(SOON)
                .until(() -> runtimes.stream().allMatch(r -> r.health().tasksInHand() == 0));
        return job;
    }

    private static Outcome askOnce(PlanOrder order, Task task) throws TaskFailure, InterruptedException {
        var question = new ModelRequest(
                "v1",
                "system",
                List.of(new ModelCall.Message("user", order.spec())),
                new OutputFormat.Files(task.nonce()),
                100);
        return planned(task.ask(question).text());
    }

    private static Outcome nothing(PlanOrder order, Task task) {
        return planned("nothing");
    }

    private static Outcome planned(String summary) {
        return new Outcome.Planned(new Plan(summary, "python", List.of(), List.of()), false);
    }

    private static String summary(TaskCompleted completed) {
        return ((Outcome.Planned) completed.outcome()).plan().summary();
    }

    private static List<ModelCall> calls(JobId job) {
        return kafka.records("model-calls").stream()
                .filter(record -> record.key().equals(job.value()))
                .map(record -> Json.read(record.value(), ModelCall.class))
                .toList();
    }

    private static List<Heartbeat> heartbeats(AgentRuntime<?> runtime) {
        return kafka.records("worker-heartbeats").stream()
                .filter(record -> record.key().equals(runtime.worker()))
                .map(record -> Json.read(record.value(), Heartbeat.class))
                .toList();
    }

    /** Answers at once, and counts. */
    private static final class CountingModel implements LanguageModel {

        private final AtomicInteger calls = new AtomicInteger();
        private final String reply;

        CountingModel(String reply) {
            this.reply = reply;
        }

        @Override
        public ModelReply reply(ModelRequest request, Caller pieces) {
            calls.incrementAndGet();
            return new ModelReply("scripted", reply, ModelReply.Stop.END, Usage.NONE, Fidelity.SCAFFOLD);
        }
    }

    /** Never answers; says when it was asked, and when interrupted. */
    private static final class BlockingModel implements LanguageModel {

        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch interrupted = new CountDownLatch(1);

        @Override
        public ModelReply reply(ModelRequest request, Caller pieces) throws InterruptedException {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
                throw new AssertionError("nobody counts down");
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }
    }

    private static String scheduled(JobId job, TaskId task) {
        return EventId.scheduled(job, task, 1).toString();
    }
}

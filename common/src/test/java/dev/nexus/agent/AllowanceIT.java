package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent.JobCancelRequested;
import dev.nexus.contract.JobEvent.TaskCompleted;
import dev.nexus.contract.JobEvent.TaskFailed;
import dev.nexus.contract.JobEvent.TaskScheduled;
import dev.nexus.contract.JobEvent.TaskStarted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.LedgerEntry;
import dev.nexus.contract.ModelCall;
import dev.nexus.contract.ModelCharge;
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
import dev.nexus.model.ModelException;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Workers with an allowance, and a model that has a price. */
class AllowanceIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String MODEL = "acme/large";
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
    void aCallThatMightExceedTheAllowanceIsNeverMade() {
        var model = new PricedModel("0.03", "0.02");
        worker(asking(3), model);
        JobId job = kafka.newJob();

        order(job, kafka.accept(job), 1, allowing("0.06", 0));

        TaskFailed failed = failure(job);
        assertThat(failed.error().code()).isEqualTo(ErrorCode.BUDGET_EXHAUSTED);
        assertThat(failed.error().message())
                .isEqualTo(
                        "the next call to acme/large may cost up to 0.03 USD, and 0.02 USD of the task's allowance of"
                                + " 0.06 USD are left; raise options.budgetUsd");
        assertThat(failed.usage().costUsd()).isEqualByComparingTo("0.04");
        assertThat(model.calls).hasValue(2);
        assertThat(ledger(job)).hasSize(2);
        assertThat(kafka.events(job, TaskStarted.class))
                .extracting(TaskStarted::allowanceUsd)
                .containsExactly(usd("0.06"));
    }

    @Test
    void whatALostWorkerSpentAndWasSpendingIsSpentForTheNextOne() throws InterruptedException {
        var lost = new PricedModel("0.03", "0.02").thatHangsInCall(3).withoutCharging();
        worker(asking(3), lost);
        JobId job = kafka.newJob();
        Since since = kafka.accept(job);
        order(job, since, 1, allowing("0.09", 0));
        lost.awaitHanging();
        var second = new PricedModel("0.03", "0.02");
        worker(asking(3), second);

        supersede(job, since, allowing("0.09", 0));

        TaskFailed failed = failure(job);
        assertThat(second.calls)
                .as("two were answered before, for the third nothing is left")
                .hasValue(0);
        assertThat(failed.attempt()).isEqualTo(2);
        assertThat(failed.error().code()).isEqualTo(ErrorCode.BUDGET_EXHAUSTED);
        assertThat(failed.usage().costUsd()).isEqualByComparingTo("0.07");
        assertThat(failed.usage().estimatedUsd()).isEqualByComparingTo("0.03");
        assertThat(failed.usage().reused()).isEqualTo(2);
        assertThat(failed.usage().inputTokens()).isEqualTo(20);
    }

    @Test
    void whatALostWorkerWasChargedIsCountedInsteadOfGuessed() throws InterruptedException {
        var lost = new PricedModel("0.03", "0.02").thatHangsInCall(3);
        worker(asking(3), lost);
        JobId job = kafka.newJob();
        Since since = kafka.accept(job);
        order(job, since, 1, allowing("0.09", 0));
        lost.awaitHanging();

        kafka.append(job, new TaskScheduled(TaskId.plan(), 2, usd("0.09")));
        await().atMost(SOON).until(() -> ledger(job).size() == 3);
        order(job, since, 2, allowing("0.09", 0));

        var completed = await().atMost(SOON).until(() -> kafka.events(job, TaskCompleted.class), e -> !e.isEmpty());
        Usage usage = completed.getFirst().usage();
        assertThat(usage.costUsd()).isEqualByComparingTo("0.07"); // two replies, a charge of 0.01, and one reply more
        assertThat(usage.estimatedUsd()).isEqualByComparingTo("0.01");
        assertThat(usage.calls()).isEqualTo(1);
        assertThat(kafka.events(job, TaskFailed.class)).isEmpty();
    }

    @Test
    void anAttemptThatFailsBeforeItAsksTellsWhatTheLostOneSpent() throws InterruptedException {
        var lost = new PricedModel("0.03", "0.02").thatHangsInCall(2).withoutCharging();
        worker(
                (order, task) -> {
                    if (order.attempt() == 2) {
                        throw TaskFailure.of(ErrorCode.NOT_FOUND, "a file is gone");
                    }
                    return asking(2).run(order, task);
                },
                lost);
        JobId job = kafka.newJob();
        Since since = kafka.accept(job);
        order(job, since, 1, allowing("0.09", 0));
        lost.awaitHanging();

        supersede(job, since, allowing("0.09", 0));

        assertThat(failure(job).usage().costUsd()).isEqualByComparingTo("0.02");
    }

    @Test
    void withoutABudgetTheNextAttemptTellsWhatTheLostOneSpent() throws InterruptedException {
        var model = new PricedModel("0.03", "0.02").thatHangsInCall(2).withoutCharging();
        worker(asking(2), model);
        JobId job = kafka.newJob();
        Since since = kafka.accept(job);
        order(job, since, 1, null);
        model.awaitHanging();

        supersede(job, since, new Terms(null, 0, null));

        var completed = await().atMost(SOON).until(() -> kafka.events(job, TaskCompleted.class), e -> !e.isEmpty());
        assertThat(completed.getFirst().usage())
                .isEqualTo(new Usage(1, 1, 20, 10, usd("0.04"), null, null, null, null));
    }

    @Test
    void aCancelledCallIsOnRecordWithWhatItMayHaveCost() throws InterruptedException {
        var model = new PricedModel("0.03", "0.02").thatHangsInCall(1);
        var runtime = worker(asking(1), model);
        JobId job = kafka.newJob();
        order(job, kafka.accept(job), 1, allowing("0.09", 0));
        model.awaitHanging();

        kafka.append(job, new JobCancelRequested(null));

        await().atMost(SOON).until(() -> runtime.health().tasksInHand() == 0);
        assertThat(ledger(job)).singleElement().isInstanceOfSatisfying(ModelCharge.class, charge -> {
            assertThat(charge.reason()).isEqualTo("cancelled");
            assertThat(charge.usage().estimatedUsd()).isEqualByComparingTo("0.01");
            assertThat(charge.ordinal()).isEqualTo(1);
        });
        assertThat(kafka.events(job, TaskFailed.class)).isEmpty();
    }

    private AgentRuntime<PlanOrder> worker(Agent<PlanOrder> agent, LanguageModel model) {
        var runtime = new AgentRuntime<>(
                Service.PLANNER,
                PlanOrder.class,
                agent,
                MODEL,
                model,
                AgentSettings.withSlots(16),
                kafka.clients("planner-service-" + runtimes.size()),
                kafka.topics(),
                "test");
        runtimes.add(runtime);
        runtime.start();
        return runtime;
    }

    /** Asks so many questions, one after the other. */
    private static Agent<PlanOrder> asking(int questions) {
        return (order, task) -> {
            for (int i = 1; i <= questions; i++) {
                task.ask(new ModelRequest(
                        "v1",
                        "system",
                        List.of(new ModelCall.Message("user", "question " + i)),
                        new OutputFormat.Files(task.nonce()),
                        100));
            }
            return new Outcome.Planned(new Plan("done", "python", List.of(), List.of()), false);
        };
    }

    private static void order(JobId job, Since since, int attempt, Terms terms) {
        var order = new PlanOrder(TaskId.plan(), attempt, since, "spec", true, terms);
        kafka.send(Topic.PLAN_REQUESTS, job.value(), Json.write(order));
    }

    /** What the gateway does about an attempt whose worker it takes for lost. */
    private static void supersede(JobId job, Since since, Terms terms) {
        order(job, since, 2, terms);
        kafka.append(job, new TaskScheduled(TaskId.plan(), 2, terms.allowanceUsd()));
    }

    private static TaskFailed failure(JobId job) {
        return await().atMost(SOON)
                .until(() -> kafka.events(job, TaskFailed.class), e -> !e.isEmpty())
                .getFirst();
    }

    private static List<LedgerEntry> ledger(JobId job) {
        return kafka.records("model-calls").stream()
                .filter(record -> record.key().equals(job.value()))
                .map(record -> Json.read(record.value(), LedgerEntry.class))
                .toList();
    }

    private static Terms allowing(String usd, int settled) {
        return new Terms(usd(usd), settled, null);
    }

    private static BigDecimal usd(String usd) {
        return new BigDecimal(usd);
    }

    /** Asks for leave, answers at once, and costs. In one of its calls it hangs, the first time that it is asked there. */
    private static final class PricedModel implements LanguageModel {

        private final BigDecimal worstCase;
        private final BigDecimal cost;
        private final AtomicInteger calls = new AtomicInteger();
        private final CountDownLatch hanging = new CountDownLatch(1);
        private int hangsIn;
        private boolean charges = true;

        PricedModel(String worstCase, String cost) {
            this.worstCase = usd(worstCase);
            this.cost = usd(cost);
        }

        PricedModel thatHangsInCall(int number) {
            hangsIn = number;
            return this;
        }

        /** As one whose process is killed. */
        PricedModel withoutCharging() {
            charges = false;
            return this;
        }

        void awaitHanging() throws InterruptedException {
            assertThat(hanging.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public ModelReply reply(ModelRequest request, Caller caller) throws ModelException, InterruptedException {
            caller.reserve(MODEL, worstCase);
            if (calls.incrementAndGet() == hangsIn) {
                hanging.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    if (charges) {
                        BigDecimal estimate = usd("0.01");
                        Thread.currentThread().interrupt(); // as an impatient caller might
                        caller.charge(MODEL, "cancelled", new Usage(0, 0, 10, 1, estimate, null, null, null, estimate));
                    }
                    throw e;
                }
            }
            return new ModelReply(
                    MODEL, "an answer", ModelReply.Stop.END, new Usage(1, 0, 10, 5, cost), Fidelity.IMPLEMENTATION);
        }
    }
}

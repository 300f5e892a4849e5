package dev.nexus.agent;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobEvent.TaskCompleted;
import dev.nexus.contract.JobEvent.TaskFailed;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.core.JacksonException;

/** Carries out one claimed attempt, from the agent's first line to the acknowledged result. */
final class TaskRun<O extends Order> implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(TaskRun.class);
    private static final int DETAIL_CHARS = 8 * 1024;

    private final O order;
    private final Agent<O> agent;
    private final Attempt attempt;
    private final Workbench bench;
    private final Consumer<Attempt> whenDone;

    /** @param whenDone called in every case, when nothing more will come of this attempt */
    TaskRun(O order, Agent<O> agent, Attempt attempt, Workbench bench, Consumer<Attempt> whenDone) {
        this.order = order;
        this.agent = agent;
        this.attempt = attempt;
        this.bench = bench;
        this.whenDone = whenDone;
    }

    @Override
    public void run() {
        var task = new RunningTask(attempt, order.terms(), bench);
        try (var _ = MDC.putCloseable("jobId", attempt.job().value());
                var _ = MDC.putCloseable("taskId", attempt.task().toString());
                var _ = MDC.putCloseable("traceId", Envelope.traceId(attempt.job()));
                var told = bench.telemetry().invoke(attempt, task.model())) {
            attempt.runsOn(Thread.currentThread());
            JobEvent result = result(task);
            if (result instanceof TaskFailed) {
                attempt.awaitWon(); // a loser's failure would take the event id of the winner's result
            }
            if (!attempt.isLost()) {
                append(result, task);
                told.ended(result);
            }
        } catch (InterruptedException e) {
            log.debug("attempt {} ends without a result: {}", attempt, attempt.standing());
        } finally {
            whenDone.accept(attempt);
        }
    }

    private JobEvent result(RunningTask task) throws InterruptedException {
        try {
            Outcome outcome = Objects.requireNonNull(agent.run(order, task), "the agent gave no outcome");
            return new TaskCompleted(
                    attempt.task(), attempt.number(), bench.worker(), outcome, task.usage(), task.fidelity());
        } catch (TaskFailure e) {
            log.info("attempt {} failed: {}", attempt, e.error().code());
            return failed(task, e.error(), e.detail());
        } catch (InterruptedException e) {
            if (attempt.isLost()) {
                throw e;
            }
            return defect(task, e);
        } catch (RuntimeException | Error e) {
            return defect(task, e);
        }
    }

    private void append(JobEvent result, RunningTask task) throws InterruptedException {
        try {
            Durably.append(() -> bench.events().append(attempt.job(), result));
        } catch (RecordTooLargeException | JacksonException e) {
            JobEvent instead = defect(task, e);
            Durably.append(() -> bench.events().append(attempt.job(), instead));
        }
    }

    private JobEvent defect(RunningTask task, Throwable cause) throws InterruptedException {
        if (!attempt.isLost()) { // else it is how the agent took the interruption
            log.error("attempt {} met a defect", attempt, cause);
        }
        String message = "the agent met a defect (" + cause.getClass().getSimpleName() + "); the log of "
                + bench.worker() + " has the details";
        return failed(task, new ErrorInfo(ErrorCode.INTERNAL_ERROR, message, true), null);
    }

    private JobEvent failed(RunningTask task, ErrorInfo error, @Nullable String detail) throws InterruptedException {
        String end = detail == null ? null : Text.last(DETAIL_CHARS, detail);
        return new TaskFailed(attempt.task(), attempt.number(), bench.worker(), error, task.usage(), end);
    }
}

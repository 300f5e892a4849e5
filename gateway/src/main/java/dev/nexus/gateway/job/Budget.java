package dev.nexus.gateway.job;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Order;
import dev.nexus.contract.Replay;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Terms;
import dev.nexus.contract.Usd;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a job may spend on model calls, in US dollars, and how that is shared: an order carries what its task may spend, and
 * nothing is given to two at a time.
 *
 * @param limit for the job as a whole
 * @param spent by attempts that have told their result, with the most that others may have spent who never will
 * @param outstanding what those that have not are allowed to spend
 */
record Budget(BigDecimal limit, BigDecimal spent, BigDecimal outstanding) {

    /** Of an allowance; what is less stays unshared. */
    private static final int DECIMALS = 9;

    /** The budget of a job; null if it has none. */
    static @Nullable Budget of(JobState job) {
        BigDecimal limit = job.request().options().budgetUsd();
        if (limit == null) {
            return null;
        }
        BigDecimal outstanding = job.tasks().values().stream()
                .map(TaskState::outstandingUsd)
                .filter(Objects::nonNull)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal spent = job.tasks().values().stream()
                .map(TaskState::untoldUsd)
                .reduce(job.usage().costUsd(), BigDecimal::add);
        return new Budget(limit, spent, outstanding);
    }

    /** What can be given to further tasks; below 0 if something cost more than it was to. */
    BigDecimal available() {
        return limit.subtract(spent).subtract(outstanding);
    }

    /** Whether some of it may come back, because a task that is under way need not spend all that it is allowed. */
    private boolean isOutstanding() {
        return outstanding.signum() > 0;
    }

    /**
     * Those of the due orders that can be sent now, each on its terms. An attempt that takes the place of one without a
     * result has the same allowance again: what that one spent, its worker finds on {@code model-calls} and counts. All
     * others share what is available, equally. When a task ran short, nothing more is begun until everything has come back,
     * and then it has all of it.
     */
    static Stream<Order> onTerms(JobState job, List<Order> due) {
        Budget budget = of(job);
        List<Order> sent = new ArrayList<>();
        List<Order> sharing = new ArrayList<>();
        for (Order order : due) {
            BigDecimal allowed =
                    job.task(order.task()).map(TaskState::outstandingUsd).orElse(null);
            if (budget == null || allowed != null || order instanceof Order.RunTestsOrder) {
                sent.add(onTerms(job, order, allowed));
            } else {
                sharing.add(order);
            }
        }
        if (budget == null || sharing.isEmpty()) {
            return sent.stream();
        }
        Order starved = sharing.stream()
                .filter(order -> job.task(order.task())
                        .filter(task -> task.latest().ranShort())
                        .isPresent())
                .findFirst()
                .orElse(null);
        if (budget.isOutstanding() && (starved != null || budget.available().signum() <= 0)) {
            return sent.stream();
        }
        List<Order> next = starved == null ? sharing : List.of(starved);
        BigDecimal share = budget.share(next.size());
        return Stream.concat(sent.stream(), next.stream().map(order -> onTerms(job, order, share)));
    }

    private static Order onTerms(JobState job, Order order, @Nullable BigDecimal allowance) {
        int settled = job.task(order.task()).map(TaskState::settled).orElse(0);
        Replay replay = job.request().replay();
        Terms.Replay ofTask =
                replay == null ? null : replay.forTasksOf(order.task().kind().service());
        boolean isWithoutTerms = allowance == null && settled == order.attempt() - 1 && ofTask == null;
        return isWithoutTerms ? order : order.on(new Terms(allowance, settled, ofTask));
    }

    private BigDecimal share(int tasks) {
        BigDecimal available = available().max(BigDecimal.ZERO);
        return tasks == 1 ? available : available.divide(BigDecimal.valueOf(tasks), DECIMALS, RoundingMode.DOWN);
    }

    /**
     * The event, allowing no more than there is: two drivers that know the log differently far may announce the same money,
     * and then the first one in the log has it, everywhere.
     */
    static JobEvent.OfTask within(JobState job, JobEvent.OfTask event) {
        if (!(event instanceof JobEvent.TaskScheduled(TaskId task, int attempt, BigDecimal told)) || told == null) {
            return event;
        }
        Budget budget = of(job);
        if (budget == null) {
            return event;
        }
        BigDecimal own = job.task(task).map(TaskState::outstandingUsd).orElse(BigDecimal.ZERO);
        BigDecimal most = budget.available().add(own).max(BigDecimal.ZERO);
        return new JobEvent.TaskScheduled(task, attempt, told.min(most));
    }

    /** Whether an attempt that ran short can be followed by one that has more than that one had left. */
    static boolean mayGiveMore(JobState job, Attempt attempt) {
        Budget budget = of(job);
        if (budget == null || attempt.failure() == null) {
            return false;
        }
        BigDecimal allowed = Objects.requireNonNullElse(attempt.allowanceUsd(), BigDecimal.ZERO);
        BigDecimal left = allowed.subtract(attempt.failure().usage().costUsd());
        return budget.isOutstanding() || budget.available().compareTo(left) > 0;
    }

    /** Why the job ends. */
    static ErrorInfo exhausted(JobState job, TaskId task, ErrorInfo why) {
        Budget budget = of(job);
        if (budget == null) {
            return why;
        }
        return new ErrorInfo(
                ErrorCode.BUDGET_EXHAUSTED,
                Usd.text(budget.spent()) + " of the budget of " + Usd.text(budget.limit()) + " are spent; task " + task
                        + ": " + why.message() + " (its default and its limit: nexus.budget.per-job-usd)",
                false);
    }
}

package dev.nexus.gateway.intake;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobEvent.PlanApproved;
import dev.nexus.contract.JobId;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.PlanApproval;
import dev.nexus.gateway.log.JobFeed;
import dev.nexus.gateway.log.JobTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes what a human answers about the plan of a job: the only code that does, for HTTP and for Kafka. */
public final class Approvals {

    private static final Duration READ_BACK = Duration.ofSeconds(10);

    private final EventLog events;
    private final JobTable jobs;
    private final Supplier<CompletableFuture<Void>> caughtUp;

    /** @param caughtUp completes when all that is in the log now was read */
    public Approvals(EventLog events, JobTable jobs, Supplier<CompletableFuture<Void>> caughtUp) {
        this.events = events;
        this.jobs = jobs;
        this.caughtUp = caughtUp;
    }

    /**
     * Completes with the job when this answer counts, also if an equal one came before; fails with {@link InvalidRequest} if
     * another one was first, or the job does not wait for one about that plan.
     */
    public CompletableFuture<JobState> take(JobFeed job, JobEvent.OfPlan answer) {
        return refusal(job.state(), answer) == null
                ? write(job, answer)
                // what other replicas know may be unread here: nothing is refused for what was not read to the end
                : caughtUp.get().thenCompose(_ -> write(job, answer));
    }

    /** Likewise, if the job is not at hand. */
    public CompletableFuture<JobState> take(JobId id, JobEvent.OfPlan answer) {
        return jobs.find(id)
                .thenCompose(found -> found.map(job -> take(job, answer))
                        .orElseGet(() -> CompletableFuture.failedFuture(conflict("job " + id + " was deleted"))));
    }

    private CompletableFuture<JobState> write(JobFeed job, JobEvent.OfPlan answer) {
        JobState before = job.state();
        String refusal = refusal(before, answer);
        if (refusal != null) {
            return CompletableFuture.failedFuture(conflict(refusal));
        }
        if (before.approval().answer() != null) {
            return CompletableFuture.completedFuture(before);
        }
        return events.append(before.id(), plain(answer))
                .thenCompose(_ -> jobs.await(
                        job,
                        state -> !state.approval().isAwaited() || state.status().isFinal(),
                        READ_BACK))
                .thenApply(after -> {
                    String tooLate = refusal(after, answer);
                    if (tooLate != null) {
                        throw new CompletionException(conflict(tooLate));
                    }
                    return after;
                });
    }

    /** A plan that was sent along unchanged was not changed. */
    private static JobEvent.OfPlan plain(JobEvent.OfPlan answer) {
        return answer instanceof PlanApproved(String hash, var plan)
                        && plan != null
                        && plan.hash().equals(hash)
                ? new PlanApproved(hash, null)
                : answer;
    }

    /** Why this answer can't count; null if it can, or does. */
    private static @Nullable String refusal(JobState job, JobEvent.OfPlan answer) {
        PlanApproval approval = job.approval();
        String status = "job " + job.id() + " is " + job.status().wire();
        if (approval.planHash() == null) {
            return status
                    + (job.asksForApproval()
                            ? " and has no plan to approve" + (job.status().isFinal() ? "" : " yet; ask again later")
                            : " and asks nobody; submit one with options.approval to be asked");
        }
        if (!approval.planHash().equals(answer.planHash())) {
            return "planHash names another plan than that of job " + job.id()
                    + "; look at it again with GET /jobs/{id}, and send the planHash that it shows";
        }
        JobEvent.OfPlan first = approval.answer();
        if (first == null) {
            return job.status().isFinal() ? status + " already; there is nothing to approve" : null;
        }
        return first.equals(plain(answer)) ? null : told(first) + job.id();
    }

    private static String told(JobEvent.OfPlan first) {
        return switch (first) {
            case PlanApproved e ->
                "the plan was approved already, " + (e.plan() == null ? "as it is" : "with changes") + ", in job ";
            case JobEvent.PlanRejected _ -> "the plan was rejected already in job ";
        };
    }

    private static InvalidRequest conflict(String message) {
        return new InvalidRequest(ErrorCode.CONFLICT, message, List.of());
    }
}

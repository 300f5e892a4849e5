package dev.nexus.gateway.job;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Plan;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * What a human was asked about the plan of a job, and what was answered. An answer names its plan by the hash, and the first
 * one in the log counts for that plan: what names another one settles nothing, and keeps no right one from counting.
 *
 * @param planHash of the plan that was asked about; null if nothing was asked
 * @param answers the first to each plan, by its hash
 * @param askedAt null likewise
 * @param answeredAt null while the answer is awaited
 */
public record PlanApproval(
        @Nullable String planHash,
        PMap<String, JobEvent.OfPlan> answers,
        @Nullable Instant askedAt,
        @Nullable Instant answeredAt) {

    static final PlanApproval NONE = new PlanApproval(null, HashTreePMap.empty(), null, null);

    PlanApproval asked(Plan plan, Instant at) {
        String hash = plan.hash();
        return new PlanApproval(hash, answers, at, answers.containsKey(hash) ? at : null);
    }

    PlanApproval answered(JobEvent.OfPlan answer, Instant at) {
        if (answers.containsKey(answer.planHash())) {
            return this;
        }
        return new PlanApproval(
                planHash,
                answers.plus(answer.planHash(), answer),
                askedAt,
                answer.planHash().equals(planHash) ? at : answeredAt);
    }

    /** The answer that counts; null if there is none, or nothing was asked. */
    public JobEvent.@Nullable OfPlan answer() {
        return planHash == null ? null : answers.get(planHash);
    }

    public boolean isAwaited() {
        return planHash != null && answer() == null;
    }

    public boolean isApproved() {
        return answer() instanceof JobEvent.PlanApproved;
    }

    /** Whether the answer has been awaited for that long. */
    boolean isOverdue(Duration limit, Instant now) {
        return isAwaited() && askedAt != null && !now.isBefore(askedAt.plus(limit));
    }

    /** How long the answer took; nothing while it is awaited. */
    Duration waited() {
        return askedAt == null || answeredAt == null ? Duration.ZERO : Duration.between(askedAt, answeredAt);
    }
}

package dev.nexus.gateway.job;

import dev.nexus.contract.Approval;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.EventId;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobEvent.TaskCompleted;
import dev.nexus.contract.JobEvent.TaskFailed;
import dev.nexus.contract.JobEvent.TaskStarted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestQuality;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePSet;
import org.pcollections.OrderedPMap;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * A job as its events tell it. Every replica folds the same log, so every replica holds the same state.
 *
 * @param since where it begins in the log
 * @param seq how many distinct facts were told up to the final event; the last one's SSE id
 * @param artefacts the newest file at each path, in the order in which the paths appeared; once the job has failed, those
 *     of its best round
 * @param plan to be built: what a human has made of it, once it was approved
 * @param report of the newest test run; once the job has failed, of its best round
 * @param bestRound the number of the round in which most tests passed so far, the first of equals; null if none was tested
 */
public record JobState(
        JobId id,
        JobAccepted request,
        Since since,
        JobStatus status,
        long seq,
        PSet<String> ids,
        PMap<TaskId, TaskState> tasks,
        PMap<String, ArtefactRef> artefacts,
        @Nullable Plan plan,
        PlanApproval approval,
        @Nullable TestReport report,
        @Nullable Integer bestRound,
        @Nullable Verdict verdict,
        @Nullable ErrorInfo error,
        Usage usage,
        Fidelity fidelity,
        boolean cancelRequested,
        boolean deleted,
        Instant updatedAt) {

    /** The state that the first {@code job.accepted} of a job gives. */
    public static JobState accepted(LoggedEvent first, JobAccepted request) {
        PMap<String, ArtefactRef> files = OrderedPMap.empty();
        for (ArtefactRef file : request.files()) {
            files = files.plus(file.path(), file);
        }
        JobState state = new JobState(
                first.job(),
                request,
                new Since(first.partition(), first.offset(), first.time()),
                JobStatus.QUEUED,
                1,
                HashTreePSet.singleton(first.id()),
                OrderedPMap.empty(),
                files,
                null,
                PlanApproval.NONE,
                null,
                null,
                null,
                null,
                Usage.NONE,
                Fidelity.IMPLEMENTATION,
                false,
                false,
                first.time());
        return request.plan() == null
                ? state
                : state.change().planned(request.plan(), first.time()).build();
    }

    /** The state that {@code next} leads to; this one itself if {@code next} tells nothing new. */
    public JobState after(LoggedEvent next) {
        EventId.Fact fact = EventId.parse(id, next.id()).fact();
        if (ids.contains(next.id()) || fact == EventId.Fact.REJECTED) {
            return this; // a repeat, or about a request that never became part of this job
        }
        if (status.isFinal()) {
            return mayFollowTheEnd(next) ? change().deleted().build() : this;
        }
        Change counted = change().counting(next);
        return switch (next.event()) {
            case JobEvent.OfTask e -> taskAfter(counted, e, next.time());
            case JobEvent.JobCancelRequested _ -> counted.cancelRequested().build();
            case JobEvent.JobCompleted e ->
                counted.ended(JobStatus.COMPLETED, e.verdict(), null).build();
            case JobEvent.JobFailed e ->
                counted.keeping(e.bestRound())
                        .ended(JobStatus.FAILED, e.verdict(), e.error())
                        .build();
            case JobEvent.JobCancelled _ ->
                counted.ended(JobStatus.CANCELLED, null, null).build();
            case JobAccepted _ -> this; // same id as the first, so never reached
            case JobEvent.JobRejected _, JobEvent.JobDeleted _ -> counted.build();
            case JobEvent.OfPlan e ->
                asksForApproval() ? counted.answered(e, next.time()).build() : counted.build();
            case JobEvent.Unrecognised e -> byEnvelope(counted, fact, e.type());
        };
    }

    /** What its tasks may have spent that nobody has told by now. */
    public List<Untold> untold() {
        return tasks.values().stream().flatMap(task -> task.untold().stream()).toList();
    }

    /** Whether the event, if it is news to an open job, is its final one. */
    public static boolean ends(LoggedEvent event) {
        return (event.event() instanceof JobEvent.Final || event.event() instanceof JobEvent.Unrecognised)
                && EventId.parse(event.job(), event.id()).fact() == EventId.Fact.FINAL;
    }

    /** The status of the job that this event, its final one, ends. */
    public static JobStatus statusAfter(LoggedEvent last) {
        return statusAfter(last.event().type());
    }

    private static JobStatus statusAfter(String type) {
        return switch (type) {
            case "job.completed" -> JobStatus.COMPLETED;
            case "job.cancelled" -> JobStatus.CANCELLED;
            default -> JobStatus.FAILED;
        };
    }

    /** Whether the event tells something of a job that is final: only that it is deleted. */
    public static boolean mayFollowTheEnd(LoggedEvent event) {
        return EventId.parse(event.job(), event.id()).fact() == EventId.Fact.DELETED;
    }

    /** What a newer version wrote ends or cancels the job here too, so that every version counts the same. */
    private static JobState byEnvelope(Change counted, EventId.Fact fact, String type) {
        return switch (fact) {
            case FINAL -> counted.ended(statusAfter(type), null, null).build();
            case CANCEL -> counted.cancelRequested().build();
            case ACCEPTED, REJECTED, APPROVAL, DELETED, SCHEDULED, STARTED, RELEASED, PROGRESS, RESULT, UNKNOWN ->
                counted.build();
        };
    }

    private JobState taskAfter(Change counted, JobEvent.OfTask event, Instant at) {
        TaskState before = tasks.getOrDefault(event.task(), TaskState.named(event.task()));
        TaskState after = before.after(Budget.within(this, event), at);
        counted.task(after);
        switch (event) {
            case TaskStarted _ -> counted.inProgress();
            case TaskFailed e -> counted.used(e.usage());
            case TaskCompleted e -> {
                counted.used(e.usage());
                if (!before.isCompleted()) {
                    counted.outcome(e, at);
                }
            }
            case JobEvent.TaskScheduled _, JobEvent.TaskProgress _, JobEvent.TaskReleased _ -> {}
        }
        return counted.build();
    }

    /** Whether somebody has to approve the plan before it is built. */
    public boolean asksForApproval() {
        return request.options().approval() == Approval.PLAN;
    }

    /** The task, if anything was told of it yet. */
    public Optional<TaskState> task(TaskId task) {
        return Optional.ofNullable(tasks.get(task));
    }

    /** What was found of the tests that the job has now; null if it was given them, or they are still to be written. */
    public @Nullable TestQuality testQuality() {
        return tasks.values().stream()
                .filter(task -> task.id().kind() == TaskId.Kind.TESTS)
                .map(TaskState::completion)
                .map(completion -> completion == null ? null : completion.outcome())
                .map(outcome -> outcome instanceof Outcome.Written written ? written.quality() : null)
                .filter(Objects::nonNull)
                .reduce(null, (earlier, later) -> later);
    }

    public Instant createdAt() {
        return since.time();
    }

    private Change change() {
        return new Change(this);
    }

    /** The next state in the making: a record of this size has no use for eighteen-argument withers. */
    private static final class Change {
        private final JobState from;
        private JobStatus status;
        private long seq;
        private PSet<String> ids;
        private PMap<TaskId, TaskState> tasks;
        private PMap<String, ArtefactRef> artefacts;
        private @Nullable Plan plan;
        private PlanApproval approval;
        private @Nullable TestReport report;
        private @Nullable Integer bestRound;
        private @Nullable Verdict verdict;
        private @Nullable ErrorInfo error;
        private Usage usage;
        private Fidelity fidelity;
        private boolean cancelRequested;
        private boolean deleted;
        private Instant updatedAt;

        Change(JobState from) {
            this.from = from;
            this.status = from.status;
            this.seq = from.seq;
            this.ids = from.ids;
            this.tasks = from.tasks;
            this.artefacts = from.artefacts;
            this.plan = from.plan;
            this.approval = from.approval;
            this.report = from.report;
            this.bestRound = from.bestRound;
            this.verdict = from.verdict;
            this.error = from.error;
            this.usage = from.usage;
            this.fidelity = from.fidelity;
            this.cancelRequested = from.cancelRequested;
            this.deleted = from.deleted;
            this.updatedAt = from.updatedAt;
        }

        Change counting(LoggedEvent next) {
            ids = ids.plus(next.id());
            seq++;
            updatedAt = next.time();
            return this;
        }

        Change deleted() {
            deleted = true;
            return this;
        }

        Change cancelRequested() {
            cancelRequested = true;
            return this;
        }

        Change inProgress() {
            status = JobStatus.IN_PROGRESS;
            return this;
        }

        Change used(Usage more) {
            usage = usage.plus(more);
            return this;
        }

        Change task(TaskState task) {
            tasks = tasks.plus(task.id(), task);
            return this;
        }

        Change planned(Plan made, Instant at) {
            plan = made;
            if (from.asksForApproval()) {
                approval = approval.asked(made, at);
                takeEdited();
            }
            return this;
        }

        Change answered(JobEvent.OfPlan answer, Instant at) {
            approval = approval.answered(answer, at);
            takeEdited();
            return this;
        }

        private void takeEdited() {
            if (approval.answer() instanceof JobEvent.PlanApproved approved && approved.plan() != null) {
                plan = approved.plan();
            }
        }

        /** A plan that waits holds the job, whatever else is told of tasks. */
        private JobStatus standing() {
            if (status.isFinal()) {
                return status;
            }
            return approval.isAwaited()
                    ? JobStatus.AWAITING_APPROVAL
                    : status == JobStatus.AWAITING_APPROVAL ? JobStatus.IN_PROGRESS : status;
        }

        Change outcome(TaskCompleted completed, Instant at) {
            fidelity = fidelity.and(completed.fidelity());
            switch (completed.outcome()) {
                case Outcome.Planned e -> planned(e.plan(), at);
                case Outcome.Written _ -> wrote(Objects.requireNonNull(tasks.get(completed.task())));
                case Outcome.Tested e -> {
                    report = e.report();
                    bestRound = Round.best(tasks.values());
                }
            }
            return this;
        }

        private void wrote(TaskState task) {
            TestLock lock = new TestLock(from.request, tasks.values());
            if (lock.isReview(task)) {
                Round best = Round.best(Round.of(from));
                artefacts = best == null ? artefacts : best.files();
            }
            lock.counting(task).forEach(file -> artefacts = artefacts.plus(file.path(), file));
        }

        /** Leaves the job with the files and the report of this round; as they are, if there is no such round. */
        Change keeping(@Nullable Integer round) {
            bestRound = round;
            for (Round each : Round.of(from)) {
                if (round != null && each.number() == round) {
                    report = each.report();
                    artefacts = each.files();
                }
            }
            return this;
        }

        Change ended(JobStatus as, @Nullable Verdict with, @Nullable ErrorInfo why) {
            status = as;
            verdict = with;
            error = why;
            ids = HashTreePSet.empty(); // what comes after the end is not counted, so nothing is compared any more
            return this;
        }

        JobState build() {
            return new JobState(
                    from.id,
                    from.request,
                    from.since,
                    standing(),
                    seq,
                    ids,
                    tasks,
                    artefacts,
                    plan,
                    approval,
                    report,
                    bestRound,
                    verdict,
                    error,
                    usage,
                    fidelity,
                    cancelRequested,
                    deleted,
                    updatedAt);
        }
    }
}

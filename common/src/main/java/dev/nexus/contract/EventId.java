package dev.nexus.contract;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code ce_id} says: which fact about which job this is. Equal facts have equal ids, so a repeat is recognised
 * by its envelope alone. Form: {@code <job>/<fact>} or {@code <job>/<task>/<attempt>/<fact>[/<detail>]}.
 *
 * @param task null for a fact about the job as a whole
 * @param attempt 0 for a fact about the job as a whole
 * @param detail the worker of a claim or release, the number of a progress event, the hash of the plan that an approval is
 *     about; else empty
 */
public record EventId(JobId job, @Nullable TaskId task, int attempt, Fact fact, String detail) {

    /** What an id can speak of. */
    public enum Fact {
        ACCEPTED,
        REJECTED,
        CANCEL,
        APPROVAL,
        FINAL,
        DELETED,
        SCHEDULED,
        STARTED,
        RELEASED,
        PROGRESS,
        RESULT,
        /** A newer version's; it counts, and says nothing to this one. */
        UNKNOWN;

        private final String wire = name().toLowerCase(Locale.ROOT);
    }

    private static final Map<String, Fact> FACTS =
            Arrays.stream(Fact.values()).collect(Collectors.toUnmodifiableMap(fact -> fact.wire, fact -> fact));

    /** The id of {@code event}; {@code detail} is the progress number or the refused record, else unused. */
    public static EventId of(JobId job, JobEvent event, String detail) {
        return switch (event) {
            case JobEvent.JobAccepted _ -> ofJob(job, Fact.ACCEPTED, "");
            case JobEvent.JobRejected _ -> ofJob(job, Fact.REJECTED, detail);
            case JobEvent.JobCancelRequested _ -> ofJob(job, Fact.CANCEL, "");
            case JobEvent.OfPlan e -> ofJob(job, Fact.APPROVAL, e.planHash()); // of another plan it is another fact
            case JobEvent.Final _ -> ofJob(job, Fact.FINAL, "");
            case JobEvent.JobDeleted _ -> ofJob(job, Fact.DELETED, "");
            case JobEvent.TaskScheduled e -> scheduled(job, e.task(), e.attempt());
            case JobEvent.TaskStarted e -> new EventId(job, e.task(), e.attempt(), Fact.STARTED, e.worker());
            case JobEvent.TaskReleased e -> new EventId(job, e.task(), e.attempt(), Fact.RELEASED, e.worker());
            case JobEvent.TaskProgress e -> new EventId(job, e.task(), e.attempt(), Fact.PROGRESS, detail);
            case JobEvent.TaskCompleted e -> new EventId(job, e.task(), e.attempt(), Fact.RESULT, "");
            case JobEvent.TaskFailed e -> new EventId(job, e.task(), e.attempt(), Fact.RESULT, "");
            case JobEvent.Unrecognised _ ->
                throw new IllegalArgumentException("an unrecognised event is never written");
        };
    }

    public static EventId scheduled(JobId job, TaskId task, int attempt) {
        return new EventId(job, task, attempt, Fact.SCHEDULED, "");
    }

    /** Whether {@code text} has the form of an id that is about one task, or about something that this version ignores. */
    public static boolean isBelowJob(JobId job, String text) {
        return text.startsWith(job.value()) && text.indexOf('/', job.value().length() + 1) > 0;
    }

    private static EventId ofJob(JobId job, Fact fact, String detail) {
        return new EventId(job, null, 0, fact, detail);
    }

    /**
     * Reads any {@code ce_id} on {@code job-events}; one that this version does not know becomes {@link Fact#UNKNOWN}
     * with the text as detail.
     */
    public static EventId parse(JobId job, String text) {
        String prefix = job.value() + "/";
        EventId unknown = ofJob(job, Fact.UNKNOWN, text);
        if (!text.startsWith(prefix)) {
            return unknown;
        }
        EventId known = known(job, text.substring(prefix.length()));
        return known != null && known.toString().equals(text) ? known : unknown;
    }

    private static @Nullable EventId known(JobId job, String rest) {
        String[] parts = rest.split("/", 2);
        Fact ofJob = FACTS.get(parts[0]);
        if (ofJob != null) {
            boolean detailed = parts.length == 2;
            return isOfJob(ofJob) && (!detailed || ofJob == Fact.REJECTED || ofJob == Fact.APPROVAL)
                    ? ofJob(job, ofJob, detailed ? parts[1] : "")
                    : null;
        }
        parts = rest.split("/", 4);
        Fact ofTask = parts.length < 3 ? null : FACTS.get(parts[2]);
        if (ofTask == null || isOfJob(ofTask) || ofTask == Fact.UNKNOWN) {
            return null;
        }
        try {
            String detail = parts.length == 4 ? parts[3] : "";
            return new EventId(job, TaskId.parse(parts[0]), Integer.parseInt(parts[1]), ofTask, detail);
        } catch (IllegalArgumentException e) {
            return null; // not a form of this version
        }
    }

    private static boolean isOfJob(Fact fact) {
        return switch (fact) {
            case ACCEPTED, REJECTED, CANCEL, APPROVAL, FINAL, DELETED -> true;
            case SCHEDULED, STARTED, RELEASED, PROGRESS, RESULT, UNKNOWN -> false;
        };
    }

    /** The {@code ce_id} itself. */
    @Override
    public String toString() {
        if (fact == Fact.UNKNOWN) {
            return detail;
        }
        String name = fact.wire + (detail.isEmpty() ? "" : "/" + detail);
        return task == null ? job + "/" + name : job + "/" + task + "/" + attempt + "/" + name;
    }
}

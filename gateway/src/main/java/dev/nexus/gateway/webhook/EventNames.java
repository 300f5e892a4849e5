package dev.nexus.gateway.webhook;

import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.nexus.contract.Approval;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Json;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Webhook;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.log.JobFeed;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The names under which a subscription asks for events: their types, and two that are no event's. */
final class EventNames {

    static final String ALL = "*";

    /** Sent on demand alone. */
    static final String TEST = "webhook.test";

    /** The plan is there, and the job goes on once a human approves of it. */
    static final String AWAITING_APPROVAL = "job.awaiting_approval";

    private static final String TASK_COMPLETED = typeOf(JobEvent.TaskCompleted.class);

    /** What one is told of who names nothing: the end, and what waits for a human. */
    static final List<String> DEFAULTS = List.of(
            typeOf(JobEvent.JobCompleted.class),
            typeOf(JobEvent.JobFailed.class),
            typeOf(JobEvent.JobCancelled.class),
            AWAITING_APPROVAL);

    /** All that one may ask for: what counts in a job. */
    static final Set<String> KNOWN = known();

    private EventNames() {}

    private static Set<String> known() {
        Set<String> names = new TreeSet<>(List.of(ALL, AWAITING_APPROVAL));
        leaves(JobEvent.class)
                .filter(type -> type != JobEvent.Unrecognised.class
                        && type != JobEvent.JobRejected.class // of no job
                        && type != JobEvent.JobDeleted.class) // there is nothing left to be told of
                .map(EventNames::typeOf)
                .forEach(names::add);
        return names;
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(EventNames::leaves) : Stream.of(type);
    }

    private static String typeOf(Class<?> type) {
        return type.getAnnotation(JsonTypeName.class).value();
    }

    /** Whether an event of this type may be one that the subscription asks for. */
    static boolean mayWant(Webhook webhook, String type) {
        List<String> events = webhook.events();
        return events.contains(ALL)
                || events.contains(type)
                || (type.equals(TASK_COMPLETED) && events.contains(AWAITING_APPROVAL));
    }

    /** The name under which the subscription asks for the event; null if it does not. */
    static @Nullable String wanted(Webhook webhook, JobFeed.Entry entry, JobState job) {
        List<String> events = webhook.events();
        if (events.contains(AWAITING_APPROVAL) && isPlanToApprove(entry, job)) {
            return AWAITING_APPROVAL;
        }
        return events.contains(ALL) || events.contains(entry.type()) ? entry.type() : null;
    }

    private static boolean isPlanToApprove(JobFeed.Entry entry, JobState job) {
        return job.request().options().approval() == Approval.PLAN
                && entry.type().equals(TASK_COMPLETED)
                && Json.tree(entry.json())
                        .path("task")
                        .asString("")
                        .equals(TaskId.plan().toString());
    }
}

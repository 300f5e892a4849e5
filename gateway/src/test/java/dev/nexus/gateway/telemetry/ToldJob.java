package dev.nexus.gateway.telemetry;

import dev.nexus.contract.EventId;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.log.LogReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job whose events a listener is told of, as the log's reader does it: those that are news. */
final class ToldJob {

    static final JobId ID = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final LogReader.Listener listener;
    private @Nullable JobState state;
    private long offset;

    ToldJob(LogReader.Listener listener) {
        this.listener = listener;
    }

    /** @param second since the start */
    ToldJob at(double second, JobEvent event) {
        Instant time = START.plusMillis((long) (second * 1000));
        LoggedEvent logged = new LoggedEvent(ID, EventId.of(ID, event, "").toString(), event, 0, offset++, time);
        JobState before = state;
        JobState after =
                before == null ? JobState.accepted(logged, (JobEvent.JobAccepted) event) : before.after(logged);
        listener.read(logged);
        if (!after.equals(before)) {
            state = after;
            listener.changed(before, after, logged);
        }
        return this;
    }

    static JobEvent.JobAccepted accepted() {
        return new JobEvent.JobAccepted(
                JobKind.PLAN, "default", "a stack", null, List.of(), null, JobOptions.DEFAULTS, Map.of(), "hash");
    }
}

package dev.nexus.gateway.job;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a job stands; the last three are final. */
public enum JobStatus {
    QUEUED,
    IN_PROGRESS,
    AWAITING_APPROVAL,
    COMPLETED,
    FAILED,
    CANCELLED;

    public boolean isFinal() {
        return switch (this) {
            case QUEUED, IN_PROGRESS, AWAITING_APPROVAL -> false;
            case COMPLETED, FAILED, CANCELLED -> true;
        };
    }

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}

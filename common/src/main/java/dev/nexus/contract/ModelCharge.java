package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * A call that brought no whole reply and may have to be paid for all the same, recorded on {@code model-calls}.
 *
 * @param ordinal of the question in its task
 * @param reason why there is no reply, such as {@code cancelled} or {@code truncated}
 * @param usage an estimate, and marked as one
 */
@JsonTypeName("model.charge")
public record ModelCharge(TaskId task, int attempt, int ordinal, String model, String reason, Usage usage)
        implements LedgerEntry {}

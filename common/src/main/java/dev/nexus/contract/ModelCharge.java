package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * A call that brought no whole reply and may have to be paid for all the same, recorded on {@code model-calls}.
 *
 * @param ordinal of the question in its task
 * @param reason why there is no reply on record, such as {@code cancelled} or {@code truncated}
 * @param usage marked as an estimate, unless the provider told
 */
@JsonTypeName("model.charge")
public record ModelCharge(TaskId task, int attempt, int ordinal, String model, String reason, Usage usage)
        implements LedgerEntry {}

package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a task spent, on {@code model-calls}; the sum of a job's entries is what it cost, whatever became of its workers. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface LedgerEntry permits ModelCall, ModelCharge {

    TaskId task();

    int attempt();

    /** Of the question in its task: 1 for the first. */
    int ordinal();

    /** The model that was asked, as {@code provider/model}. */
    String model();

    Usage usage();
}
